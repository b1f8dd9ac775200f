using System.Text.Json.Serialization;

namespace Binnacle.Rendering.Alertmanager;

// alertmanager.yml as https://prometheus.io/docs/alerting/latest/configuration/ describes it.

internal sealed record AlertmanagerConfig
{
    public required RouteConfig Route { get; init; }
    public IReadOnlyList<InhibitRule>? InhibitRules { get; init; }
    public required IReadOnlyList<ReceiverConfig> Receivers { get; init; }
}

internal sealed record RouteConfig
{
    public string? Receiver { get; init; }
    public IReadOnlyList<string>? GroupBy { get; init; }
    public IReadOnlyList<string>? Matchers { get; init; }
    public bool? Continue { get; init; }
    public string? GroupWait { get; init; }
    public string? GroupInterval { get; init; }
    public string? RepeatInterval { get; init; }
    public IReadOnlyList<RouteConfig>? Routes { get; init; }
}

internal sealed record InhibitRule
{
    public required IReadOnlyList<string> SourceMatchers { get; init; }
    public required IReadOnlyList<string> TargetMatchers { get; init; }
    public required IReadOnlyList<string> Equal { get; init; }
}

internal sealed record ReceiverConfig
{
    public required string Name { get; init; }
    public IReadOnlyList<SlackConfig>? SlackConfigs { get; init; }
    public IReadOnlyList<EmailConfig>? EmailConfigs { get; init; }
    public IReadOnlyList<PagerDutyConfig>? PagerdutyConfigs { get; init; }
    public IReadOnlyList<WebhookConfig>? WebhookConfigs { get; init; }
}

internal sealed record SlackConfig
{
    public bool? SendResolved { get; init; }
    public required string ApiUrlFile { get; init; }
    public string? Channel { get; init; }
    public string? Title { get; init; }
    public string? Text { get; init; }
}

internal sealed record EmailConfig
{
    public bool? SendResolved { get; init; }
    public required string To { get; init; }
    public required string From { get; init; }
    public required string Smarthost { get; init; }
    public string? AuthUsername { get; init; }
    public string? AuthPasswordFile { get; init; }
    public bool? RequireTls { get; init; }
}

internal sealed record PagerDutyConfig
{
    public bool? SendResolved { get; init; }
    public required string RoutingKeyFile { get; init; }
    public string? Url { get; init; }
}

internal sealed record WebhookConfig
{
    public bool? SendResolved { get; init; }
    public string? Url { get; init; }
    public string? UrlFile { get; init; }
    public int? MaxAlerts { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(AlertmanagerConfig))]
internal sealed partial class AlertmanagerJsonContext : JsonSerializerContext;
