using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Tests.Fakes;

namespace Kubernetes.Runtime.Tests.Caching;

/// <summary>
/// Writes down what a store tells, and checks that it makes sense: every change joins on to the one before, another
/// object of the same name is told as gone and as new, and all of it together is what the store holds.
/// </summary>
internal sealed class Ledger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, ConfigMap> _present = [];
    private readonly List<StoreChange<ConfigMap>> _changes = [];
    private readonly List<string> _errors = [];

    public Ledger(Store<ConfigMap> store) => store.Subscribe(Take);

    public IReadOnlyList<StoreChange<ConfigMap>> Changes
    {
        get
        {
            lock (_gate)
            {
                return [.. _changes];
            }
        }
    }

    /// <summary>As <c>+name</c>, <c>~name</c> and <c>-name</c>: came, changed and went.</summary>
    public IReadOnlyList<string> Told => [.. Changes.Select(Describe)];

    public void Forget()
    {
        lock (_gate)
        {
            _changes.Clear();
        }
    }

    /// <summary>Whether a store holds what a server does, version for version.</summary>
    public static bool IsEqual(FakeApiServer server, Store<ConfigMap> store)
    {
        var there = server.All<ConfigMap>();
        return there.Count == store.Count
            && there.All(it =>
                store.Find(it.Key)?.Metadata is { } stored
                && stored.ResourceVersion == it.Metadata.ResourceVersion
                && stored.Uid == it.Metadata.Uid
            );
    }

    /// <summary>All that was told adds up to what is there: no deletion was missed, and nothing was told twice.</summary>
    public void ShouldAddUpTo(Store<ConfigMap> store)
    {
        lock (_gate)
        {
            _errors.ShouldBeEmpty();
            _present.Count.ShouldBe(store.Count);
            _present.ShouldAllBe(pair => ReferenceEquals(store.Find(pair.Key), pair.Value));
        }
    }

    private static string Describe(StoreChange<ConfigMap> change) =>
        (
            change.Old is null ? "+"
            : change.New is null ? "-"
            : "~"
        ) + change.Key.Name;

    private void Take(StoreChange<ConfigMap> change)
    {
        lock (_gate)
        {
            _changes.Add(change);
            if (!ReferenceEquals(_present.GetValueOrDefault(change.Key), change.Old))
            {
                _errors.Add($"{Describe(change)} does not start from what was told before");
            }

            if (change is { Old.Metadata.Uid: var before, New.Metadata.Uid: var after } && before != after)
            {
                _errors.Add($"{Describe(change)} is another object, told as a change of the old one");
            }

            if (change.New is null)
            {
                _present.Remove(change.Key);
            }
            else
            {
                _present[change.Key] = change.New;
            }
        }
    }
}
