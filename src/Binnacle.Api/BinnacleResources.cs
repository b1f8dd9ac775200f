using Kubernetes.Models;

namespace Binnacle.Api;

/// <summary>The kinds of the group <c>binnacle.dev</c>.</summary>
public static class BinnacleResources
{
    /// <summary>API group.</summary>
    public const string Group = "binnacle.dev";

    /// <summary>API version.</summary>
    public const string Version = "v1alpha1";

    /// <summary>The kubectl category: <c>kubectl get binnacle -A</c> lists all kinds.</summary>
    public const string Category = "binnacle";

    /// <summary>All kinds, in alphabetical order.</summary>
    public static IReadOnlyList<ResourceType> All { get; } =
    [
        AlertRule.ResourceType,
        Dashboard.ResourceType,
        HealthProbe.ResourceType,
        MonitoringStack.ResourceType,
        ScrapeTarget.ResourceType,
    ];

    internal static ResourceType Type(string kind, string plural) =>
        new(Group, Version, kind, plural, Namespaced: true);
}
