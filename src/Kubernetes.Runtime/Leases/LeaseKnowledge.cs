using Kubernetes.Models;

namespace Kubernetes.Runtime.Leases;

/// <summary>
/// What one candidate knows of the Lease, and what follows: whose it is, how long it must be left alone, and what is to
/// be written. The times inside the Lease are other machines' and only told to people; what counts is how long ago, by
/// this process' monotonic clock, the record was last seen to change.
/// </summary>
internal sealed class LeaseKnowledge(LeaderElectionOptions options, TimeProvider time)
{
    /// <summary>What a leader that gives the Lease back leaves in it: https://pkg.go.dev/k8s.io/client-go/tools/leaderelection.</summary>
    private const int ReleasedSeconds = 1;

    private bool _looked;
    private bool _vanished;
    private long _changedAt;

    /// <summary>The Lease as it was last seen; null when it was not there.</summary>
    public Lease? Seen { get; private set; }

    /// <summary>Whose it is; empty when it is nobody's.</summary>
    public string Holder => Seen?.Spec?.HolderIdentity ?? "";

    /// <summary>It carries our name.</summary>
    public bool IsOurs => Holder == options.Identity;

    /// <summary>It is there and does not carry our name.</summary>
    public bool IsAnothers => Seen is not null && !IsOurs;

    /// <summary>Takes note of the Lease as the server just gave it; null when it has none.</summary>
    public void Saw(Lease? lease)
    {
        if (!_looked || !IsSameRecord(Seen?.Spec, lease?.Spec) || Seen is null != lease is null)
        {
            _changedAt = time.GetTimestamp();
            // Deleted under its holder, who may not know yet. Our own we may make again.
            _vanished = lease is null && IsAnothers;
        }

        _looked = true;
        Seen = lease;
    }

    /// <summary>How long it must still be left alone; zero when it is ours, released, or was not touched for long enough.</summary>
    public TimeSpan UntilFree()
    {
        if (Seen is null)
        {
            return _vanished ? Left(options.LeaseDuration) : TimeSpan.Zero;
        }

        var seconds = Seen.Spec?.LeaseDurationSeconds ?? 0;
        if (IsOurs || (Holder.Length == 0 && seconds <= ReleasedSeconds))
        {
            return TimeSpan.Zero;
        }

        // A holder that asks for longer gets it. An edit by hand must not make its time shorter than it thinks it is:
        // that is why a name that was wiped out is waited for as well.
        var asked = TimeSpan.FromSeconds(seconds);
        return Left(asked > options.LeaseDuration ? asked : options.LeaseDuration);
    }

    /// <summary>The Lease with our name in it, to be created or to replace the one that was seen.</summary>
    public Lease Claim()
    {
        var now = time.GetUtcNow();
        var before = Seen?.Spec ?? new LeaseSpec();
        return With(
            before with
            {
                HolderIdentity = options.Identity,
                LeaseDurationSeconds = (int)options.LeaseDuration.TotalSeconds,
                AcquireTime = IsOurs ? before.AcquireTime ?? now : now,
                RenewTime = now,
                LeaseTransitions =
                    IsOurs || Seen is null ? before.LeaseTransitions ?? 0 : (before.LeaseTransitions ?? 0) + 1,
            }
        );
    }

    /// <summary>The Lease given back.</summary>
    public Lease Release()
    {
        var now = time.GetUtcNow();
        return With(
            (Seen?.Spec ?? new LeaseSpec()) with
            {
                HolderIdentity = "",
                LeaseDurationSeconds = ReleasedSeconds,
                AcquireTime = now,
                RenewTime = now,
            }
        );
    }

    // Labels, annotations and fields that others wrote stay, and the version makes the write fail if it is not current.
    private Lease With(LeaseSpec spec) =>
        (
            Seen
            ?? new Lease
            {
                Metadata = new ObjectMeta { Namespace = options.Lease.Namespace, Name = options.Lease.Name },
            }
        ) with
        {
            Spec = spec,
        };

    private TimeSpan Left(TimeSpan duration)
    {
        var left = duration - time.GetElapsedTime(_changedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static bool IsSameRecord(LeaseSpec? one, LeaseSpec? other) =>
        one?.HolderIdentity == other?.HolderIdentity
        && one?.LeaseDurationSeconds == other?.LeaseDurationSeconds
        && one?.AcquireTime == other?.AcquireTime
        && one?.RenewTime == other?.RenewTime
        && one?.LeaseTransitions == other?.LeaseTransitions;
}
