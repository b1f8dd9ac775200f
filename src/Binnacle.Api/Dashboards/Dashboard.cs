using System.Text.Json.Serialization.Metadata;
using Binnacle.Api.Schema;
using Kubernetes.Models;

namespace Binnacle.Api;

/// <summary>A Grafana dashboard.</summary>
[CustomResource("dashboard", "dash")]
[PrinterColumn("Title", "string", ".status.title", Description = "Title inside the dashboard.")]
[PrinterColumn("Folder", "string", ".spec.folder", Description = "Folder it is shown in.")]
[PrinterColumn("Panels", "integer", ".status.panels", Description = "Number of panels, rows left out.")]
[PrinterColumn(
    "Ready",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].status",
    Description = "Whether it is valid and published."
)]
public sealed record Dashboard : KubernetesObject<Dashboard>, IKubernetesObject<Dashboard>, IStackResource
{
    /// <inheritdoc />
    public static ResourceType ResourceType { get; } = BinnacleResources.Type("Dashboard", "dashboards");

    /// <inheritdoc />
    public static JsonTypeInfo<Dashboard> JsonTypeInfo => BinnacleJsonContext.Default.Dashboard;

    /// <summary>The dashboard and where it is shown.</summary>
    [RequiredField]
    public DashboardSpec Spec
    {
        get => field ?? new DashboardSpec();
        init;
    }

    /// <summary>What became of the dashboard. Written by the operator.</summary>
    public DashboardStatus? Status { get; init; }

    StackRef? IStackResource.StackRef => Spec.StackRef;
    ResourceStatus? IStackResource.ResourceStatus => Status;
}

/// <summary>The dashboard and where it is shown.</summary>
[CelRule(
    "[has(self.json), has(self.gzipJson), has(self.configMapRef)].filter(x, x).size() == 1",
    "give exactly one of json, gzipJson and configMapRef"
)]
[CelRule(
    "has(self.uid) == has(oldSelf.uid)",
    "uid cannot be added or removed later: links to the dashboard would break"
)]
public sealed record DashboardSpec
{
    /// <summary>The one MonitoringStack that shows this dashboard. Default: every stack whose selectors match.</summary>
    public StackRef? StackRef { get; init; }

    /// <summary>
    /// Grafana's identifier of the dashboard, part of its URL; cannot be changed later. Default: a stable one, made of namespace and name. Example: <c>checkout-overview</c>.
    /// </summary>
    [Size(Min = 1, Max = 40), Pattern("^[a-zA-Z0-9_-]+$")]
    [CelRule("self == oldSelf", "uid cannot be changed: links to the dashboard would break")]
    public string? Uid { get; init; }

    /// <summary>Folder in Grafana, made when it does not exist. Default: the folder General. Example: <c>Payments</c>.</summary>
    [Size(Min = 1, Max = 189)]
    public string? Folder { get; init; }

    /// <summary>The dashboard as Grafana exports it (JSON). Up to 900 kB; use gzipJson for larger ones.</summary>
    [Size(Min = 2, Max = 921600)]
    public string? Json { get; init; }

    /// <summary>The dashboard as Grafana exports it, compressed with gzip and then encoded in base64. Made by: <c>gzip -c dashboard.json | base64 -w0</c>.</summary>
    [Size(Min = 4, Max = 921600), Format("byte")]
    public string? GzipJson { get; init; }

    /// <summary>The dashboard as Grafana exports it, in a ConfigMap of the same namespace.</summary>
    public ConfigMapKeyRef? ConfigMapRef { get; init; }
}

/// <summary>What became of a Dashboard.</summary>
public sealed record DashboardStatus : ResourceStatus
{
    /// <summary>Grafana's identifier of the dashboard.</summary>
    public string? Uid { get; init; }

    /// <summary>Title inside the dashboard.</summary>
    public string? Title { get; init; }

    /// <summary>Number of panels, rows left out.</summary>
    public int? Panels { get; init; }

    /// <summary>Number of queries of all panels.</summary>
    public int? Queries { get; init; }
}
