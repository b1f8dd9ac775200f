using System.Text.Json.Serialization;
using Binnacle.Api.Schema;

namespace Binnacle.Api;

/// <summary>Alerting: who is told what, when.</summary>
public sealed record AlertingSpec(bool Enabled = true) : ComponentSpec
{
    /// <summary>False: no Alertmanager is deployed; rules are evaluated, but nobody is told.</summary>
    public bool Enabled { get; init; } = Enabled;

    /// <summary>Who can be told. Routes, defaultChannels and AlertRules name channels by their name.</summary>
    [ListMap("name"), Size(Max = 100)]
    public IReadOnlyList<Channel> Channels
    {
        get => field ?? [];
        init;
    }

    /// <summary>Who is told of what. The first route that matches an alert decides; AlertRule.spec.channels adds to it.</summary>
    [Size(Max = 100)]
    public IReadOnlyList<Route> Routes
    {
        get => field ?? [];
        init;
    }

    /// <summary>Channels that are told of alerts that no route matches. Default: nobody is told of those. Example: <c>[team]</c>.</summary>
    [ListSet, Size(Max = 32, MaxItemLength = 63)]
    public IReadOnlyList<string> DefaultChannels
    {
        get => field ?? [];
        init;
    }

    /// <summary>Labels that make one notification out of many alerts: alerts that agree in all of them are sent together. <c>["..."]</c> sends every alert alone.</summary>
    [Size(Max = 32, MaxItemLength = 253)]
    public IReadOnlyList<string> GroupBy
    {
        get => field ?? ["alertname", "namespace"];
        init;
    }

    /// <summary>How long the first notification of a group waits for more alerts to join. A Prometheus duration.</summary>
    [Duration]
    public string GroupWait
    {
        get => field ?? "30s";
        init;
    }

    /// <summary>How long to wait before a notification about new alerts of a group that was already notified of. A Prometheus duration.</summary>
    [Duration]
    public string GroupInterval
    {
        get => field ?? "5m";
        init;
    }

    /// <summary>How often a notification is repeated while nothing changed. A Prometheus duration.</summary>
    [Duration]
    public string RepeatInterval
    {
        get => field ?? "4h";
        init;
    }

    /// <summary>severity: while an alert is critical, warning and info alerts with the same groupBy labels are not notified of, and while one is warning, info ones are not. none: every alert is.</summary>
    public Inhibition Inhibit { get; init; }
}

/// <summary>Which alerts mute others.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Inhibition>))]
public enum Inhibition
{
    /// <summary>A more severe alert mutes less severe ones of the same group.</summary>
    [JsonStringEnumMemberName("severity")]
    Severity,

    /// <summary>None mutes another.</summary>
    [JsonStringEnumMemberName("none")]
    None,
}

/// <summary>Who is told of what.</summary>
public sealed record Route
{
    /// <summary>Severities of the alerts; empty: any. Example: <c>[Critical]</c>.</summary>
    [ListSet, Size(Max = 4)]
    public IReadOnlyList<Severity> Severities
    {
        get => field ?? [];
        init;
    }

    /// <summary>Matchers in Alertmanager's syntax that the alert's labels must match, all of them; empty: any. Example: <c>['team="payments"', 'cluster=~"eu-.*"']</c>.</summary>
    [Size(Max = 32, MaxItemLength = 1024)]
    public IReadOnlyList<string> Matchers
    {
        get => field ?? [];
        init;
    }

    /// <summary>Names of the channels that are told.</summary>
    [RequiredField, ListSet, Size(Min = 1, Max = 32, MaxItemLength = 63)]
    public IReadOnlyList<string> Channels
    {
        get => field ?? [];
        init;
    }

    /// <summary>How long the first notification of a group waits for more alerts to join. A Prometheus duration. Default: alerting.groupWait. Example: <c>10s</c>.</summary>
    [Duration]
    public string? GroupWait { get; init; }

    /// <summary>How long to wait before a notification about new alerts of a group. A Prometheus duration. Default: alerting.groupInterval. Example: <c>1m</c>.</summary>
    [Duration]
    public string? GroupInterval { get; init; }

    /// <summary>How often a notification is repeated while nothing changed. A Prometheus duration. Default: alerting.repeatInterval. Example: <c>1h</c>.</summary>
    [Duration]
    public string? RepeatInterval { get; init; }
}
