namespace Kubernetes.Client;

/// <summary>Cancels when the caller does, or when time is up; and knows which of them it was.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly TimeSpan limit;
    private readonly CancellationToken callers;
    private readonly CancellationTokenSource source;
    private readonly ITimer timer;
    private volatile bool expired;

    public Deadline(TimeProvider time, TimeSpan limit, CancellationToken callers)
    {
        this.limit = limit;
        this.callers = callers;
        source = CancellationTokenSource.CreateLinkedTokenSource(callers);
        timer = time.CreateTimer(static state => ((Deadline)state!).Expire(), this, limit, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => source.Token;

    /// <summary>Something happened: the time starts anew.</summary>
    public void Restart() => timer.Change(limit, Timeout.InfiniteTimeSpan);

    /// <summary>Whether what sending or reading threw is a failure of the request, and not the caller's own will.</summary>
    public bool CanExplain(Exception e) =>
        !callers.IsCancellationRequested
        && e
            is HttpRequestException
                or IOException
                or OperationCanceledException
                or ObjectDisposedException
                // What is compressed broke off, or is something else.
                or InvalidDataException;

    /// <summary>The exception to throw instead.</summary>
    public KubernetesApiException Explain(string request, Exception e) =>
        expired
            ? new KubernetesApiException(
                KubernetesErrorKind.Timeout,
                $"{request}: no answer within {limit.TotalSeconds:0.#} s",
                innerException: e
            )
            : ErrorTranslator.FromTransport(request, e);

    public void Dispose()
    {
        timer.Dispose();
        source.Dispose();
    }

    private void Expire()
    {
        expired = true;
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The request ended at the same moment.
        }
    }
}
