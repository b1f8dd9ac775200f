using System.Text.Json.Serialization.Metadata;
using Binnacle.Api.Schema;
using Kubernetes.Models;

namespace Binnacle.Api;

/// <summary>Where metrics are read from. Its status says live which targets are up, and why others are not.</summary>
[CustomResource("scrapetarget", "starget")]
[PrinterColumn("Up", "string", ".status.up", Description = "Targets that answered the last scrape, of all.")]
[PrinterColumn("Samples", "integer", ".status.samples", Description = "Samples that a scrape of all targets brings.")]
[PrinterColumn("Last-Error", "string", ".status.lastError", Description = "Why a scrape failed.")]
public sealed record ScrapeTarget : KubernetesObject<ScrapeTarget>, IKubernetesObject<ScrapeTarget>, IStackResource
{
    /// <inheritdoc />
    public static ResourceType ResourceType { get; } = BinnacleResources.Type("ScrapeTarget", "scrapetargets");

    /// <inheritdoc />
    public static JsonTypeInfo<ScrapeTarget> JsonTypeInfo => BinnacleJsonContext.Default.ScrapeTarget;

    /// <summary>Where the targets are and how they are read.</summary>
    [RequiredField]
    public ScrapeTargetSpec Spec
    {
        get => field ?? new ScrapeTargetSpec();
        init;
    }

    /// <summary>How the targets do. Written by the operator.</summary>
    public ScrapeTargetStatus? Status { get; init; }

    StackRef? IStackResource.StackRef => Spec.StackRef;
    ResourceStatus? IStackResource.ResourceStatus => Status;
}

/// <summary>How the targets do.</summary>
public sealed record ScrapeTargetStatus : ResourceStatus
{
    /// <summary>Targets that answered the last scrape, of all. Example: <c>3/4</c>.</summary>
    public string? Up { get; init; }

    /// <summary>Samples that one scrape of all targets brings, after metricRelabelings.</summary>
    public long? Samples { get; init; }

    /// <summary>Why a scrape failed, of the first failing target; empty when all are up.</summary>
    public string? LastError { get; init; }

    /// <summary>The targets, at most 20, the failing first.</summary>
    [Size(Max = 20)]
    public IReadOnlyList<ScrapedTarget>? Targets { get; init; }
}

/// <summary>One target.</summary>
public sealed record ScrapedTarget
{
    /// <summary>URL that is read.</summary>
    [RequiredField]
    public string Target
    {
        get => field ?? "";
        init;
    }

    /// <summary>Whether the last scrape worked.</summary>
    [RequiredField]
    public bool Up { get; init; }

    /// <summary>Why it did not.</summary>
    public string? LastError { get; init; }
}
