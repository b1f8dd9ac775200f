using Binnacle.Operator.Reconciling;

namespace Binnacle.Operator.Advice;

/// <summary>What the data of a Prometheus says of an AlertRule.</summary>
/// <param name="Intent">The spec that was looked at.</param>
/// <param name="At">When.</param>
internal sealed record RuleAdvice(IntentId Intent, DateTimeOffset At)
{
    /// <summary>What one evaluation costs; null when it could not be measured.</summary>
    public QueryCost? Cost { get; init; }

    /// <summary>When it would have fired; null when that could not be found out.</summary>
    public BacktestResult? Backtest { get; init; }

    /// <summary>What is doubtful, a sentence each.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    /// <summary>What the render found doubtful by the names of metrics, and their types deny; in its words.</summary>
    public IReadOnlyList<string> Denied { get; init; } = [];

    /// <summary>It reads metrics that may just not be there yet, or there was too little data: worth another look soon.</summary>
    public bool IsPreliminary { get; init; }

    /// <summary>How many preliminary answers to the same spec came before this one.</summary>
    public int Tries { get; init; }
}

/// <summary>What one evaluation of a rule costs.</summary>
/// <param name="Series">Series that its selectors match now.</param>
/// <param name="Samples">Samples that are read; null where the server does not count them.</param>
/// <param name="Results">Series of the compared part: as many alerts as may fire at once.</param>
internal sealed record QueryCost(long Series, long? Samples, long Results);

/// <summary>When a rule would have fired.</summary>
/// <param name="Window">The time that was looked at; shorter than asked where the data does not reach back.</param>
/// <param name="Fired">How often an alert would have begun to fire.</param>
/// <param name="Longest">The longest time that one would have fired.</param>
/// <param name="Current">How long the longest one that would fire now has; null when none would.</param>
internal sealed record BacktestResult(TimeSpan Window, int Fired, TimeSpan Longest, TimeSpan? Current);
