using Binnacle.Api;
using Binnacle.Rendering.Alertmanager;
using Binnacle.Rendering.Prometheus;

namespace Binnacle.Rendering.Common;

/// <summary>The PersistentVolumeClaims of one component. StatefulSets label them with what selects their pods.</summary>
/// <param name="Component">Name as in <see cref="ComponentPlan.Name"/>.</param>
/// <param name="LabelSelector">Finds them in the stack's namespace.</param>
public sealed record ComponentClaims(string Component, string LabelSelector);

/// <summary>What a stack's spec says of claims that outlive their pods.</summary>
public static class StackClaims
{
    /// <summary>The claims that go when the stack does, or its component; all others stay.</summary>
    public static IReadOnlyList<ComponentClaims> ToDelete(MonitoringStack stack)
    {
        var objects = new StackObjects(stack);
        IEnumerable<(string Component, ComponentSpec Spec)> components =
        [
            (PrometheusComponent.Name, stack.Spec.Metrics),
            (AlertmanagerComponent.Name, stack.Spec.Alerting),
        ];
        return
        [
            .. components
                .Where(it =>
                    it.Spec.Storage?.PersistentVolumeClaimRetentionPolicy?.WhenDeleted == ClaimRetention.Delete
                )
                .Select(it => new ComponentClaims(
                    it.Component,
                    string.Join(',', objects.Selector(it.Component).Select(label => $"{label.Key}={label.Value}"))
                )),
        ];
    }
}
