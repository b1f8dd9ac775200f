using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.Tests.ApiServer;

/// <summary>The store of one resource and its log.</summary>
public sealed class StoreTests
{
    private readonly ResourceStore store = new(new("", "things"), new(), []);

    [Fact]
    public void A_write_succeeds_once_per_version()
    {
        var first = store.TryWrite(Key("a"), null, Thing("a", 1)).ShouldNotBeNull();
        store.TryWrite(Key("a"), null, Thing("a", 2)).ShouldBeNull();
        var second = store.TryWrite(Key("a"), first, Thing("a", 2)).ShouldNotBeNull();
        store.TryWrite(Key("a"), first, Thing("a", 3)).ShouldBeNull();
        store.TryRemove(first, Thing("a", 1)).ShouldBeNull();
        store.TryRemove(second, Thing("a", 2)).ShouldNotBeNull().ResourceVersion.ShouldBe(second.ResourceVersion + 1);
        store.Find(Key("a")).ShouldBeNull();
    }

    [Fact]
    public void A_snapshot_stays_as_it_was()
    {
        var first = store.TryWrite(Key("a"), null, Thing("a", 1))!;
        var snapshot = store.TakeSnapshot();
        store.TryWrite(Key("a"), first, Thing("a", 2));
        store.TryWrite(Key("b"), null, Thing("b", 1));
        snapshot.Select(null, null).ShouldBe([first]);
        store.TakeSnapshot().Count(null).ShouldBe(2);
    }

    [Fact]
    public void Pages_begin_after_a_key_whether_it_is_there_or_not()
    {
        foreach (var name in new[] { "a", "c", "e" })
        {
            store.TryWrite(Key(name), null, Thing(name, 1));
        }

        store.TryWrite(new("other", "a"), null, Thing("a", 1));
        var snapshot = store.TakeSnapshot();
        Names(snapshot.Select("ns", Key("c"))).ShouldBe("e");
        Names(snapshot.Select("ns", Key("b"))).ShouldBe("c e");
        Names(snapshot.Select(null, Key("e"))).ShouldBe("a");
        snapshot.Count(null, Key("b")).ShouldBe(3);
        snapshot.Count("ns", Key("b")).ShouldBe(2);
        snapshot.Count("none").ShouldBe(0);
    }

    [Fact]
    public void The_log_forgets_its_oldest_writes()
    {
        StoredObject? current = null;
        for (var i = 0; i <= ChangeLog.MaxEntries; i++)
        {
            current = store.TryWrite(Key("a"), current, Thing("a", i));
        }

        var buffer = new Change[1];
        store.Read(0, buffer).Behind.ShouldBeTrue();
        var oldest = current!.ResourceVersion - ChangeLog.MaxEntries;
        Should.Throw<ApiException>(() => store.PositionAfter(oldest - 1)).Code.ShouldBe(410);
        store.Read(store.PositionAfter(oldest), buffer).Count.ShouldBe(1);
        buffer[0].Object.ResourceVersion.ShouldBe(oldest + 1);
        Should.Throw<ApiException>(() => store.PositionAfter(current.ResourceVersion + 1)).Code.ShouldBe(504);
    }

    [Fact]
    public void Large_objects_make_the_log_shorter()
    {
        StoredObject? current = null;
        var text = new string('x', 1 << 20);
        for (var i = 0; i < 200; i++)
        {
            current = store.TryWrite(Key("a"), current, Thing(text, i));
        }

        var kept = 0;
        var buffer = new Change[200];
        for (var position = 0L; position < 200; position++)
        {
            kept = Math.Max(kept, store.Read(position, buffer).Count);
        }

        kept.ShouldBeInRange(100, 128);
    }

    [Fact]
    public async Task A_reader_is_woken_by_the_next_write()
    {
        var read = store.Read(0, new Change[1]);
        read.More.IsCompleted.ShouldBeFalse();
        store.TryWrite(Key("a"), null, Thing("a", 1));
        await read.More.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        store.Close();
        store.Read(1, new Change[1]).Closed.ShouldBeTrue();
        store.TryWrite(Key("b"), null, Thing("b", 1)).ShouldBeNull();
    }

    [Fact]
    public void Whoever_follows_the_log_knows_the_store()
    {
        var writes = Gen.Two(Gen.Choose(0, 5)).ListOf();
        Prop.ForAll(
                Arb.From(writes),
                list =>
                {
                    var target = new ResourceStore(new("", "things"), new(), []);
                    foreach (var (name, action) in list)
                    {
                        var key = Key($"n{name}");
                        var current = target.Find(key);
                        if (action == 0 && current is not null)
                        {
                            target.TryRemove(current, current.ToJson());
                        }
                        else
                        {
                            target.TryWrite(key, current, Thing(key.Name, action));
                        }
                    }

                    var replayed = new SortedDictionary<string, StoredObject>(StringComparer.Ordinal);
                    var buffer = new Change[7];
                    var position = 0L;
                    while (target.Read(position, buffer) is { Count: > 0 } read)
                    {
                        foreach (var change in buffer.AsSpan(0, read.Count))
                        {
                            replayed.Remove(change.Object.Key.Name, out var before);
                            ReferenceEquals(before, change.Previous).ShouldBeTrue();
                            if (change.Type != ChangeType.Deleted)
                            {
                                replayed[change.Object.Key.Name] = change.Object;
                            }
                        }

                        position += read.Count;
                    }

                    return replayed.Values.SequenceEqual(target.TakeSnapshot().Select(null, null));
                }
            )
            .QuickCheckThrowOnFailure();
    }

    private static ObjectKey Key(string name) => new("ns", name);

    private static string Names(IEnumerable<StoredObject> items) =>
        string.Join(" ", items.Select(item => item.Key.Name));

    private static JsonObject Thing(string text, int number) =>
        new()
        {
            ["metadata"] = new JsonObject { ["uid"] = text.Length > 10 ? "x" : text },
            ["text"] = text,
            ["number"] = number,
        };
}
