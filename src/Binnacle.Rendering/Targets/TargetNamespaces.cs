using Binnacle.Api;
using Kubernetes.Models;

namespace Binnacle.Rendering.Targets;

/// <summary>The namespaces in which a discovery looks: by name, so that the rights it needs can be granted one by one.</summary>
internal static class TargetNamespaces
{
    /// <summary>
    /// The resource's own namespace, or those whose labels a selector matches. Under tenancy it is the own one always:
    /// looking elsewhere would bring other teams' series under this team's name.
    /// </summary>
    public static IReadOnlyList<string> Of(StackSnapshot snapshot, KubernetesObject resource, LabelSelector? selector)
    {
        var own = resource.Metadata.Namespace ?? "";
        if (selector is null || snapshot.Stack.Spec.Tenancy?.EnforceNamespaceLabel is not null)
        {
            return [own];
        }

        return
        [
            .. snapshot
                .Namespaces.Where(candidate => selector.Matches(candidate.Labels))
                .Select(candidate => candidate.Name)
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Every namespace in which the stack's targets and probes look for Services or Pods.</summary>
    public static IReadOnlyList<string> OfAll(StackSnapshot snapshot) =>
        [
            .. snapshot
                .ScrapeTargets.Where(target => target.Spec.Services is not null || target.Spec.Pods is not null)
                .SelectMany(target =>
                    Of(snapshot, target, target.Spec.Services?.NamespaceSelector ?? target.Spec.Pods?.NamespaceSelector)
                )
                .Concat(
                    snapshot
                        .HealthProbes.Where(probe => probe.Spec.Services is not null)
                        .SelectMany(probe => OfProbe(snapshot, probe))
                )
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>
    /// Whether a target looks in every namespace that is yet to come, whoever makes it and whatever its labels are: its
    /// selector asks for no label. One that does leaves it to the namespace's owner to give the label.
    /// </summary>
    public static bool ReachAllToCome(StackSnapshot snapshot) =>
        snapshot.Stack.Spec.Tenancy?.EnforceNamespaceLabel is null
        && snapshot.ScrapeTargets.Any(target =>
            (target.Spec.Services?.NamespaceSelector ?? target.Spec.Pods?.NamespaceSelector) is { } selector
            && selector.MatchLabels is not { Count: > 0 }
            && (selector.MatchExpressions ?? []).All(asked => asked.Operator is not ("In" or "Exists"))
        );

    /// <summary>The namespaces in which a HealthProbe looks for Services.</summary>
    public static IReadOnlyList<string> OfProbe(StackSnapshot snapshot, HealthProbe probe)
    {
        var own = probe.Metadata.Namespace ?? "";
        return
            probe.Spec.Services is not { Namespaces.Count: > 0 } services
            || snapshot.Stack.Spec.Tenancy?.EnforceNamespaceLabel is not null
            ? [own]
            : [.. services.Namespaces.Order(StringComparer.Ordinal)];
    }
}
