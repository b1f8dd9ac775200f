using System.Collections.Concurrent;
using Binnacle.Api;
using Kubernetes.Models;

namespace Binnacle.Operator.Reconciling;

/// <summary>The memory of every stack that exists.</summary>
internal sealed class StackRegistry
{
    private readonly ConcurrentDictionary<ObjectKey, StackRuntime> _stacks = new();

    /// <summary>The memory of a stack, made when it is asked for first.</summary>
    public StackRuntime Of(MonitoringStack stack) =>
        _stacks.AddOrUpdate(
            stack.Key,
            static (_, value) => new StackRuntime(value),
            static (_, known, value) => known.Uid == (value.Metadata.Uid ?? "") ? known : new StackRuntime(value),
            stack
        );

    /// <summary>The memory of a stack; null when it has none yet.</summary>
    public StackRuntime? Find(ObjectKey stack) => _stacks.GetValueOrDefault(stack);

    /// <summary>Drops the memory of a stack that is gone.</summary>
    public void Forget(ObjectKey stack) => _stacks.TryRemove(stack, out _);
}

/// <summary>How the loops of a stack wake each other.</summary>
internal interface IStackSignals
{
    /// <summary>Something that rendering depends on changed.</summary>
    void RenderDue(ObjectKey stack);

    /// <summary>Something was applied that the components should load.</summary>
    void LoadDue(ObjectKey stack);

    /// <summary>What the components say is worth a look before its time.</summary>
    void LiveDue(ObjectKey stack);

    /// <summary>Something that statuses show changed.</summary>
    void ReportDue(ObjectKey stack);
}
