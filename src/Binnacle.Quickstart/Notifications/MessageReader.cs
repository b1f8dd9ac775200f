using System.Text.Json;

namespace Binnacle.Quickstart.Notifications;

/// <summary>Reads what Alertmanager posts.</summary>
internal static class MessageReader
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>
    /// Reads the webhook message, one notification per alert.
    /// https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
    /// </summary>
    /// <exception cref="JsonException">It is no such message.</exception>
    public static IReadOnlyList<Notification> Webhook(JsonElement message, DateTimeOffset received)
    {
        if (
            message.ValueKind != JsonValueKind.Object
            || !message.TryGetProperty("alerts", out var alerts)
            || alerts.ValueKind != JsonValueKind.Array
        )
        {
            throw new JsonException("a message of Alertmanager has a list 'alerts'");
        }

        return [.. alerts.EnumerateArray().Select(alert => Read(alert, received))];
    }

    /// <summary>
    /// Reads a message as Slack's incoming webhooks take it; its attachments are the alert groups.
    /// https://api.slack.com/messaging/webhooks
    /// </summary>
    /// <exception cref="JsonException">It is no such message.</exception>
    public static IReadOnlyList<Notification> Slack(JsonElement message, DateTimeOffset received)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("a message to Slack is an object");
        }

        var channel = $"slack {Text(message, "channel")}".TrimEnd();
        if (!message.TryGetProperty("attachments", out var attachments) || attachments.GetArrayLength() == 0)
        {
            return [new Notification(received, channel, "", Text(message, "text"), None, "")];
        }

        return
        [
            .. attachments
                .EnumerateArray()
                .Select(attachment => new Notification(
                    received,
                    channel,
                    // Alertmanager's default colours: it says the state in no other field that people cannot change.
                    Text(attachment, "color") switch
                    {
                        "good" => "resolved",
                        "danger" => "firing",
                        _ => "",
                    },
                    Text(attachment, "title"),
                    None,
                    Text(attachment, "text").ReplaceLineEndings(" ")
                )),
        ];
    }

    private static Notification Read(JsonElement alert, DateTimeOffset received)
    {
        var labels = Strings(alert, "labels");
        var annotations = Strings(alert, "annotations");
        var text = annotations.GetValueOrDefault("summary") ?? annotations.GetValueOrDefault("description") ?? "";
        return new Notification(
            received,
            "webhook",
            Text(alert, "status"),
            labels.GetValueOrDefault("alertname") ?? "",
            labels,
            text.ReplaceLineEndings(" ")
        );
    }

    private static string Text(JsonElement json, string field) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(field, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString() ?? ""
            : "";

    private static Dictionary<string, string> Strings(JsonElement json, string field) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(field, out var map)
        && map.ValueKind == JsonValueKind.Object
            ? map.EnumerateObject()
                .Where(item => item.Value.ValueKind == JsonValueKind.String)
                .ToDictionary(item => item.Name, item => item.Value.GetString() ?? "")
            : [];
}
