namespace Kubernetes.Runtime.Events;

/// <summary>How many requests one object's Events may cost: 25 at once, then one per 5 minutes.</summary>
internal sealed class SpamBudget
{
    private const double Burst = 25;
    private static readonly TimeSpan Refill = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, (double Tokens, DateTimeOffset At)> _objects = new(StringComparer.Ordinal);

    public bool TryTake(string objectId, DateTimeOffset now)
    {
        var tokens = TokensOf(objectId, now);
        var taken = tokens >= 1;
        _objects[objectId] = (taken ? tokens - 1 : tokens, now);
        return taken;
    }

    /// <summary>Forgets objects whose budget is whole again.</summary>
    public void Sweep(DateTimeOffset now)
    {
        foreach (var objectId in _objects.Keys.Where(it => TokensOf(it, now) >= Burst).ToArray())
        {
            _objects.Remove(objectId);
        }
    }

    private double TokensOf(string objectId, DateTimeOffset now) =>
        _objects.TryGetValue(objectId, out var known)
            ? Math.Min(Burst, known.Tokens + ((now - known.At) / Refill))
            : Burst;
}
