using Binnacle.Rendering.Rules;
using Kubernetes.Models;

namespace Binnacle.Rendering;

/// <summary>What one stack should be in the cluster, and what must be true for its configuration to count as loaded.</summary>
public sealed record DesiredState
{
    /// <summary>
    /// Every object the stack owns, in the order in which they are applied. An object that did not change since the
    /// last render with the same cache is the same instance.
    /// </summary>
    public required IReadOnlyList<KubernetesObject> Objects { get; init; }

    /// <summary>The workloads, in the order in which they are shown.</summary>
    public required IReadOnlyList<ComponentPlan> Components { get; init; }

    /// <summary>What is wrong with single resources. Those with an error are in none of the objects.</summary>
    public required IReadOnlyList<ResourceProblem> Problems { get; init; }

    /// <summary>Scrape pool (job_name in the configuration) → the ScrapeTarget or HealthProbe it came from.</summary>
    public required IReadOnlyDictionary<string, ResourceRef> ScrapePools { get; init; }

    /// <summary>Where each rule of each AlertRule and HealthProbe is.</summary>
    public required RulePlan Rules { get; init; }

    /// <summary>Dashboards that were rendered, by key.</summary>
    public required IReadOnlyDictionary<ObjectKey, RenderedDashboard> Dashboards { get; init; }

    /// <summary>For each AlertRule: the Alertmanager receivers (channel names) its alerts reach, in order.</summary>
    public required IReadOnlyDictionary<ObjectKey, NotificationPlan> Notifications { get; init; }

    /// <summary>One hash over the configuration of all components: what <c>status.history</c> records.</summary>
    public required string ConfigHash { get; init; }
}

/// <summary>Names a user's resource.</summary>
/// <param name="Kind">AlertRule, Dashboard, HealthProbe, ScrapeTarget or MonitoringStack.</param>
/// <param name="Key">Namespace and name.</param>
public readonly record struct ResourceRef(string Kind, ObjectKey Key)
{
    /// <inheritdoc />
    public override string ToString() => $"{Kind} {Key}";
}

/// <summary>Something wrong or doubtful with a resource, found while rendering.</summary>
/// <param name="Resource">Whose it is.</param>
/// <param name="Reason">CamelCase reason of the condition, for example <c>SecretNotFound</c>.</param>
/// <param name="Message">Names the field, what is wrong and what would be right. Never a secret's content.</param>
/// <param name="IsError">True: the resource is left out. False: a warning, the resource is in.</param>
public sealed record ResourceProblem(ResourceRef Resource, string Reason, string Message, bool IsError = true)
{
    /// <summary>Worth a look, and may well be meant: nobody is warned of it.</summary>
    public bool IsRemark => Reason == RuleChecks.LintInfo;
}

/// <summary>One workload of a stack, and how its loaded configuration is recognised.</summary>
/// <param name="Name">Component name as in labels and status: prometheus, alertmanager, blackbox-exporter.</param>
/// <param name="Workload">The StatefulSet or Deployment.</param>
/// <param name="WorkloadKind">StatefulSet or Deployment.</param>
/// <param name="Service">The Service whose endpoints are the replicas.</param>
/// <param name="Port">Name of the web port of that Service.</param>
/// <param name="PortNumber">Its number.</param>
/// <param name="Replicas">How many replicas are wanted.</param>
/// <param name="Image">The image of the main container.</param>
/// <param name="Engine">Prometheus, Alertmanager, Blackbox.</param>
/// <param name="ConfigHash">
/// What a replica must report to count as up to date: for Prometheus the hash in the marker of <c>rule_files</c>, for
/// Alertmanager the value of <c>alertmanager_config_hash</c>, for the blackbox exporter the hash over its module names.
/// </param>
public sealed record ComponentPlan(
    string Name,
    ObjectKey Workload,
    string WorkloadKind,
    ObjectKey Service,
    string Port,
    int PortNumber,
    int Replicas,
    string Image,
    string Engine,
    string ConfigHash
);

/// <summary>The rules of a stack by their place in Prometheus.</summary>
/// <param name="Rules">Every rule, with its place, in no particular order.</param>
/// <param name="Hash">Changes when any rule changes.</param>
public sealed record RulePlan(IReadOnlyList<PlannedRule> Rules, string Hash);

/// <summary>One rule as Prometheus must report it.</summary>
/// <param name="File">File name without its directory, as <c>/api/v1/rules</c> reports after the last slash.</param>
/// <param name="Group">Name of the group.</param>
/// <param name="Index">Position in the group, from 0.</param>
/// <param name="Name">alertname or the recorded series.</param>
/// <param name="Query">The expression as it was written to the file.</param>
/// <param name="IsAlert">False for a recording rule.</param>
/// <param name="Source">The AlertRule or HealthProbe it came from.</param>
public sealed record PlannedRule(
    string File,
    string Group,
    int Index,
    string Name,
    string Query,
    bool IsAlert,
    ResourceRef Source
);

/// <summary>Where an alert goes.</summary>
/// <param name="Channels">Channel names, in the order of the routes that match.</param>
/// <param name="Route">A readable form of the first route that decides, for example <c>severity="critical"</c>.</param>
public sealed record NotificationPlan(IReadOnlyList<string> Channels, string Route);

/// <summary>What a rendered dashboard holds.</summary>
/// <param name="Uid">Grafana's identifier.</param>
/// <param name="Title">Title inside the dashboard.</param>
/// <param name="Panels">Number of panels, rows left out.</param>
/// <param name="Queries">Number of queries in all panels.</param>
public sealed record RenderedDashboard(string Uid, string Title, int Panels, int Queries);
