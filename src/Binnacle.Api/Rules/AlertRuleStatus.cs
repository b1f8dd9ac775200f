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

    /// <summary>When the rule would have fired, by the data there is. Looked at once after a change, then every six hours.</summary>
    public RuleBacktest? Backtest { get; init; }

    /// <summary>What one evaluation costs. Measured with the backtest.</summary>
    public RuleCost? Cost { get; init; }
}

/// <summary>When a rule would have fired.</summary>
public sealed record RuleBacktest
{
    /// <summary>The time that was looked at: the last seven days, or less where the data does not reach back. Example: <c>7d</c>.</summary>
    public string? Window { get; init; }

    /// <summary>How often an alert would have begun to fire.</summary>
    public int? WouldHaveFired { get; init; }

    /// <summary>The longest time that one would have fired. Example: <c>12m</c>.</summary>
    public string? Longest { get; init; }

    /// <summary>How long the longest alert that would fire now has. Absent: none would.</summary>
    public string? Current { get; init; }
}

/// <summary>What one evaluation of a rule costs.</summary>
public sealed record RuleCost
{
    /// <summary>Number of series that its selectors match.</summary>
    public long? Series { get; init; }

    /// <summary>Number of samples that are read. Absent where the metrics engine does not count them.</summary>
    public long? Samples { get; init; }

    /// <summary>Number of alerts that could fire at once: series of the part that is compared.</summary>
    public long? Alerts { get; init; }
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
