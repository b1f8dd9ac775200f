namespace Binnacle.Quickstart.Notifications;

/// <summary>The last notifications, for whoever looks; any thread may add and read.</summary>
internal sealed class NotificationLog
{
    private const int Most = 500;

    private readonly Lock gate = new();
    private readonly List<Notification> entries = [];
    private long dropped;

    /// <summary>Called with each notification, after it was added.</summary>
    public event Action<Notification>? Added;

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

        Added?.Invoke(notification);
    }

    /// <summary>The newest, the oldest of them first.</summary>
    public IReadOnlyList<Notification> Last(int count)
    {
        lock (gate)
        {
            return [.. entries.TakeLast(count)];
        }
    }

    /// <summary>The first one from a position (as <see cref="Count"/> told it) on that is wanted; null: none yet.</summary>
    public Notification? Find(long from, Func<Notification, bool> wanted)
    {
        lock (gate)
        {
            return entries.Skip((int)Math.Max(0, from - dropped)).FirstOrDefault(wanted);
        }
    }
}
