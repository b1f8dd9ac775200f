using System.Collections.Concurrent;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Kubernetes.Runtime.Apply;

/// <summary>What is known of an object since this process applied it or found it as wanted.</summary>
/// <param name="Hash">Of what was wanted.</param>
/// <param name="Uid">Of the live object.</param>
/// <param name="Version">Of the live object when it was last known to be as wanted.</param>
/// <param name="Content">
/// Of what the live object said then, see <see cref="ContentHash.OfLive"/>; null for kinds without a generation, whose
/// version moves only when they are written.
/// </param>
/// <param name="At">Timestamp of the write.</param>
/// <param name="Seen">Whether the cache has had that version, or a later one.</param>
/// <param name="Deviations">What of the intent it could not be given.</param>
internal sealed record Applied(
    string Hash,
    string? Uid,
    string? Version,
    string? Content,
    long At,
    bool Seen,
    IReadOnlyList<ApplyDeviation> Deviations
)
{
    public static Applied From(
        string hash,
        KubernetesObject live,
        long at,
        bool seen,
        IReadOnlyList<ApplyDeviation>? deviations = null
    ) =>
        new(
            hash,
            live.Metadata.Uid,
            live.Metadata.ResourceVersion,
            live.Metadata.Generation is null ? null : ContentHash.OfLive(live),
            at,
            seen,
            deviations ?? []
        );
}

/// <summary>A write that the server forbade.</summary>
/// <param name="Hash">Of what was wanted.</param>
/// <param name="At">Timestamp of the answer.</param>
/// <param name="Error">The answer.</param>
internal sealed record Forbidden(string Hash, long At, KubernetesApiException Error);

/// <summary>What one set holds.</summary>
internal sealed class SetMemory
{
    public ConcurrentDictionary<ObjectRef, Applied> Applied { get; } = new();

    /// <summary>Uids of objects that were deleted and that the cache may show for a moment longer.</summary>
    public ConcurrentDictionary<ObjectRef, string?> Pruned { get; } = new();

    /// <summary>What was forbidden a moment ago: it would be again.</summary>
    public ConcurrentDictionary<ObjectRef, Forbidden> Forbidden { get; } = new();
}
