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

        log.Find(from, n => n.Status == "firing").ShouldBeNull();

        Add("firing");
        log.Find(from, n => n.Status == "firing").ShouldNotBeNull();
    }

    [Fact]
    public void Positions_hold_when_old_entries_are_dropped()
    {
        for (var i = 0; i < 600; i++)
        {
            Add("firing");
        }

        var from = log.Count;
        Add("resolved");

        from.ShouldBe(600);
        log.Find(from, _ => true).ShouldNotBeNull().Status.ShouldBe("resolved");
    }

    private void Add(string status) =>
        log.Add(new Notification(DateTimeOffset.UnixEpoch, "webhook", status, "A", new Dictionary<string, string>(), ""));
}
