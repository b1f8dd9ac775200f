namespace Binnacle.Quickstart.Notifications;

/// <summary>One alert in a message of Alertmanager.</summary>
/// <param name="Received">When the message came.</param>
/// <param name="Channel">How it came: <c>webhook</c>, or Slack's channel.</param>
/// <param name="Status"><c>firing</c> or <c>resolved</c>.</param>
/// <param name="Alert">The alert's name; for Slack the message's title.</param>
/// <param name="Labels">Its labels; empty for Slack.</param>
/// <param name="Text">What people read.</param>
internal sealed record Notification(
    DateTimeOffset Received,
    string Channel,
    string Status,
    string Alert,
    IReadOnlyDictionary<string, string> Labels,
    string Text
)
{
    // What the line says anyway.
    private static readonly HashSet<string> Said = ["alertname"];

    /// <summary>The alert in one line.</summary>
    public string ToLine()
    {
        var labels = Labels
            .Where(label => !Said.Contains(label.Key))
            .OrderBy(label => label.Key, StringComparer.Ordinal)
            .Select(label => $"{label.Key}={label.Value}");
        var parts = new[]
        {
            Received.ToString("HH:mm:ss"),
            Status.ToUpperInvariant().PadRight(8),
            Alert,
            $"[{Channel}]",
            string.Join(' ', labels),
            Text.Length == 0 ? "" : $"\"{Text}\"",
        };
        return string.Join(' ', parts.Where(part => part.Length > 0));
    }
}
