namespace Binnacle.PromQL.Linting.Rules;

/// <summary>A rule that wants to tell a channel which the stack does not have.</summary>
internal sealed class UnknownReceiver()
    : LintRule("unknown-receiver", LintSeverity.Warning, "a channel that the stack does not have")
{
    internal override void Check(LintSubject subject)
    {
        if (subject.Context.KnownChannels is not { } known)
        {
            return;
        }

        foreach (var channel in subject.Context.Channels)
        {
            if (!known.Contains(channel.Name))
            {
                subject.Report(
                    this,
                    channel.Source,
                    $"the stack has no channel \"{channel.Name}\", so nobody is told by it",
                    known.Count == 0
                        ? "add it to alerting.channels"
                        : $"add it to alerting.channels, or use {string.Join(", ", known.Order(StringComparer.Ordinal))}"
                );
            }
        }
    }
}
