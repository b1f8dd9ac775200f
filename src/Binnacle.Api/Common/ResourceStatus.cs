using Binnacle.Api.Schema;
using Kubernetes.Models;

namespace Binnacle.Api;

/// <summary>What the statuses of AlertRule, Dashboard, HealthProbe and ScrapeTarget have in common.</summary>
public abstract record ResourceStatus
{
    /// <summary>The metadata.generation that this status speaks of. Smaller than metadata.generation: the operator has not seen the last change yet.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>The stacks that took this object, as namespace/name, separated by commas.</summary>
    [Size(Max = 1024)]
    public string? Stack { get; init; }

    /// <summary>One entry for each stack that selects this object.</summary>
    [ListMap("namespace", "name"), Size(Max = 64)]
    public IReadOnlyList<StackBinding>? Stacks { get; init; }

    /// <summary>
    /// Accepted (the content is valid), Selected (a stack takes it), Loaded (every replica runs with it) and Ready (the summary). The False ones say in reason and message what to do.
    /// </summary>
    [ListMap("type"), Size(Max = 16)]
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>What one stack did with an object.</summary>
public sealed record StackBinding
{
    /// <summary>Namespace of the MonitoringStack.</summary>
    [RequiredField, Size(Max = 63)]
    public string Namespace
    {
        get => field ?? "";
        init;
    }

    /// <summary>Name of the MonitoringStack.</summary>
    [RequiredField, Size(Max = 253)]
    public string Name
    {
        get => field ?? "";
        init;
    }

    /// <summary>Accepted, Selected, Loaded and Ready as this stack sees them.</summary>
    [ListMap("type"), Size(Max = 16)]
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>What a stack collects: AlertRule, Dashboard, HealthProbe and ScrapeTarget.</summary>
public interface IStackResource
{
    /// <summary>The one stack that the object asks for; null when any stack may take it.</summary>
    StackRef? StackRef { get; }

    /// <summary>The status as last written; null before the first time.</summary>
    ResourceStatus? ResourceStatus { get; }
}
