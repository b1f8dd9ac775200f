namespace Binnacle.Quickstart.Notifications;

/// <summary>The last notifications, for whoever looks; any thread may add and read.</summary>
internal sealed class NotificationLog
{
    private const int Most = 500;

    private readonly Lock gate = new();
    private readonly List<Notification> entries = [];
    private long dropped;

    /// <summary>Called with each notification, after it was added.</summary>
    public Action<Notification>? Listener { get; set; }

    /// <summary>How many there have been.</summary>
    public long Count
    {
        get
        {
            lock (gate)
            {
                return dropped + entries.Count;
            }
        }
    }

    public void Add(Notification notification)
    {
        lock (gate)
        {
            entries.Add(notification);
            if (entries.Count > Most)
            {
                entries.RemoveAt(0);
                dropped++;
            }
        }

        Listener?.Invoke(notification);
    }

    /// <summary>The newest, the oldest of them first.</summary>
    public IReadOnlyList<Notification> Last(int count)
    {
        lock (gate)
        {
            return [.. entries.TakeLast(count)];
        }
    }

    /// <summary>The first one from a position (as <see cref="Count"/> told it) on that says that an alert fires; null: none yet.</summary>
    public Notification? Firing(long from, string alert)
    {
        lock (gate)
        {
            return Since(from, alert).FirstOrDefault(IsFiring);
        }
    }

    /// <summary>The one since a position that says that the last of an alert's series is over; null: some still fire.</summary>
    public Notification? AllResolved(long from, string alert)
    {
        lock (gate)
        {
            // An alert is told of per series; the labels tell them apart.
            var last = Since(from, alert)
                .GroupBy(notification =>
                    string.Join(',', notification.Labels.OrderBy(label => label.Key, StringComparer.Ordinal))
                )
                .Select(series => series.Last())
                .ToList();
            return last.Count == 0 || last.Any(IsFiring) ? null : last.MaxBy(notification => notification.Received);
        }
    }

    private static bool IsFiring(Notification notification) => notification.Status == "firing";

    private IEnumerable<Notification> Since(long from, string alert) =>
        entries.Skip((int)Math.Max(0, from - dropped)).Where(notification => notification.Alert == alert);
}
