namespace Kubernetes.Runtime.Leases;

/// <summary>
/// The Lease is another's, or may become another's at any moment. The process must end: what it still holds in memory
/// was the work of a leader.
/// </summary>
public sealed class LeadershipLostException(string message, Exception? innerException = null)
    : Exception($"leader election lost: {message}", innerException);
