using System.Text.Json.Serialization.Metadata;
using Binnacle.Api.Schema;
using Kubernetes.Models;

namespace Binnacle.Api;

/// <summary>A monitoring stack: Prometheus, Alertmanager and a prober, deployed and kept healthy, running what AlertRules, ScrapeTargets, HealthProbes and Dashboards ask for.</summary>
[CustomResource("monitoringstack", "mstack")]
[PrinterColumn("Phase", "string", ".status.phase", Description = "Pending, Progressing, Ready, Degraded or Paused.")]
[PrinterColumn(
    "Components",
    "string",
    ".status.summary.components",
    Description = "Components that are ready, of all."
)]
[PrinterColumn("Rules", "integer", ".status.alerts.rules", Description = "Alert rules that are loaded.")]
[PrinterColumn("Firing", "integer", ".status.alerts.firing", Description = "Alerts that fire now.")]
[PrinterColumn("Targets", "string", ".status.summary.targets", Description = "Scrape targets that are up, of all.")]
[PrinterColumn("Probes", "string", ".status.summary.probes", Description = "Health probes that are healthy, of all.")]
[PrinterColumn(
    "Dashboards",
    "string",
    ".status.summary.dashboards",
    Description = "Dashboards that are loaded, of all."
)]
[PrinterColumn("Versions", "string", ".status.summary.versions", Wide = true, Description = "Versions that run.")]
public sealed record MonitoringStack : KubernetesObject<MonitoringStack>, IKubernetesObject<MonitoringStack>
{
    /// <inheritdoc />
    public static ResourceType ResourceType { get; } = BinnacleResources.Type("MonitoringStack", "monitoringstacks");

    /// <inheritdoc />
    public static JsonTypeInfo<MonitoringStack> JsonTypeInfo => BinnacleJsonContext.Default.MonitoringStack;

    /// <summary>What the stack consists of. Empty is enough: everything has a default.</summary>
    public MonitoringStackSpec Spec
    {
        get => field ?? new MonitoringStackSpec();
        init;
    }

    /// <summary>How the stack does. Written by the operator.</summary>
    public MonitoringStackStatus? Status { get; init; }
}
