using System.ComponentModel.DataAnnotations;
using Kubernetes.Models;

namespace Kubernetes.Runtime.Leases;

/// <summary>Which Lease is contended for, by whom, and how fast. The defaults are those of client-go.</summary>
public sealed record LeaderElectionOptions
{
    /// <summary>
    /// Pauses between looks at another's Lease are up to this much longer than <see cref="RetryPeriod"/>, as a factor of
    /// it, so that candidates do not come all at once: https://pkg.go.dev/k8s.io/client-go/tools/leaderelection.
    /// </summary>
    internal const double JitterFactor = 1.2;

    /// <summary>The Lease: namespace and name. All candidates name the same one.</summary>
    public required ObjectKey Lease { get; init; }

    /// <summary>This candidate; no two that run at a time may have the same. By convention pod name, <c>_</c>, uid.</summary>
    public required string Identity { get; init; }

    /// <summary>How long a candidate waits after the last change of the Lease that it saw; whole seconds, default 15 s.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long after sending its last successful renewal a leader gives up; default 10 s.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time between renewals, and the least between two looks of a candidate; default 2 s.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one request may take; default 5 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ValidationException">Two of them do not fit together; the message says which, and how they must.</exception>
    public void Validate()
    {
        Require(Lease.Name.Length > 0 && Lease.Namespace.Length > 0, "the Lease needs a namespace and a name");
        Require(Identity.Length > 0, "a candidate needs an identity");
        Require(
            LeaseDuration >= TimeSpan.FromSeconds(1) && LeaseDuration.Ticks % TimeSpan.TicksPerSecond == 0,
            $"the lease duration must be whole seconds, at least one, not {Text(LeaseDuration)}"
        );
        Require(RetryPeriod > TimeSpan.Zero, $"the retry period must be positive, not {Text(RetryPeriod)}");
        Require(RequestTimeout > TimeSpan.Zero, $"the request timeout must be positive, not {Text(RequestTimeout)}");
        Require(
            LeaseDuration > RenewDeadline,
            $"the lease duration ({Text(LeaseDuration)}) must be greater than the renew deadline ({Text(RenewDeadline)})"
        );
        Require(
            RenewDeadline > RetryPeriod * JitterFactor,
            $"the renew deadline ({Text(RenewDeadline)}) must be greater than {JitterFactor} times the retry period ({Text(RetryPeriod)})"
        );
    }

    private static void Require(bool holds, string words)
    {
        if (!holds)
        {
            throw new ValidationException($"Leader election: {words}");
        }
    }

    private static string Text(TimeSpan time) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
