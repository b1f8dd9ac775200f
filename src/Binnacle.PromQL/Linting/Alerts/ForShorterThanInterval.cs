namespace Binnacle.PromQL.Linting.Alerts;

/// <summary>A wait that is over before the rule is evaluated again.</summary>
internal sealed class ForShorterThanInterval()
    : LintRule("for-shorter-than-interval", LintSeverity.Warning, "for is shorter than the evaluation interval")
{
    internal override void Check(LintSubject subject)
    {
        if (
            subject.Context is { For: { } source, EvaluationInterval: { } interval }
            && PrometheusDuration.TryParse(source.Text, out var wait, out _)
            && wait > TimeSpan.Zero
            && wait < interval
        )
        {
            var every = PrometheusDuration.Format(interval);
            subject.Report(
                this,
                source,
                $"{source.Text} is over before the next evaluation, {every} later, so the alert waits {every}",
                $"write at least {every}, better several times it"
            );
        }
    }
}
