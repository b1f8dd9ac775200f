namespace Kubernetes.Runtime.Tests.Leases;

/// <summary>Runs everything that a test starts on the test's own thread, in the order in which it becomes due.</summary>
internal sealed class SingleThread : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Call, object? State)> _due = new();

    public override void Post(SendOrPostCallback d, object? state) => _due.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs <paramref name="body"/> with this as its context.</summary>
    public static void Run(Action<SingleThread> body)
    {
        var before = Current;
        var context = new SingleThread();
        SetSynchronizationContext(context);
        try
        {
            body(context);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Runs what is due, and what that makes due.</summary>
    public void Settle()
    {
        while (_due.TryDequeue(out var item))
        {
            item.Call(item.State);
        }
    }
}
