using Binnacle.Quickstart.Proof;

namespace Binnacle.Quickstart.Tests;

public sealed class TimelineTests
{
    private readonly DateTimeOffset start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Tells_seconds_since_the_first_event_and_since_the_one_before()
    {
        var timeline = new Timeline(TimeProvider.System);
        timeline.Add("apply", start);
        timeline.Add("accepted", start.AddMilliseconds(350));
        timeline.Add("loaded", start.AddMilliseconds(1_600));

        timeline
            .ToLines()
            .ShouldBe(["apply        0.00 s", "accepted     0.35 s  +0.35 s", "loaded       1.60 s  +1.25 s"]);
    }

    [Fact]
    public void Orders_by_time_what_was_noted_later_but_happened_before()
    {
        var timeline = new Timeline(TimeProvider.System);
        timeline.Add("apply", start);
        timeline.Add("firing", start.AddSeconds(20));
        timeline.Add("notified", start.AddSeconds(18));

        timeline.ToLines().Select(line => line.Split(' ')[0]).ShouldBe(["apply", "notified", "firing"]);
    }

    [Fact]
    public void Is_empty_before_anything_happened() => new Timeline(TimeProvider.System).ToLines().ShouldBeEmpty();
}
