using Binnacle.Api;
using Binnacle.Rendering;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;

namespace Binnacle.Operator.Observing;

/// <summary>What tables of different kinds have in common.</summary>
internal interface IResourceTable
{
    /// <summary>Kind of the resources.</summary>
    string Kind { get; }

    /// <summary>All entries, in no order.</summary>
    IReadOnlyCollection<ResourceEntry> Entries { get; }

    /// <summary>One entry; null when there is no such resource.</summary>
    ResourceEntry? Find(ObjectKey key);

    /// <summary>Selects resources anew, after a stack or a namespace changed.</summary>
    /// <param name="inNamespace">Only those of this namespace; null: all.</param>
    void Reselect(string? inNamespace = null);
}

/// <summary>
/// All resources of one kind, each validated and selected once per change of its intent. Told of changes by the store,
/// in order; read from anywhere.
/// </summary>
/// <param name="kind">The kind.</param>
/// <param name="inputs">What selecting depends on.</param>
/// <param name="validate">Says what is wrong with a resource; null when nothing is.</param>
/// <param name="changed">Told of every change: what was, what is. Either may be null, not both.</param>
internal sealed class ResourceTable<T>(
    string kind,
    SelectionInputs inputs,
    Func<T, string?> validate,
    Action<ResourceEntry?, ResourceEntry?> changed
) : IResourceTable
    where T : KubernetesObject<T>, IKubernetesObject<T>, IStackResource
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, ResourceEntry<T>> _entries = [];
    private ResourceEntry<T>[]? _snapshot = [];

    /// <inheritdoc />
    public string Kind => kind;

    /// <inheritdoc />
    IReadOnlyCollection<ResourceEntry> IResourceTable.Entries => List();

    /// <summary>All entries, in no order; cheap while nothing changes.</summary>
    public IReadOnlyList<ResourceEntry<T>> List()
    {
        lock (_lock)
        {
            return _snapshot ??= [.. _entries.Values];
        }
    }

    /// <inheritdoc />
    public ResourceEntry? Find(ObjectKey key)
    {
        lock (_lock)
        {
            return _entries.GetValueOrDefault(key);
        }
    }

    /// <summary>Follows a change in the store.</summary>
    public void OnChange(StoreChange<T> change)
    {
        if (change.New is not { } resource || resource.Metadata.DeletionTimestamp is not null)
        {
            Replace(change.Key, _ => null);
        }
        else if (change.ConcernsIntent || Find(change.Key) is null)
        {
            var rejection = validate(resource);
            Replace(
                change.Key,
                _ => new ResourceEntry<T>(
                    resource,
                    new ResourceRef(kind, change.Key),
                    inputs.Decide(resource),
                    rejection
                )
            );
        }
    }

    /// <inheritdoc />
    public void Reselect(string? inNamespace = null)
    {
        foreach (var entry in List())
        {
            if (inNamespace is null || entry.Reference.Key.Namespace == inNamespace)
            {
                Replace(entry.Reference.Key, SelectedAnew);
            }
        }
    }

    private ResourceEntry<T>? SelectedAnew(ResourceEntry<T>? entry)
    {
        if (entry is null)
        {
            return null;
        }

        var selection = inputs.Decide(entry.Resource);
        return
            selection.Stacks.SequenceEqual(entry.Selection.Stacks)
            && selection.Reason == entry.Selection.Reason
            && selection.Message == entry.Selection.Message
            ? entry
            : entry with
            {
                Selection = selection,
            };
    }

    /// <summary>
    /// Deciding and storing are one step: changes of the resource and of the stacks come from different watches, and
    /// neither may undo the other's.
    /// </summary>
    private void Replace(ObjectKey key, Func<ResourceEntry<T>?, ResourceEntry<T>?> decide)
    {
        ResourceEntry<T>? before,
            next;
        lock (_lock)
        {
            before = _entries.GetValueOrDefault(key);
            next = decide(before);
            if (ReferenceEquals(before, next))
            {
                return;
            }

            if (next is null)
            {
                _entries.Remove(key);
            }
            else
            {
                _entries[key] = next;
            }

            _snapshot = null;
        }

        changed(before, next);
    }
}
