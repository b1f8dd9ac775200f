namespace LocalCluster.Node.Pods;

/// <summary>
/// How long a container waits before it is started again: not at all the first time, then from the initial wait
/// doubling to the limit, and from the start again after it has run for twice the limit. Source: kubernetes
/// pkg/kubelet/kuberuntime (doBackOff) with client-go's flowcontrol.Backoff.
/// </summary>
internal sealed class RestartBackOff(TimeSpan initial, TimeSpan limit)
{
    private TimeSpan next;
    private bool hasFailed;

    /// <summary>The wait after a run that lasted <paramref name="ran"/>.</summary>
    public TimeSpan After(TimeSpan ran)
    {
        if (!hasFailed || ran > limit * 2)
        {
            hasFailed = true;
            next = initial;
            return TimeSpan.Zero;
        }

        var wait = next;
        next = next * 2 < limit ? next * 2 : limit;
        return wait;
    }
}
