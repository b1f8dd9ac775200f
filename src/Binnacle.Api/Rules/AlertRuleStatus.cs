using System.Text.Json.Serialization;
using Binnacle.Api.Schema;

namespace Binnacle.Api;

/// <summary>What the stack says of an AlertRule.</summary>
public sealed record AlertRuleStatus : ResourceStatus
{
    /// <summary>Inactive (expr returns nothing), Pending (it holds, but not yet for long enough), Firing, Disabled (enabled is false) or Unknown (no replica answers for it yet).</summary>
    public RuleState? State { get; init; }

    /// <summary>Number of series that are pending or firing now.</summary>
    public int? Active { get; init; }

    /// <summary>Since when the rule has been in this state.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Ok, or Error when the last evaluation failed; lastError then says why.</summary>
    public RuleHealth? Health { get; init; }

    /// <summary>What the metrics engine said when the evaluation failed.</summary>
    public string? LastError { get; init; }

    /// <summary>The alerts of this rule, at most 10, the longest active first.</summary>
    [Size(Max = 10)]
    public IReadOnlyList<ActiveAlert>? Alerts { get; init; }

    /// <summary>Who is told when it fires.</summary>
    public RuleNotification? Notification { get; init; }
}

/// <summary>State of a rule.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RuleState>))]
public enum RuleState
{
    /// <summary>No replica answers for the rule.</summary>
    Unknown,

    /// <summary>The expression returns nothing.</summary>
    Inactive,

    /// <summary>The expression holds, but not yet for long enough.</summary>
    Pending,

    /// <summary>The alert fires.</summary>
    Firing,

    /// <summary>The rule is switched off.</summary>
    Disabled,
}

/// <summary>Whether the last evaluation of a rule worked.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RuleHealth>))]
public enum RuleHealth
{
    /// <summary>It worked.</summary>
    Ok,

    /// <summary>It failed.</summary>
    Error,
}

/// <summary>State of one alert.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertState>))]
public enum AlertState
{
    /// <summary>Not yet active for long enough.</summary>
    Pending,

    /// <summary>Notifications go out.</summary>
    Firing,
}

/// <summary>One series for which a rule is active.</summary>
public sealed record ActiveAlert
{
    /// <summary>Labels of the alert.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Pending or Firing.</summary>
    [RequiredField]
    public AlertState State { get; init; }

    /// <summary>Value of expr for this series, rounded.</summary>
    public string? Value { get; init; }

    /// <summary>Since when expr has held for this series.</summary>
    public DateTimeOffset? ActiveSince { get; init; }
}

/// <summary>Who is told when a rule fires.</summary>
public sealed record RuleNotification
{
    /// <summary>Names of the channels.</summary>
    public IReadOnlyList<string>? Receivers { get; init; }

    /// <summary>The route that chose them, as its matchers. Example: <c>severity="critical"</c>.</summary>
    public string? Route { get; init; }
}
