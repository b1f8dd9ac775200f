using Binnacle.Api;

namespace Binnacle.Rendering.Common;

/// <summary>What a profile gives a component that its spec leaves open.</summary>
/// <param name="Image">The image that the tests run.</param>
/// <param name="Replicas">Number of pods.</param>
/// <param name="Requests">CPU and memory; there are no limits by default: a throttled monitor is a blind one.</param>
/// <param name="StorageSize">Size of the volume; null keeps data only as long as the pod.</param>
internal sealed record ComponentDefaults(
    string Image,
    int Replicas,
    IReadOnlyDictionary<string, string> Requests,
    string? StorageSize
)
{
    /// <summary>Prometheus.</summary>
    public static ComponentDefaults Prometheus(StackProfile profile) =>
        profile == StackProfile.Production
            ? new("quay.io/prometheus/prometheus:v3.5.3", 2, Sizes("500m", "2Gi"), "50Gi")
            : new("quay.io/prometheus/prometheus:v3.5.3", 1, Sizes("50m", "256Mi"), null);

    /// <summary>Alertmanager.</summary>
    public static ComponentDefaults Alertmanager(StackProfile profile) =>
        profile == StackProfile.Production
            ? new("quay.io/prometheus/alertmanager:v0.33.1", 3, Sizes("50m", "128Mi"), "2Gi")
            : new("quay.io/prometheus/alertmanager:v0.33.1", 1, Sizes("10m", "64Mi"), null);

    /// <summary>Blackbox exporter.</summary>
    public static ComponentDefaults Blackbox(StackProfile profile) =>
        profile == StackProfile.Production
            ? new("quay.io/prometheus/blackbox-exporter:v0.28.0", 2, Sizes("50m", "64Mi"), null)
            : new("quay.io/prometheus/blackbox-exporter:v0.28.0", 1, Sizes("10m", "32Mi"), null);

    /// <summary>The image of a component: its own, or the default.</summary>
    public string ImageOf(ComponentSpec spec) => string.IsNullOrEmpty(spec.Image) ? Image : spec.Image;

    /// <summary>The replicas of a component: its own, or the default.</summary>
    public int ReplicasOf(ComponentSpec spec) => spec.Replicas ?? Replicas;

    private static SortedDictionary<string, string> Sizes(string cpu, string memory) =>
        new(StringComparer.Ordinal) { ["cpu"] = cpu, ["memory"] = memory };
}
