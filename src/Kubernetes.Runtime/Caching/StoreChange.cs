using Kubernetes.Models;

namespace Kubernetes.Runtime.Caching;

/// <summary>What became of one object of a <see cref="Store{T}"/>.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="Key">Namespace and name.</param>
/// <param name="Old">The object before; null when it is new.</param>
/// <param name="New">The object now; null when it is gone.</param>
/// <param name="Initial">
/// True for what was there before anybody looked: the first list, and what a new subscriber is told of at first.
/// </param>
public readonly record struct StoreChange<T>(ObjectKey Key, T? Old, T? New, bool Initial)
    where T : KubernetesObject
{
    /// <summary>
    /// True when something changed that a controller of <typeparamref name="T"/> itself must act on: the object came or
    /// went, or its generation, labels, annotations, finalizers, owners or deletion timestamp differ. A change of
    /// nothing but the status is the controller's own echo. A kind without generation counts every change.
    /// </summary>
    public bool ConcernsIntent
    {
        get
        {
            if (Old is not { Metadata: var before } || New is not { Metadata: var after })
            {
                return true;
            }

            return before.Generation is null
                || before.Generation != after.Generation
                || before.DeletionTimestamp != after.DeletionTimestamp
                || !Same(before.Labels, after.Labels)
                || !Same(before.Annotations, after.Annotations)
                || !(before.Finalizers ?? []).SequenceEqual(after.Finalizers ?? [])
                || !(before.OwnerReferences ?? [])
                    .Select(owner => owner.Uid)
                    .SequenceEqual((after.OwnerReferences ?? []).Select(owner => owner.Uid));
        }
    }

    private static bool Same(IReadOnlyDictionary<string, string>? left, IReadOnlyDictionary<string, string>? right)
    {
        if ((left?.Count ?? 0) != (right?.Count ?? 0))
        {
            return false;
        }

        return left is null
            || right is null
            || left.All(pair => right.TryGetValue(pair.Key, out var other) && pair.Value == other);
    }
}
