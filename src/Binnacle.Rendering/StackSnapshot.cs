using Binnacle.Api;

namespace Binnacle.Rendering;

/// <summary>
/// Everything that rendering one stack depends on, read at one moment. Immutable: rendering is a pure function of it.
/// </summary>
public sealed record StackSnapshot
{
    /// <summary>The stack itself.</summary>
    public required MonitoringStack Stack { get; init; }

    /// <summary>What the API server has, as far as the result depends on it.</summary>
    public ClusterFacts Cluster { get; init; } = new();

    /// <summary>The versions that the running components report; null before they run.</summary>
    public ObservedVersions Versions { get; init; } = new();

    /// <summary>The AlertRules that the stack selects and that passed validation, in any order.</summary>
    public IReadOnlyList<AlertRule> AlertRules { get; init; } = [];

    /// <summary>As <see cref="AlertRules"/>.</summary>
    public IReadOnlyList<ScrapeTarget> ScrapeTargets { get; init; } = [];

    /// <summary>As <see cref="AlertRules"/>.</summary>
    public IReadOnlyList<HealthProbe> HealthProbes { get; init; } = [];

    /// <summary>As <see cref="AlertRules"/>.</summary>
    public IReadOnlyList<Dashboard> Dashboards { get; init; } = [];

    /// <summary>The namespaces of the cluster, for selectors that speak of them.</summary>
    public IReadOnlyList<NamespaceFacts> Namespaces { get; init; } = [];

    /// <summary>The contents of the Secrets and ConfigMaps that the stack and its resources refer to.</summary>
    public ReferencedContent References { get; init; } = ReferencedContent.Empty;
}

/// <summary>What differs between API servers.</summary>
public sealed record ClusterFacts
{
    /// <summary>discovery.k8s.io/v1 is served: discovery uses EndpointSlices, else Endpoints.</summary>
    public bool HasEndpointSlices { get; init; } = true;

    /// <summary>policy/v1 is served.</summary>
    public bool HasPodDisruptionBudgets { get; init; } = true;
}

/// <summary>A namespace.</summary>
/// <param name="Name">metadata.name.</param>
/// <param name="Labels">metadata.labels.</param>
public sealed record NamespaceFacts(string Name, IReadOnlyDictionary<string, string> Labels);

/// <summary>Versions as the components themselves report them (<c>3.5.3</c>), which win over the image tag.</summary>
public sealed record ObservedVersions
{
    /// <summary>From <c>/api/v1/status/buildinfo</c>.</summary>
    public string? Prometheus { get; init; }

    /// <summary>From <c>/api/v2/status</c>.</summary>
    public string? Alertmanager { get; init; }

    /// <summary>From <c>blackbox_exporter_build_info</c>.</summary>
    public string? Blackbox { get; init; }
}

/// <summary>One key of a Secret or ConfigMap in a namespace.</summary>
/// <param name="Namespace">Namespace of the object.</param>
/// <param name="Name">Name of the object.</param>
/// <param name="Key">The key in its data.</param>
public readonly record struct ContentKey(string Namespace, string Name, string Key)
{
    /// <inheritdoc />
    public override string ToString() => $"{Namespace}/{Name}[{Key}]";
}

/// <summary>
/// What references lead to. Secret content goes only into Secrets that the stack owns and mounts, never into a
/// ConfigMap, a status, an Event or a log.
/// </summary>
public sealed class ReferencedContent(
    IReadOnlyDictionary<ContentKey, byte[]> secrets,
    IReadOnlyDictionary<ContentKey, string> configMaps
)
{
    /// <summary>No reference leads anywhere.</summary>
    public static ReferencedContent Empty { get; } =
        new(new Dictionary<ContentKey, byte[]>(), new Dictionary<ContentKey, string>());

    /// <summary>The bytes of a Secret's key, or null when the Secret or the key is missing.</summary>
    public byte[]? Secret(ContentKey key) => secrets.GetValueOrDefault(key);

    /// <summary>The text of a ConfigMap's key, or null when the ConfigMap or the key is missing.</summary>
    public string? ConfigMap(ContentKey key) => configMaps.GetValueOrDefault(key);
}
