using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Binnacle.Rendering;
using Kubernetes.Models;
using Kubernetes.Runtime.Queue;
using Kubernetes.Runtime.Telemetry;

namespace Binnacle.Operator;

/// <summary>
/// The queues of the operator's loops, and what puts a key into which. A resource never has work of its own: its change
/// wakes the stacks that it belongs to, and its status is due when their story of it changed.
/// </summary>
internal sealed class StackLoops(TimeProvider clock, RuntimeMetrics? metrics = null)
    : IWorldListener,
        IStackSignals,
        IDisposable
{
    /// <summary>A single change waits this long for company …</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    /// <summary>… and a stream of changes is rendered at least this often.</summary>
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(1);

    /// <summary>Reports follow everything, so they wait a little for what belongs together.</summary>
    private static readonly TimeSpan ReportQuiet = TimeSpan.FromMilliseconds(100);

    private volatile Func<IEnumerable<ObjectKey>>? _stacks;

    /// <summary>Observe, render, apply.</summary>
    public WorkQueue<ObjectKey> Render { get; } = new(clock, name: "stack", metrics: metrics);

    /// <summary>Make components load.</summary>
    public WorkQueue<ObjectKey> Load { get; } = new(clock, name: "config-load", metrics: metrics);

    /// <summary>Read live state.</summary>
    public WorkQueue<ObjectKey> Live { get; } = new(clock, name: "live-state", metrics: metrics);

    /// <summary>Look at rules with the eyes of the data.</summary>
    public WorkQueue<ObjectKey> Advice { get; } = new(clock, name: "advice", metrics: metrics);

    /// <summary>Status of stacks, and which resources' statuses are due.</summary>
    public WorkQueue<ObjectKey> Report { get; } = new(clock, name: "report", metrics: metrics);

    /// <summary>Statuses of resources.</summary>
    public WorkQueue<ResourceRef> Status { get; } = new(clock, name: "status", metrics: metrics);

    /// <summary>
    /// From now on changes are put into the queues, and first all there is. Until then they are left alone: an operator
    /// that waits for the lead would collect the keys of whatever came and went meanwhile.
    /// </summary>
    /// <param name="stacks">The stacks that exist, whenever it is called.</param>
    /// <param name="resources">The resources that exist now.</param>
    public void Begin(Func<IEnumerable<ObjectKey>> stacks, Func<IEnumerable<ResourceEntry>> resources)
    {
        _stacks = stacks;
        foreach (var stack in stacks())
        {
            StackChanged(stack, initial: true);
        }

        foreach (var resource in resources())
        {
            SpeakFor(resource);
        }
    }

    /// <inheritdoc />
    public void StackChanged(ObjectKey stack, bool initial)
    {
        if (_stacks is null)
        {
            return;
        }

        Render.AddDebounced(stack, Quiet, AtMost, initial ? WorkPriority.Initial : WorkPriority.Normal);
        Live.Add(stack);
        Advice.Add(stack);
    }

    /// <inheritdoc />
    public void ResourceChanged(ResourceEntry? before, ResourceEntry? after)
    {
        if (_stacks is null)
        {
            return;
        }

        foreach (var stack in before?.Selection.Stacks ?? [])
        {
            RenderDue(stack);
        }

        foreach (var stack in after?.Selection.Stacks ?? [])
        {
            RenderDue(stack);
        }

        if (after is not null)
        {
            SpeakFor(after);
        }
    }

    /// <inheritdoc />
    public void NamespacesChanged()
    {
        foreach (var stack in _stacks?.Invoke() ?? [])
        {
            RenderDue(stack);
        }
    }

    /// <inheritdoc />
    public void OwnedChanged(ObjectKey stack, string kind, bool concernsIntent)
    {
        if (_stacks is null)
        {
            return;
        }

        if (kind == "Pod")
        {
            LoadDue(stack);
            ReportDue(stack);
            return;
        }

        if (concernsIntent)
        {
            RenderDue(stack);
        }

        if (kind is "StatefulSet" or "Deployment")
        {
            ReportDue(stack);
        }
    }

    /// <inheritdoc />
    public void RenderDue(ObjectKey stack) => Render.AddDebounced(stack, Quiet, AtMost);

    /// <inheritdoc />
    public void LoadDue(ObjectKey stack) => Load.Add(stack);

    /// <inheritdoc />
    public void LiveDue(ObjectKey stack) => Live.Add(stack);

    /// <inheritdoc />
    public void ReportDue(ObjectKey stack) => Report.AddDebounced(stack, ReportQuiet, AtMost);

    /// <summary>What a stack takes is reported by the stack; the others have nobody else to speak for them.</summary>
    private void SpeakFor(ResourceEntry resource)
    {
        if (!resource.Selection.IsSelected || !resource.IsAccepted)
        {
            Status.Add(resource.Reference);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Render.Dispose();
        Load.Dispose();
        Live.Dispose();
        Advice.Dispose();
        Report.Dispose();
        Status.Dispose();
    }
}
