using System.Text.Json.Serialization;
using Binnacle.Api.Schema;
using Kubernetes.Models;

namespace Binnacle.Api;

/// <summary>How a stack does.</summary>
public sealed record MonitoringStackStatus
{
    /// <summary>Pending (nothing is deployed yet), Progressing (on the way to what the spec asks for), Ready, Degraded (a component fails, or refused its configuration) or Paused.</summary>
    public StackPhase? Phase { get; init; }

    /// <summary>The metadata.generation that this status speaks of. Smaller than metadata.generation: the operator has not seen the last change yet.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Ready (the summary), ObjectsApplied (every object is in the cluster as it was rendered), ComponentsReady (every component has its replicas) and ConfigLoaded (every component runs with the last configuration). The False ones say in reason and message what is wrong.</summary>
    [ListMap("type"), Size(Max = 16)]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>The counts of this status as kubectl get shows them.</summary>
    public StackSummary? Summary { get; init; }

    /// <summary>The components of the stack.</summary>
    [ListMap("name"), Size(Max = 64)]
    public IReadOnlyList<ComponentStatus>? Components { get; init; }

    /// <summary>Alert rules and alerts.</summary>
    public AlertCounts? Alerts { get; init; }

    /// <summary>Scrape targets.</summary>
    public TargetCounts? Targets { get; init; }

    /// <summary>Health probes.</summary>
    public ProbeCounts? Probes { get; init; }

    /// <summary>Dashboards.</summary>
    public DashboardCounts? Dashboards { get; init; }

    /// <summary>Where the components are reached inside the cluster.</summary>
    public StackEndpoints? Endpoints { get; init; }

    /// <summary>The last configurations, the newest first.</summary>
    [Size(Max = 20)]
    public IReadOnlyList<RenderRecord>? History { get; init; }
}

/// <summary>State of a stack in one word.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StackPhase>))]
public enum StackPhase
{
    /// <summary>Nothing is deployed yet.</summary>
    Pending,

    /// <summary>On the way to what the spec asks for.</summary>
    Progressing,

    /// <summary>Everything runs, with the last configuration.</summary>
    Ready,

    /// <summary>A component fails, or refused its configuration.</summary>
    Degraded,

    /// <summary>The operator changes nothing.</summary>
    Paused,
}

/// <summary>Counts as text.</summary>
public sealed record StackSummary
{
    /// <summary>Components that are ready, of all. Example: <c>3/3</c>.</summary>
    public string? Components { get; init; }

    /// <summary>Scrape targets that are up, of all. Example: <c>12/13</c>.</summary>
    public string? Targets { get; init; }

    /// <summary>Health probes that are healthy, of all. Example: <c>4/4</c>.</summary>
    public string? Probes { get; init; }

    /// <summary>Dashboards that are loaded, of all. Example: <c>1/1</c>.</summary>
    public string? Dashboards { get; init; }

    /// <summary>Versions that run. Example: <c>Prometheus 3.5.3, Alertmanager 0.33.1</c>.</summary>
    public string? Versions { get; init; }
}

/// <summary>One component of a stack.</summary>
public sealed record ComponentStatus
{
    /// <summary>Name of the component. Example: <c>metrics</c>.</summary>
    [RequiredField, Size(Max = 63)]
    public string Name
    {
        get => field ?? "";
        init;
    }

    /// <summary>Kind of its workload. Example: <c>StatefulSet</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>The software. Example: <c>Prometheus</c>.</summary>
    public string? Engine { get; init; }

    /// <summary>Version that runs; before it does, that of the image.</summary>
    public string? Version { get; init; }

    /// <summary>Replicas that are ready, of all. Example: <c>1/1</c>.</summary>
    public string? Ready { get; init; }

    /// <summary>Where it is reached inside the cluster. Example: <c>http://main-prometheus.monitoring.svc:9090</c>.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Hash of the configuration that was rendered for it.</summary>
    public string? ConfigHash { get; init; }

    /// <summary>Hash of the configuration that every replica runs with; differs from configHash while a reload is under way or refused.</summary>
    public string? LoadedHash { get; init; }

    /// <summary>What is wrong, in the component's own words where it said any.</summary>
    public string? Message { get; init; }
}

/// <summary>Counts of alert rules and alerts.</summary>
public sealed record AlertCounts
{
    /// <summary>Rules that are loaded.</summary>
    public int Rules { get; init; }

    /// <summary>Alerts that are pending.</summary>
    public int Pending { get; init; }

    /// <summary>Alerts that fire.</summary>
    public int Firing { get; init; }
}

/// <summary>Counts of scrape targets.</summary>
public sealed record TargetCounts
{
    /// <summary>Targets that answered the last scrape.</summary>
    public int Up { get; init; }

    /// <summary>All targets.</summary>
    public int Total { get; init; }
}

/// <summary>Counts of health probes.</summary>
public sealed record ProbeCounts
{
    /// <summary>Probes that are healthy.</summary>
    public int Healthy { get; init; }

    /// <summary>All probes.</summary>
    public int Total { get; init; }
}

/// <summary>Counts of dashboards.</summary>
public sealed record DashboardCounts
{
    /// <summary>Dashboards that are loaded.</summary>
    public int Loaded { get; init; }

    /// <summary>All dashboards.</summary>
    public int Total { get; init; }
}

/// <summary>Where components are reached inside the cluster.</summary>
public sealed record StackEndpoints
{
    /// <summary>URL of Prometheus.</summary>
    public string? Prometheus { get; init; }

    /// <summary>URL of Alertmanager.</summary>
    public string? Alertmanager { get; init; }

    /// <summary>URL of the blackbox exporter.</summary>
    public string? Blackbox { get; init; }
}

/// <summary>One configuration of a stack and what became of it.</summary>
public sealed record RenderRecord
{
    /// <summary>Hash of the configuration.</summary>
    [RequiredField]
    public string Hash
    {
        get => field ?? "";
        init;
    }

    /// <summary>When it was applied.</summary>
    [RequiredField]
    public DateTimeOffset Time { get; init; }

    /// <summary>Loaded, or why a component refused it.</summary>
    [RequiredField]
    public string Outcome
    {
        get => field ?? "";
        init;
    }
}
