using Binnacle.Testing;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Tests.Fakes;
using static Kubernetes.Runtime.Tests.Fakes.Make;

namespace Kubernetes.Runtime.Tests.Caching;

public sealed class StoreTests
{
    private readonly Store<ConfigMap> _store = new();
    private readonly List<StoreChange<ConfigMap>> _changes = [];

    [Fact]
    public void Finds_what_was_set_and_not_what_was_removed()
    {
        var a = ConfigMap("a", uid: "1", version: "1");
        _store.Set(a);
        _store.Set(ConfigMap("b", uid: "2", version: "2"));

        _store.Find(Key("a")).ShouldBeSameAs(a);
        _store.Count.ShouldBe(2);

        _store.Remove(Key("a"));

        _store.Find(Key("a")).ShouldBeNull();
        _store.List().Select(it => it.Metadata.Name).ShouldBe(["b"]);
    }

    [Fact]
    [Trait("Guarantee", "W27")]
    public void A_snapshot_does_not_change_and_is_the_same_until_the_store_does()
    {
        _store.Set(ConfigMap("a", uid: "1", version: "1"));
        var before = _store.List();
        _store.List().ShouldBeSameAs(before);

        _store.Set(ConfigMap("a", "w", uid: "1", version: "2"));
        _store.Set(ConfigMap("b", uid: "2", version: "3"));

        before.Single().Data!["key"].ShouldBe("v");
        _store.List().Count.ShouldBe(2);
    }

    [Fact]
    public void A_change_among_20000_between_two_snapshots_allocates_chunks_and_not_a_copy_of_all()
    {
        _store.Replace(
            [.. Enumerable.Range(0, 20_000).Select(i => ConfigMap($"o{i}", uid: $"{i}", version: "1"))],
            true
        );
        var next = Enumerable
            .Range(0, 100)
            .Select(i => ConfigMap($"o{i * 150}", uid: $"{i * 150}", version: "2"))
            .ToList();
        _store.List().Count.ShouldBe(20_000);
        _store.Set(ConfigMap("o1", uid: "1", version: "2"));
        _store.List();

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var value in next)
        {
            _store.Set(value);
            _store.List();
        }

