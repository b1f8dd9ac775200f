using Binnacle.Operator.Components;

namespace Binnacle.Operator.Advice;

/// <summary>
/// Replays an alert over the answers of its expression in the past. An alert begins to fire when its series was there at
/// every evaluation for the time of <c>for</c>, and ends with the first evaluation without it, as in Prometheus;
/// <c>keep_firing_for</c> puts that off. Pure.
/// </summary>
internal static class Backtest
{
    /// <summary>Evaluations that a server is asked for at the most; it refuses more than 11,000.</summary>
    private const int MostSteps = 5000;

    /// <summary>Samples that one replay may read at the most.</summary>
    private const long MostSamples = 20_000_000;

    /// <summary>With fewer evaluations than this a replay says nothing.</summary>
    private const int FewestSteps = 20;

    /// <summary>
    /// The distance of evaluations: the interval of the rule, or as much more as keeps the replay within its bounds; null
    /// when even a coarse one would cost too much, or there is too little time.
    /// </summary>
    public static TimeSpan? Step(TimeSpan window, TimeSpan interval, long samplesPerEvaluation)
    {
        var most = Math.Min(MostSteps, MostSamples / Math.Max(1, samplesPerEvaluation));
        if (most < FewestSteps)
        {
            return null;
        }

        var step = TimeSpan.FromSeconds(Math.Ceiling(Math.Max(interval.TotalSeconds, window.TotalSeconds / most)));
        return step > TimeSpan.Zero && window / step >= FewestSteps ? step : null;
    }

    /// <summary>Whether there is data for the fewest evaluations that say anything.</summary>
    public static bool HasData(TimeSpan reaches, TimeSpan interval) => reaches >= interval * FewestSteps;

    /// <summary>What would have happened.</summary>
    /// <param name="series">The expression at each step, for the times when it had a value.</param>
    /// <param name="window">The time that they cover.</param>
    /// <param name="step">The distance of evaluations.</param>
    /// <param name="end">The last evaluation.</param>
    /// <param name="pending">The rule's <c>for</c>.</param>
    /// <param name="keep">The rule's <c>keep_firing_for</c>.</param>
    public static BacktestResult Replay(
        IReadOnlyList<RangeSeries> series,
        TimeSpan window,
        TimeSpan step,
        DateTimeOffset end,
        TimeSpan pending,
        TimeSpan keep
    )
    {
        var fired = 0;
        var longest = TimeSpan.Zero;
        TimeSpan? current = null;
        foreach (var one in series)
        {
            foreach (var (from, last) in Firings(one.Times(), step, pending, keep))
            {
                fired++;
                var reachesNow = last + keep + step > end;
                var lasted = (reachesNow ? end : last + keep) - from;
                longest = lasted > longest ? lasted : longest;
                if (reachesNow && !(current > lasted))
                {
                    current = lasted;
                }
            }
        }

        return new BacktestResult(window, fired, longest, current);
    }

    /// <summary>From when to when (the last evaluation with a value) each alert of a series fires.</summary>
    private static IEnumerable<(DateTimeOffset From, DateTimeOffset Last)> Firings(
        IEnumerable<DateTimeOffset> times,
        TimeSpan step,
        TimeSpan pending,
        TimeSpan keep
    )
    {
        // Evaluations are exact multiples of the step, but times are rounded to milliseconds.
        var gap = step * 1.5;
        DateTimeOffset? activeSince = null;
        DateTimeOffset? firingSince = null;
        var previous = DateTimeOffset.MinValue;
        foreach (var time in times)
        {
            if (firingSince is { } since && time - previous > gap + keep)
            {
                yield return (since, previous);
                (activeSince, firingSince) = (null, null);
            }
            else if (firingSince is null && time - previous > gap)
            {
                activeSince = null;
            }

            activeSince ??= time;
            if (firingSince is null && time - activeSince >= pending)
            {
                firingSince = time;
            }

            previous = time;
        }

        if (firingSince is { } still)
        {
            yield return (still, previous);
        }
    }
}
