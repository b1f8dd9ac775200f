using System.Text.Json;
using Binnacle.Quickstart.Notifications;

namespace Binnacle.Quickstart.Tests;

public sealed class MessageReaderTests
{
    private readonly DateTimeOffset received = new(2026, 3, 1, 12, 34, 56, TimeSpan.Zero);

    [Fact]
    public void Reads_one_notification_per_alert_of_a_webhook_message()
    {
        var message = JsonElement.Parse(
            """
            {
              "version": "4", "status": "firing", "receiver": "web-hook",
              "alerts": [
                {
                  "status": "firing",
                  "labels": {"alertname": "HighErrorRate", "severity": "critical", "job": "api"},
                  "annotations": {"summary": "High error rate", "description": "Error rate is 3"}
                },
                {"status": "resolved", "labels": {"alertname": "ServiceDown"}, "annotations": {}}
              ]
            }
            """
        );

        MessageReader
            .Webhook(message, received)
            .Select(notification => notification.ToLine())
            .ShouldBe([
                "12:34:56 FIRING   HighErrorRate [webhook] job=api severity=critical \"High error rate\"",
                "12:34:56 RESOLVED ServiceDown [webhook]",
            ]);
    }

    [Fact]
    public void Reads_the_attachments_of_a_message_to_slack()
    {
        var message = JsonElement.Parse(
            """
            {
              "channel": "#alerts", "username": "Alertmanager",
              "attachments": [{"title": "Critical Alert: HighErrorRate", "text": "one\ntwo", "color": "danger"}]
            }
            """
        );

        MessageReader
            .Slack(message, received)
            .ShouldHaveSingleItem()
            .ToLine()
            .ShouldBe("12:34:56 FIRING   Critical Alert: HighErrorRate [slack #alerts] \"one two\"");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"alerts": 1}""")]
    [InlineData("[]")]
    public void Refuses_what_is_no_message_of_alertmanager(string json) =>
        Should
            .Throw<JsonException>(() => MessageReader.Webhook(JsonElement.Parse(json), received))
            .Message.ShouldContain("alerts");
}