        // One chunk of 256 references, the list of chunks, the snapshot: not the 160 kB that a copy takes.
        ((GC.GetAllocatedBytesForCurrentThread() - before) / next.Count).ShouldBeLessThan(8_000);
    }

    [Fact]
    [Trait("Guarantee", "W28")]
    public void Indexes_follow_changes_and_cover_what_was_there_before()
    {
        _store.Set(ConfigMap("a", "red", uid: "1", version: "1"));
        _store.AddIndex("value", it => [it.Data!["key"]]);
        _store.Set(ConfigMap("b", "red", uid: "2", version: "2"));
        _store.Set(ConfigMap("c", "blue", uid: "3", version: "3"));
        Names("red").ShouldBe(["a", "b"], ignoreOrder: true);

        _store.Set(ConfigMap("a", "blue", uid: "1", version: "4"));
        _store.Remove(Key("b"));

        Names("red").ShouldBeEmpty();
        Names("blue").ShouldBe(["a", "c"], ignoreOrder: true);
        Should.Throw<ArgumentException>(() => _store.ByIndex("colour", "red"));

        string[] Names(string value) => [.. _store.ByIndex("value", value).Select(it => it.Metadata.Name!)];
    }

    [Fact]
    public void An_index_function_that_throws_leaves_its_object_out_and_is_told()
    {
        var logger = new RecordingLogger();
        var store = new Store<ConfigMap>(logger);
        store.AddIndex("value", it => it.Metadata.Name == "bad" ? throw new InvalidOperationException() : ["x"]);

        store.Set(ConfigMap("bad", uid: "1", version: "1"));
        store.Set(ConfigMap("good", uid: "2", version: "2"));

        store.ByIndex("value", "x").Select(it => it.Metadata.Name).ShouldBe(["good"]);
        store.Find(Key("bad")).ShouldNotBeNull();
        logger.Lines.ShouldContain(line => line.Error is InvalidOperationException);
    }

    [Fact]
    [Trait("Guarantee", "W8")]
    public void Same_name_other_uid_is_told_as_gone_and_as_new()
    {
        var old = ConfigMap("a", uid: "1", version: "1");
        _store.Set(old);
        using var subscription = _store.Subscribe(_changes.Add);
        _changes.Clear();
        var renewed = ConfigMap("a", uid: "2", version: "2");

        _store.Set(renewed);

        _changes.ShouldBe([new(Key("a"), old, null, false), new(Key("a"), null, renewed, false)]);
    }

    [Fact]
    [Trait("Guarantee", "W8")]
    public void Replace_diffs_by_key_and_uid_and_keeps_unchanged_instances()
    {
        var kept = ConfigMap("kept", uid: "1", version: "1");
        var gone = ConfigMap("gone", uid: "2", version: "2");
        var changed = ConfigMap("changed", uid: "3", version: "3");
        var renewed = ConfigMap("renewed", uid: "4", version: "4");
        _store.Replace([kept, gone, changed, renewed], initial: true);
        using var subscription = _store.Subscribe(_changes.Add);
        _changes.ShouldAllBe(change => change.Initial && change.Old == null);
        _changes.Count.ShouldBe(4);
        _changes.Clear();
        var changedNow = ConfigMap("changed", "w", uid: "3", version: "9");
        var renewedNow = ConfigMap("renewed", uid: "5", version: "9");
        var added = ConfigMap("added", uid: "6", version: "9");

        _store.Replace([ConfigMap("kept", uid: "1", version: "1"), changedNow, renewedNow, added], initial: false);

        _store.Find(Key("kept")).ShouldBeSameAs(kept);
        _changes.ShouldBe([
            new(Key("gone"), gone, null, false),
            new(Key("changed"), changed, changedNow, false),
            new(Key("renewed"), renewed, null, false),
            new(Key("renewed"), null, renewedNow, false),
            new(Key("added"), null, added, false),
        ]);
    }

    [Fact]
    [Trait("Guarantee", "W19")]
    public void A_subscriber_that_is_told_the_first_change_of_a_list_sees_all_of_the_list_and_nothing_of_before()
    {
        _store.AddIndex("value", it => [it.Data!["key"]]);
        _store.Replace([.. Enumerable.Range(0, 100).Select(i => ConfigMap($"old{i}", "old", $"o{i}", "1"))], true);
        var seen = new List<(int Count, int Old, int New)>();
        using var subscription = _store.Subscribe(change =>
        {
            if (!change.Initial)
            {
                seen.Add((_store.Count, _store.ByIndex("value", "old").Count, _store.ByIndex("value", "new").Count));
            }
        });

        _store.Replace([.. Enumerable.Range(0, 50).Select(i => ConfigMap($"new{i}", "new", $"n{i}", "2"))], false);

        seen.Count.ShouldBe(150);
        seen.ShouldAllBe(it => it.Count == 50 && it.Old == 0 && it.New == 50);
    }

    [Fact]
    [Trait("Guarantee", "W19")]
    public async Task Readers_beside_see_one_list_or_the_other_and_never_some_of_both()
    {
        var states = Enumerable
            .Range(0, 2)
            .Select(state =>
                Enumerable.Range(0, 300).Select(i => ConfigMap($"o{i}", $"{state}", $"{i}", $"{state + 1}")).ToList()
            )
            .ToList();
        _store.Replace(states[0], true);
        using var done = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            var reads = 0;
            while (!done.IsCancellationRequested || reads == 0)
            {
                var values = _store.List().Select(it => it.Data!["key"]).ToList();
                values.Count.ShouldBe(300);
                values.Distinct().Count().ShouldBe(1);
                reads++;
            }
        });

        for (var i = 1; i <= 500; i++)
        {
            _store.Replace(states[i % 2], false);
        }

        await done.CancelAsync();
        await reading.InTime();
    }

    [Fact]
    [Trait("Guarantee", "W27")]
    public void Subscribers_run_outside_the_lock_in_order_and_may_change_the_store()
    {
        using var subscription = _store.Subscribe(change =>
        {
            _changes.Add(change);
            Task.Run(() => _store.Count, TestContext.Current.CancellationToken)
                .Wait(Eventually.Deadline)
                .ShouldBeTrue();
            if (change.Key.Name == "a")
            {
                _store.Set(ConfigMap("b", uid: "2", version: "2"));
            }
        });

        _store.Set(ConfigMap("a", uid: "1", version: "1"));

        _changes.Select(change => change.Key.Name).ShouldBe(["a", "b"]);
    }

    [Fact]
    [Trait("Guarantee", "W27")]
    public void A_subscriber_that_throws_stops_neither_the_others_nor_itself()
    {
        var calls = 0;
        using var bad = _store.Subscribe(_ =>
        {
            calls++;
            throw new InvalidOperationException();
        });
        using var good = _store.Subscribe(_changes.Add);

        _store.Set(ConfigMap("a", uid: "1", version: "1"));
        _store.Set(ConfigMap("b", uid: "2", version: "2"));

        calls.ShouldBe(2);
        _changes.Count.ShouldBe(2);
    }

    [Fact]
    public void A_disposed_subscription_is_told_no_more()
    {
        _store.Subscribe(_changes.Add).Dispose();
        _store.Set(ConfigMap("a", uid: "1", version: "1"));
        _changes.ShouldBeEmpty();
    }

    [Fact]
    [Trait("Guarantee", "W27")]
    public async Task Changes_from_many_threads_are_told_one_at_a_time_and_the_last_told_is_what_is_stored()
    {
        var told = new Dictionary<ObjectKey, ConfigMap?>();
        var inside = 0;
        using var subscription = _store.Subscribe(change =>
        {
            Interlocked.Increment(ref inside).ShouldBe(1);
            told[change.Key] = change.New;
            Interlocked.Decrement(ref inside);
        });

        await Task.WhenAll(
                Enumerable
                    .Range(0, 4)
                    .Select(thread =>
                        Task.Run(() =>
                        {
                            for (var i = 0; i < 2_000; i++)
                            {
                                var name = $"o{i % 50}";
                                if (i % 7 == thread)
                                {
                                    _store.Remove(Key(name));
                                }
                                else
                                {
                                    _store.Set(ConfigMap(name, uid: name, version: $"{thread}.{i}"));
                                }
                            }
                        })
                    )
            )
            .InTime();

        foreach (var (key, value) in told)
        {
            _store.Find(key).ShouldBeSameAs(value);
        }
    }

    public static TheoryData<string, ObjectMeta, ObjectMeta, bool> MetadataChanges =>
        new()
        {
            {
                "status only",
                new() { Generation = 1 },
                new() { Generation = 1 },
                false
            },
            {
                "generation",
                new() { Generation = 1 },
                new() { Generation = 2 },
                true
            },
            { "no generation", new(), new(), true },
            {
                "labels",
                new() { Generation = 1 },
                new() { Generation = 1, Labels = Map("a", "b") },
                true
            },
            {
                "same labels",
                new() { Generation = 1, Labels = Map("a", "b") },
                new() { Generation = 1, Labels = Map("a", "b") },
                false
            },
            {
                "annotations",
                new() { Generation = 1 },
                new() { Generation = 1, Annotations = Map("a", "b") },
                true
            },
            {
                "finalizers",
                new() { Generation = 1 },
                new() { Generation = 1, Finalizers = ["f/x"] },
                true
            },
            {
                "deletion",
                new() { Generation = 1 },
                new() { Generation = 1, DeletionTimestamp = DateTimeOffset.UnixEpoch },
                true
            },
        };

    [Theory]
    [MemberData(nameof(MetadataChanges))]
    public void Intent_is_generation_labels_annotations_finalizers_and_deletion_never_status(
        string what,
        ObjectMeta before,
        ObjectMeta after,
        bool concerns
    )
    {
        var change = new StoreChange<ConfigMap>(
            Key("a"),
            new ConfigMap { Metadata = before },
            new ConfigMap { Metadata = after },
            Initial: false
        );
        change.ConcernsIntent.ShouldBe(concerns, what);
    }

    private static Dictionary<string, string> Map(string key, string value) => new() { [key] = value };
}
