namespace Kubernetes.Runtime.Controllers;

/// <summary>How a <see cref="Controller{TKey}"/> works.</summary>
public sealed record ControllerOptions
{
    /// <summary>How many keys are reconciled at once. Default 4.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>After which one reconciliation is cut off and tried again later. Default 2 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long reconciliations in progress may go on after a stop was asked for. Default 25 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>
    /// By which part of it a requeue delay of at least a minute is made longer or shorter at random, so that keys that
    /// started together do not stay together. Default 0.1.
    /// </summary>
    public double RequeueSpread { get; init; } = 0.1;
}
