using System.Globalization;
using System.Text.Json;
using Binnacle.Operator.Advice;
using Binnacle.Operator.Components;

namespace Binnacle.Operator.Tests.Advice;

/// <summary>Alerts replayed over the past: what Prometheus would have done.</summary>
public sealed class BacktestTests
{
    private static readonly DateTimeOffset End = new(2026, 1, 8, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A step of one minute; # is an evaluation with a value, . one without; the last one is now.</summary>
    [Theory]
    [InlineData("..........", 0, 0, 0, 0, -1)]
    [InlineData("..##......", 0, 0, 1, 1, -1)]
    [InlineData("..##..#...", 0, 0, 2, 1, -1)]
    [InlineData("..##..#...", 1, 0, 1, 0, -1)]
    [InlineData("..##..#...", 2, 0, 0, 0, -1)]
    [InlineData("######....", 2, 0, 1, 3, -1)]
    [InlineData("......####", 0, 0, 1, 3, 3)]
    [InlineData("......####", 2, 0, 1, 1, 1)]
    [InlineData("......####", 5, 0, 0, 0, -1)]
    [InlineData("##.##.....", 0, 2, 1, 6, -1)]
    [InlineData("##..##....", 0, 1, 2, 2, -1)]
    [InlineData("##.#.#....", 1, 3, 1, 7, -1)]
    [InlineData("........#.", 0, 3, 1, 1, 1)]
    public void An_alert_fires_after_its_time_and_ends_with_its_series(
        string past,
        int pending,
        int keep,
        int fired,
        int longest,
        int current
    )
    {
        var result = Replay([past], pending, keep);

        result.Fired.ShouldBe(fired);
        result.Longest.ShouldBe(TimeSpan.FromMinutes(longest));
        result.Current.ShouldBe(current < 0 ? null : TimeSpan.FromMinutes(current));
    }

    [Fact]
    public void Each_series_is_an_alert_of_its_own()
    {
        var result = Replay(["####......", "..#.......", "........##"], 0, 0);

        result.ShouldBe(
            new BacktestResult(TimeSpan.FromMinutes(10), 3, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(1))
        );
    }

    [Theory]
    [InlineData(7 * 24 * 60, 15, 10, 121)]
    [InlineData(60, 15, 10, 15)]
    [InlineData(7 * 24 * 60, 15, 10_000, 303)]
    [InlineData(7 * 24 * 60, 3600, 10, 3600)]
    [InlineData(7 * 24 * 60, 15, 2_000_000, null)]
    [InlineData(1, 15, 10, null)]
    public void The_step_keeps_what_a_replay_reads_within_bounds(int minutes, int interval, long samples, int? step) =>
        Backtest
            .Step(TimeSpan.FromMinutes(minutes), TimeSpan.FromSeconds(interval), samples)
            .ShouldBe(step is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    private static BacktestResult Replay(string[] pasts, int pending, int keep) =>
        Backtest.Replay(
            [.. pasts.Select(Series)],
            TimeSpan.FromMinutes(pasts[0].Length),
            TimeSpan.FromMinutes(1),
            End,
            TimeSpan.FromMinutes(pending),
            TimeSpan.FromMinutes(keep)
        );

    private static RangeSeries Series(string past) =>
        new()
        {
            Values =
            [
                .. past.Index()
                    .Where(step => step.Item == '#')
                    .Select(step => End.AddMinutes(step.Index - past.Length + 1))
                    .Select(time =>
                        JsonDocument
                            .Parse(
                                string.Create(
                                    CultureInfo.InvariantCulture,
                                    $"[{time.ToUnixTimeMilliseconds() / 1e3},\"1\"]"
                                )
                            )
                            .RootElement.EnumerateArray()
                            .ToList()
                    ),
            ],
        };
}
