namespace LocalCluster;

/// <summary>What <c>kubectl logs</c> asks for.</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Pod">The pod's name.</param>
/// <param name="PodUid">The pod's uid.</param>
/// <param name="Container">The container's name.</param>
public sealed record PodLogRequest(string Namespace, string Pod, string PodUid, string Container)
{
    /// <summary>Keep the stream open and send what comes.</summary>
    public bool Follow { get; init; }

    /// <summary>The container's previous run.</summary>
    public bool Previous { get; init; }

    /// <summary>Put an RFC 3339 time before every line.</summary>
    public bool Timestamps { get; init; }

    /// <summary>Only so many lines from the end; null: all.</summary>
    public long? TailLines { get; init; }

    /// <summary>Only what was written since; null: all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>At most so many bytes; null: all.</summary>
    public long? LimitBytes { get; init; }
}

/// <summary>Where the API server reads the logs of a node's pods: implemented by whatever runs them.</summary>
public interface IPodLogSource
{
    /// <summary>
    /// Opens the log of a container: UTF-8 lines, from the oldest wanted on. With <see cref="PodLogRequest.Follow"/> the
    /// stream ends when the container does or the token fires. Null when there is no log (yet): the container has not
    /// started, or has no previous run.
    /// </summary>
    Task<Stream?> OpenAsync(PodLogRequest request, CancellationToken cancellationToken);
}
