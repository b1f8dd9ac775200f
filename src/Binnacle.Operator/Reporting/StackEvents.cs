using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Binnacle.Rendering;
using Kubernetes.Models;
using Kubernetes.Runtime.Events;

namespace Binnacle.Operator.Reporting;

/// <summary>The Events that the operator writes.</summary>
internal sealed class StackEvents(World world, EventRecorder recorder)
{
    /// <summary>A resource is invalid, or something that it refers to is missing.</summary>
    public void ResourceRejected(KubernetesObject resource, string reason, string message) =>
        recorder.Record(resource, EventType.Warning, reason, "Validate", message);

    /// <summary>A component read a resource's part of the configuration and refused it.</summary>
    public void ResourceRefused(ResourceRef reference, string message)
    {
        if (Find(reference) is { } resource)
        {
            recorder.Record(resource, EventType.Warning, "RefusedByComponent", "Load", message);
        }
    }

    /// <summary>A component refused the stack's configuration whatever was left out.</summary>
    public void StackRefused(ObjectKey stack, string words, bool goesBack)
    {
        if (world.Stacks.Find(stack) is { } resource)
        {
            var then = goesBack ? "; the last good configuration stays" : "";
            recorder.Record(resource, EventType.Warning, "ConfigRefused", "Load", words + then);
        }
    }

    /// <summary>An object could not be brought to the state that was rendered.</summary>
    public void NotAsRendered(KubernetesObject stack, ObjectIssue issue) =>
        recorder.Record(stack, EventType.Warning, issue.Reason, "Apply", issue.Text);

    /// <summary>A stack cannot go yet.</summary>
    public void RemovalFailed(KubernetesObject stack, string message) =>
        recorder.Record(stack, EventType.Warning, Removal.Failed, "Delete", message);

    private KubernetesObject? Find(ResourceRef reference) =>
        reference.Kind switch
        {
            "AlertRule" => world.AlertRuleStore.Find(reference.Key),
            "ScrapeTarget" => world.ScrapeTargetStore.Find(reference.Key),
            "HealthProbe" => world.HealthProbeStore.Find(reference.Key),
            "Dashboard" => world.DashboardStore.Find(reference.Key),
            _ => null,
        };
}
