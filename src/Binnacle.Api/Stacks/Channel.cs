using System.Text.Json.Serialization;
using Binnacle.Api.Schema;

namespace Binnacle.Api;

/// <summary>Somebody who can be told, and by what means.</summary>
[CelRule(
    "[has(self.pagerDuty), has(self.slack), has(self.email), has(self.webhook)].filter(x, x).size() == 1",
    "give exactly one of pagerDuty, slack, email and webhook"
)]
public sealed record Channel(bool SendResolved = true)
{
    /// <summary>What routes, defaultChannels and AlertRules call the channel. Example: <c>oncall</c>.</summary>
    [RequiredField, Size(Min = 1, Max = 63), Pattern("^[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?$")]
    public string Name
    {
        get => field ?? "";
        init;
    }

    /// <summary>A PagerDuty service.</summary>
    public PagerDutyChannel? PagerDuty { get; init; }

    /// <summary>A Slack channel.</summary>
    public SlackChannel? Slack { get; init; }

    /// <summary>A mailbox.</summary>
    public EmailChannel? Email { get; init; }

    /// <summary>A web service that takes Alertmanager's JSON.</summary>
    public WebhookChannel? Webhook { get; init; }

    /// <summary>True: the channel is also told when the alert is over.</summary>
    public bool SendResolved { get; init; } = SendResolved;
}

/// <summary>A PagerDuty service (Events API v2).</summary>
public sealed record PagerDutyChannel
{
    /// <summary>Integration key of the service.</summary>
    [RequiredField]
    public SecretKeyRef RoutingKeyRef
    {
        get => field ?? new SecretKeyRef();
        init;
    }

    /// <summary>Where events are sent. Default: https://events.pagerduty.com/v2/enqueue</summary>
    [Size(Min = 1, Max = 2048), Pattern("^https?://.+$")]
    public string? Url { get; init; }
}

/// <summary>A Slack channel, by an incoming webhook.</summary>
public sealed record SlackChannel
{
    /// <summary>URL of the incoming webhook; it is a secret.</summary>
    [RequiredField]
    public SecretKeyRef WebhookRef
    {
        get => field ?? new SecretKeyRef();
        init;
    }

    /// <summary>Channel or user. Default: the one that the webhook was made for. Example: <c>#alerts-critical</c>.</summary>
    [Size(Min = 1, Max = 256)]
    public string? Channel { get; init; }

    /// <summary>Title of the message, a Go template as in Alertmanager. Default: Alertmanager's own. Example: <c>{{ .GroupLabels.alertname }}</c>.</summary>
    [Size(Max = 4096)]
    public string? Title { get; init; }

    /// <summary>Text of the message, a Go template as in Alertmanager. Default: Alertmanager's own. Example: <c>{{ range .Alerts }}{{ .Annotations.description }}{{ end }}</c>.</summary>
    [Size(Max = 16384)]
    public string? Text { get; init; }
}

/// <summary>A mailbox, by SMTP.</summary>
public sealed record EmailChannel
{
    /// <summary>Whom to write to; several addresses are separated by commas. Example: <c>oncall@example.com</c>.</summary>
    [RequiredField, Size(Min = 3, Max = 2048)]
    public string To
    {
        get => field ?? "";
        init;
    }

    /// <summary>Address of the sender. Example: <c>alerts@example.com</c>.</summary>
    [RequiredField, Size(Min = 3, Max = 512)]
    public string From
    {
        get => field ?? "";
        init;
    }

    /// <summary>Mail server as host:port. Example: <c>smtp.example.com:587</c>.</summary>
    [RequiredField, Size(Min = 3, Max = 512)]
    public string Smarthost
    {
        get => field ?? "";
        init;
    }

    /// <summary>Login at the mail server. Default: none.</summary>
    public BasicAuthRef? AuthRef { get; init; }

    /// <summary>False: mail is also sent when the server offers no TLS. Default: true.</summary>
    [JsonPropertyName("requireTLS")]
    public bool? RequireTls { get; init; }
}

/// <summary>A web service that takes Alertmanager's JSON: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config.</summary>
[CelRule("has(self.url) != has(self.urlRef)", "give exactly one of url and urlRef; urlRef if the URL holds a secret")]
public sealed record WebhookChannel
{
    /// <summary>Where notifications are posted. Example: <c>http://receiver.default.svc:8080/alerts</c>.</summary>
    [Size(Min = 1, Max = 2048), Pattern("^https?://.+$")]
    public string? Url { get; init; }

    /// <summary>The same from a Secret, for URLs that hold a token.</summary>
    public SecretKeyRef? UrlRef { get; init; }

    /// <summary>Most alerts in one notification; the rest is cut and counted. Default: 0, all.</summary>
    [Between(0, 1_000_000)]
    public int? MaxAlerts { get; init; }
}
