using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using Kubernetes.Client;
using Kubernetes.Models;
using LocalCluster.Node.Pods;

namespace LocalCluster.Node.Volumes;

/// <summary>
/// The files that ConfigMap, Secret, projected and downward API volumes hold, read from the API server as it is now.
/// </summary>
/// <param name="client">Reads the sources.</param>
/// <param name="tokens">Makes service account tokens.</param>
/// <param name="filter">Changes the text of ConfigMaps; for programs that cannot resolve Service names.</param>
internal sealed class VolumeContents(
    IKubernetesClient client,
    ServiceAccountTokens tokens,
    Func<string, string>? filter
)
{
    private const int DefaultMode = 0x1A4; // 0644
    private const int ParallelReads = 8;

    /// <summary>The files of a volume, or null for a volume that is not made of files from the API.</summary>
    /// <exception cref="VolumeNotReadyException">A source that is not optional is missing, or lacks a key.</exception>
    public async Task<IReadOnlyDictionary<string, FilePayload>?> ReadAsync(
        Volume volume,
        Pod pod,
        PodPlacement placement,
        CancellationToken cancellationToken
    )
    {
        var (sources, mode) = volume switch
        {
            { ConfigMap: { } map } => (
                new[]
                {
                    new VolumeProjection
                    {
                        ConfigMap = new()
                        {
                            Name = map.Name,
                            Items = map.Items,
                            Optional = map.Optional,
                        },
                    },
                },
                map.DefaultMode
            ),
            { Secret: { } secret } => (
                [
                    new VolumeProjection
                    {
                        Secret = new()
                        {
                            Name = secret.SecretName,
                            Items = secret.Items,
                            Optional = secret.Optional,
                        },
                    },
                ],
                secret.DefaultMode
            ),
            { Projected: { } projected } => (projected.Sources ?? [], projected.DefaultMode),
            { DownwardAPI: { } downward } => (
                [new VolumeProjection { DownwardAPI = downward }],
                downward.TryGetProperty("defaultMode", out var given) ? given.GetInt32() : null
            ),
            _ => ((IReadOnlyList<VolumeProjection>?)null, (int?)null),
        };
        if (sources is null)
        {
            return null;
        }

        // Sources are read side by side and merged in their order: of two that name one path the later wins.
        var parts = new IReadOnlyDictionary<string, FilePayload>[sources.Count];
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = ParallelReads,
            CancellationToken = cancellationToken,
        };
        try
        {
            await Parallel.ForAsync(
                0,
                sources.Count,
                parallel,
                async (i, cancellation) =>
                    parts[i] = await ReadSourceAsync(sources[i], mode ?? DefaultMode, pod, placement, cancellation)
            );
        }
        catch (AggregateException exception) when (exception.InnerException is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }

        var files = new Dictionary<string, FilePayload>();
        foreach (var (path, file) in parts.SelectMany(p => p))
        {
            files[path] = file;
        }

        return files;
    }

    private async Task<IReadOnlyDictionary<string, FilePayload>> ReadSourceAsync(
        VolumeProjection source,
        int mode,
        Pod pod,
        PodPlacement placement,
        CancellationToken cancellationToken
    )
    {
        var ns = pod.Metadata.Namespace ?? "";
        switch (source)
        {
            case { ConfigMap: { } wanted }:
            {
                var map = await client.FindAsync<ConfigMap>(new ObjectKey(ns, wanted.Name ?? ""), cancellationToken);
                var data = map is null ? null : TextAndBinary(map);
                return Select(data, "configmap", wanted.Name, wanted.Items, wanted.Optional == true, mode);
            }

            case { Secret: { } wanted }:
            {
                var secret = await client.FindAsync<Secret>(new ObjectKey(ns, wanted.Name ?? ""), cancellationToken);
                var data = secret is null ? null : secret.Data ?? new Dictionary<string, byte[]>();
                return Select(data, "secret", wanted.Name, wanted.Items, wanted.Optional == true, mode);
            }

            case { ServiceAccountToken: { } wanted }:
            {
                var token = await tokens.GetAsync(pod, wanted, cancellationToken);
                return new Dictionary<string, FilePayload>
                {
                    [wanted.Path] = new(Encoding.UTF8.GetBytes(token), 0x180), // 0600
                };
            }

            case { DownwardAPI: { } wanted }:
                return Downward(wanted, pod, placement, mode);

            default:
                throw new VolumeNotReadyException(
                    "a source of a projected volume is none of configMap, secret, serviceAccountToken and downwardAPI"
                );
        }
    }

    private Dictionary<string, byte[]> TextAndBinary(ConfigMap map)
    {
        var data = new Dictionary<string, byte[]>();
        foreach (var (key, text) in map.Data ?? new Dictionary<string, string>())
        {
            data[key] = Encoding.UTF8.GetBytes(filter is null ? text : filter(text));
        }

        foreach (var (key, bytes) in map.BinaryData ?? new Dictionary<string, byte[]>())
        {
            data[key] = bytes;
        }

        return data;
    }

    private static Dictionary<string, FilePayload> Select(
        IReadOnlyDictionary<string, byte[]>? data,
        string kind,
        string? name,
        IReadOnlyList<KeyToPath>? items,
        bool optional,
        int mode
    )
    {
        if (data is null)
        {
            return optional ? [] : throw new VolumeNotReadyException($"{kind} \"{name}\" not found");
        }

        if (items is null)
        {
            return data.ToDictionary(d => d.Key, d => new FilePayload(d.Value, mode));
        }

        var files = new Dictionary<string, FilePayload>();
        foreach (var item in items)
        {
            if (data.TryGetValue(item.Key, out var content))
            {
                files[item.Path] = new FilePayload(content, item.Mode ?? mode);
            }
            else if (!optional)
            {
                throw new VolumeNotReadyException($"{kind} \"{name}\" references non-existent key: {item.Key}");
            }
        }

        return files;
    }

    private static Dictionary<string, FilePayload> Downward(
        JsonElement source,
        Pod pod,
        PodPlacement placement,
        int mode
    )
    {
        var files = new Dictionary<string, FilePayload>();
        if (!source.TryGetProperty("items", out var items))
        {
            return files;
        }

        foreach (var item in items.EnumerateArray())
        {
            var path = item.GetProperty("path").GetString() ?? "";
            var field = item.TryGetProperty("fieldRef", out var reference)
                ? reference.GetProperty("fieldPath").GetString() ?? ""
                : throw new VolumeNotReadyException(
                    $"downwardAPI file \"{path}\": only fieldRef is supported by this node"
                );
            var value =
                PodFields.Find(pod, placement, field)
                ?? throw new VolumeNotReadyException($"downwardAPI file \"{path}\": unsupported fieldPath: {field}");
            var given = item.TryGetProperty("mode", out var own) ? own.GetInt32() : mode;
            files[path] = new FilePayload(Encoding.UTF8.GetBytes(value), given);
        }

        return files;
    }
}
