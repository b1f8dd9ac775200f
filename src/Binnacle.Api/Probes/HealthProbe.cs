using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Binnacle.Api.Schema;
using Kubernetes.Models;

namespace Binnacle.Api;

/// <summary>A check from outside: does it answer, how fast, and how long is its certificate valid.</summary>
[CustomResource("healthprobe", "hprobe")]
[PrinterColumn("State", "string", ".status.state", Description = "Healthy, Degraded, Unhealthy or Unknown.")]
[PrinterColumn("Up", "string", ".status.up", Description = "Targets that answer as expected, of all.")]
[PrinterColumn(
    "Latency",
    "string",
    ".status.latency.last",
    Description = "How long the slowest target took the last time."
)]
[PrinterColumn(
    "Cert-Expires",
    "string",
    ".status.certificateExpires",
    Description = "When the first certificate expires."
)]
public sealed record HealthProbe : KubernetesObject<HealthProbe>, IKubernetesObject<HealthProbe>, IStackResource
{
    /// <inheritdoc />
    public static ResourceType ResourceType { get; } = BinnacleResources.Type("HealthProbe", "healthprobes");

    /// <inheritdoc />
    public static JsonTypeInfo<HealthProbe> JsonTypeInfo => BinnacleJsonContext.Default.HealthProbe;

    /// <summary>What is probed, how, and what counts as healthy.</summary>
    [RequiredField]
    public HealthProbeSpec Spec
    {
        get => field ?? new HealthProbeSpec();
        init;
    }

    /// <summary>How the targets do. Written by the operator.</summary>
    public HealthProbeStatus? Status { get; init; }

    StackRef? IStackResource.StackRef => Spec.StackRef;
    ResourceStatus? IStackResource.ResourceStatus => Status;
}

/// <summary>How the targets of a HealthProbe do.</summary>
public sealed record HealthProbeStatus : ResourceStatus
{
    /// <summary>Healthy (all answer in time), Degraded (one is slower than degradedAfter), Unhealthy (one does not answer as expected) or Unknown (not probed yet).</summary>
    public ProbeState? State { get; init; }

    /// <summary>Targets that answer as expected, of all. Example: <c>2/2</c>.</summary>
    public string? Up { get; init; }

    /// <summary>How long the targets take to answer.</summary>
    public ProbeLatency? Latency { get; init; }

    /// <summary>When the first of the targets' certificates expires.</summary>
    public DateTimeOffset? CertificateExpires { get; init; }

    /// <summary>The targets, at most 20, the worst first.</summary>
    [Size(Max = 20)]
    public IReadOnlyList<ProbedTarget>? Targets { get; init; }
}

/// <summary>State of a probe or of one of its targets.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProbeState>))]
public enum ProbeState
{
    /// <summary>Not probed yet, or nobody answers for the probe.</summary>
    Unknown,

    /// <summary>It answers as expected, in time.</summary>
    Healthy,

    /// <summary>It answers as expected, but slower than degradedAfter.</summary>
    Degraded,

    /// <summary>It does not answer as expected.</summary>
    Unhealthy,
}

/// <summary>How long targets take to answer.</summary>
public sealed record ProbeLatency
{
    /// <summary>The slowest target the last time. Example: <c>120ms</c>.</summary>
    public string? Last { get; init; }

    /// <summary>95 % of the probes of the last hour took at most this long. Example: <c>310ms</c>.</summary>
    public string? P95 { get; init; }
}

/// <summary>One target of a probe.</summary>
public sealed record ProbedTarget
{
    /// <summary>The target as it was given.</summary>
    [RequiredField]
    public string Target
    {
        get => field ?? "";
        init;
    }

    /// <summary>Healthy, Degraded, Unhealthy or Unknown.</summary>
    [RequiredField]
    public ProbeState State { get; init; }

    /// <summary>HTTP status of the answer, for type HTTP.</summary>
    public int? StatusCode { get; init; }

    /// <summary>How long it took. Example: <c>120ms</c>.</summary>
    public string? Latency { get; init; }

    /// <summary>When its certificate expires.</summary>
    public DateTimeOffset? CertificateExpires { get; init; }

    /// <summary>Why it is not healthy.</summary>
    public string? LastError { get; init; }
}
