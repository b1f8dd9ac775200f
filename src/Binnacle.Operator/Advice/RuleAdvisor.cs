using System.Globalization;
using Binnacle.Api.Syntax;
using Binnacle.Operator.Components;
using Binnacle.PromQL.Analysis;

namespace Binnacle.Operator.Advice;

/// <summary>An alert to be looked at, as Prometheus has it.</summary>
/// <param name="Query">Its expression.</param>
/// <param name="For">How long it must hold.</param>
/// <param name="KeepFiringFor">How long it goes on.</param>
/// <param name="Interval">The distance of its evaluations.</param>
/// <param name="Recorded">Names of the series that rules of the stack record: they may just not be there yet.</param>
internal sealed record AdvisedAlert(
    string Query,
    TimeSpan For,
    TimeSpan KeepFiringFor,
    TimeSpan Interval,
    IReadOnlySet<string> Recorded
);

/// <summary>
/// Asks one replica what its data says of one alert: unknown metrics, what an evaluation costs, when it would have fired.
/// Every question is bounded by a time-out that the server keeps.
/// </summary>
internal sealed class RuleAdvisor(PrometheusApi prometheus)
{
    /// <summary>How far back a replay looks.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(7);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>More than this is told to be dear: a server of the default size reads about a million samples a second.</summary>
    private const long DearSamples = 1_000_000;

    /// <summary>More alerts at once than this help nobody.</summary>
    private const long ManyAlerts = 500;

    /// <summary>More often than this a day, on average, is noise.</summary>
    private const int NoisyPerDay = 10;

    /// <summary>The advice, without what identifies the rule.</summary>
    /// <exception cref="HttpRequestException">The replica does not answer.</exception>
    public async Task<RuleAdvice> AdviseAsync(
        Replica replica,
        AdvisedAlert alert,
        StackKnowledge knowledge,
        RuleAdvice advice,
        CancellationToken cancellationToken
    )
    {
        if (QueryShape.Of(alert.Query) is not { } shape)
        {
            return advice;
        }

        var missing = Missing(shape, alert, knowledge);
        var doubts = missing.Select(metric => Unknown(metric, knowledge)).ToList();
        try
        {
            var cost = await CostAsync(replica, shape, alert, doubts, cancellationToken);
            advice = advice with
            {
                Cost = cost,
                Backtest = await BacktestAsync(replica, alert, knowledge, cost, doubts, advice.At, cancellationToken),
            };
        }
        catch (ComponentRefusedException refused)
        {
            // Loaded all the same: it can be parsed, and fails at each evaluation, or takes too long.
            doubts.Add($"asked now, the query fails: {refused.Message}");
        }

        return advice with
        {
            Doubts = doubts,
            IsPreliminary = IsPreliminary(missing, alert, knowledge, advice.At),
        };
    }

    /// <summary>Whether an answer to this alert would lack something that the server may have by now.</summary>
    public static bool IsPreliminary(AdvisedAlert alert, StackKnowledge knowledge, DateTimeOffset now) =>
        QueryShape.Of(alert.Query) is { } shape
        && IsPreliminary(Missing(shape, alert, knowledge), alert, knowledge, now);

    private static bool IsPreliminary(
        IReadOnlyList<string> missing,
        AdvisedAlert alert,
        StackKnowledge knowledge,
        DateTimeOffset now
    ) => missing.Count > 0 || !Backtest.HasData(Reaches(knowledge, now), alert.Interval);

    /// <summary>Metrics that it reads and nobody has seen.</summary>
    private static IReadOnlyList<string> Missing(QueryShape shape, AdvisedAlert alert, StackKnowledge knowledge) =>
        !knowledge.KnowsAll
            ? []
            :
            [
                .. shape
                    .Metrics.Where(metric =>
                        !metric.MayBeMissing
                        && !knowledge.Metrics.Contains(metric.Name)
                        && !alert.Recorded.Contains(metric.Name)
                        && metric.Name is not ("ALERTS" or "ALERTS_FOR_STATE")
                    )
                    .Select(metric => metric.Name),
            ];

    private static string Unknown(string metric, StackKnowledge knowledge)
    {
        var near = NearMetrics.Of(metric, knowledge.Metrics);
        return $"no target and no rule has ever given the metric {metric}"
            + (near.Count == 0 ? "" : $"; the nearest names are {string.Join(", ", near)}");
    }

    private async Task<QueryCost> CostAsync(
        Replica replica,
        QueryShape shape,
        AdvisedAlert alert,
        List<string> doubts,
        CancellationToken cancellationToken
    )
    {
        long series = 0;
        foreach (var selector in shape.Selectors)
        {
            var counted = await prometheus.MeasureAsync(replica, $"count({selector})", Timeout, cancellationToken);
            series += counted.Result is [var only] ? (long)only.Number : 0;
        }

        var subject = await prometheus.MeasureAsync(replica, $"count({shape.Subject})", Timeout, cancellationToken);
        var whole = await prometheus.MeasureAsync(replica, alert.Query, Timeout, cancellationToken);
        var cost = new QueryCost(
            series,
            whole.Stats?.Samples?.TotalQueryableSamples,
            subject.Result is [var count] ? (long)count.Number : 0
        );
        if (cost.Samples > DearSamples)
        {
            doubts.Add(
                $"each evaluation reads {Number(cost.Samples.Value)} samples of {Number(series)} series: narrow its "
                    + "selectors or its range, or record a part of it"
            );
        }

        if (cost.Results > ManyAlerts)
        {
            doubts.Add(
                $"up to {Number(cost.Results)} alerts may fire at once, one for each series: aggregate by fewer labels"
            );
        }

        return cost;
    }

    private async Task<BacktestResult?> BacktestAsync(
        Replica replica,
        AdvisedAlert alert,
        StackKnowledge knowledge,
        QueryCost cost,
        List<string> doubts,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var reaches = Reaches(knowledge, now);
        var window = reaches < Window ? reaches : Window;
        var samples = Math.Max(cost.Samples ?? cost.Series, cost.Results);
        if (cost.Results > ManyAlerts || Backtest.Step(window, alert.Interval, samples) is not { } step)
        {
            return null;
        }

        var series = await prometheus.QueryRangeAsync(
            replica,
            alert.Query,
            now - window,
            now,
            step,
            Timeout,
            cancellationToken
        );
        var result = Backtest.Replay(series, window, step, now, alert.For, alert.KeepFiringFor);
        if (result.Fired > Math.Max(1, window.TotalDays) * NoisyPerDay)
        {
            doubts.Add(
                $"it would have fired {result.Fired} times within {Duration(window)}, for {Duration(result.Longest)} at "
                    + "the longest: raise the threshold, or wait longer with spec.for"
            );
        }

        return result;
    }

    private static TimeSpan Reaches(StackKnowledge knowledge, DateTimeOffset now) =>
        knowledge.Oldest is { } oldest ? now - oldest : TimeSpan.Zero;

    /// <summary>A time as a status shows it: its two largest units, which do not change from one look to the next.</summary>
    public static string Duration(TimeSpan time)
    {
        var unit =
            time.TotalDays >= 2 ? TimeSpan.FromHours(1)
            : time.TotalHours >= 2 ? TimeSpan.FromMinutes(1)
            : TimeSpan.FromSeconds(1);
        var shown = Math.Floor(time / unit) * unit;
        // Nobody calls seven days 1w here.
        return shown.Ticks > 0 && shown.Ticks % TimeSpan.TicksPerDay == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{shown.Days}d")
            : new PromDuration((long)shown.TotalMilliseconds).ToString();
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
