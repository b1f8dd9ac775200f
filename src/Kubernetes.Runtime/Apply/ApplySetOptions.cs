namespace Kubernetes.Runtime.Apply;

/// <summary>How an <see cref="ApplySet"/> works.</summary>
public sealed record ApplySetOptions
{
    /// <summary>
    /// The annotation in which an object carries the hash of what was applied, so that a restarted process knows
    /// whether a field was taken out of the intent meanwhile. Default: <c>FIELDMANAGER/applied-hash</c>.
    /// </summary>
    public string? HashAnnotation { get; init; }

    /// <summary>Requests under way at once. Default 8.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>How long a created object may be missing from the cache before it counts as gone. Default 5 s.</summary>
    public TimeSpan CacheLag { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a write that the server forbade (a quota, rights, a policy) is not tried again unless something else is
    /// wanted: a full quota would else cost a request per object whenever anything changes. Default 5 s.
    /// </summary>
    public TimeSpan ForbiddenPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait until a StatefulSet is gone that is to be created anew. Default 30 s.</summary>
    public TimeSpan RecreateTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// When to try again what an object could not be given (<see cref="ApplyDeviation"/>). Default 5 min.
    /// </summary>
    public TimeSpan DeviationRetry { get; init; } = TimeSpan.FromMinutes(5);
}
