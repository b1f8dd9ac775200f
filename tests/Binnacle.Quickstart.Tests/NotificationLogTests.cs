using Binnacle.Quickstart.Notifications;

namespace Binnacle.Quickstart.Tests;

public sealed class NotificationLogTests
{
    private readonly NotificationLog log = new();

    [Fact]
    public void Finds_only_what_came_after_a_position()
    {
        Add("firing");
        var from = log.Count;

        log.Firing(from, "A").ShouldBeNull();
        log.Firing(0, "B").ShouldBeNull();

        Add("firing");
        log.Firing(from, "A").ShouldNotBeNull();
    }

    [Fact]
    public void An_alert_is_resolved_when_all_its_series_are()
    {
        Add("firing", "one", 1);
        Add("firing", "two", 1);
        Add("resolved", "one", 2);
        log.AllResolved(0, "A").ShouldBeNull();

        Add("resolved", "two", 3);
        log.AllResolved(0, "A").ShouldNotBeNull().Received.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(3));

        Add("firing", "one", 4);
        log.AllResolved(0, "A").ShouldBeNull();
    }

    [Fact]
    public void Nothing_told_is_nothing_resolved() => log.AllResolved(0, "A").ShouldBeNull();

    [Fact]
    public void Positions_hold_when_old_entries_are_dropped()
    {
        for (var i = 0; i < 600; i++)
        {
            Add("resolved");
        }

        var from = log.Count;
        Add("firing");

        from.ShouldBe(600);
        log.Firing(from, "A").ShouldNotBeNull();
    }

    private void Add(string status, string series = "one", int second = 0) =>
        log.Add(
            new Notification(
                DateTimeOffset.FromUnixTimeSeconds(second),
                "webhook",
                status,
                "A",
                new Dictionary<string, string> { ["series"] = series },
                ""
            )
        );
}
