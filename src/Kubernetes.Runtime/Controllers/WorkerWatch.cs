namespace Kubernetes.Runtime.Controllers;

/// <summary>Knows of every worker whether it is there and since when it works on what. Thread-safe.</summary>
/// <param name="workers">How many there are; numbered from 0.</param>
/// <param name="longest">Who works longer than this on one key is stuck.</param>
/// <param name="time">The clock.</param>
internal sealed class WorkerWatch<TKey>(int workers, TimeSpan longest, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly (long Since, TKey Key)?[] _work = new (long, TKey)?[workers];
    private readonly bool[] _ended = new bool[workers];
    private bool _mayEnd;

    public string? Problem
    {
        get
        {
            lock (_gate)
            {
                if (!_mayEnd && _ended.Count(ended => ended) is > 0 and var dead)
                {
                    return $"{dead} of {workers} workers ended";
                }

                foreach (var work in _work)
                {
                    if (work is { } it && time.GetElapsedTime(it.Since) is var elapsed && elapsed > longest)
                    {
                        return $"a worker is stuck on {it.Key} for {(long)elapsed.TotalSeconds} s";
                    }
                }

                return null;
            }
        }
    }

    public void Began(int worker, TKey key)
    {
        lock (_gate)
        {
            _work[worker] = (time.GetTimestamp(), key);
        }
    }

    public void Rests(int worker)
    {
        lock (_gate)
        {
            _work[worker] = null;
        }
    }

    public void Ended(int worker)
    {
        lock (_gate)
        {
            _ended[worker] = true;
        }
    }

    /// <summary>From now on it is as it should be that workers end.</summary>
    public void MayEnd()
    {
        lock (_gate)
        {
            _mayEnd = true;
        }
    }
}
