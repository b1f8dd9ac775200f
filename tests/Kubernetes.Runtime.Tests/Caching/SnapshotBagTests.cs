using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;

namespace Kubernetes.Runtime.Tests.Caching;

public sealed class SnapshotBagTests
{
    /// <summary>Against a dictionary: same content after any history, and no snapshot ever changes.</summary>
    [Fact]
    public void Behaves_as_a_dictionary_whose_snapshots_stand_still()
    {
        var steps = Gen.Choose(0, 599).Select(name => name).Zip(Gen.Choose(0, 5)).ListOf(1500).ToArbitrary();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(30),
            Prop.ForAll(
                steps,
                history =>
                {
                    var bag = new SnapshotBag<string>();
                    var model = new Dictionary<ObjectKey, string>();
                    var snapshots = new List<(IReadOnlyCollection<string> Snapshot, string[] Expected)>();
                    var i = 0;
                    foreach (var (name, action) in history)
                    {
                        var key = new ObjectKey("ns", $"o{name}");
                        if (action == 0)
                        {
                            bag.Remove(key).ShouldBe(model.Remove(key));
                        }
                        else
                        {
                            bag.Set(key, $"{name}-{i}");
                            model[key] = $"{name}-{i}";
                        }

                        if (i++ % 97 == 0)
                        {
                            snapshots.Add((bag.Snapshot(), [.. model.Values.Order(StringComparer.Ordinal)]));
                        }

                        bag.Count.ShouldBe(model.Count);
                        bag.TryGet(key, out var found).ShouldBe(model.ContainsKey(key));
                        found.ShouldBe(model.GetValueOrDefault(key));
                    }

                    snapshots.Add((bag.Snapshot(), [.. model.Values.Order(StringComparer.Ordinal)]));
                    foreach (var (snapshot, expected) in snapshots)
                    {
                        snapshot.Count.ShouldBe(expected.Length);
                        snapshot.Order(StringComparer.Ordinal).ShouldBe(expected);
                    }
                }
            )
        );
    }
}
