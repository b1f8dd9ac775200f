using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Tests.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalCluster.Tests.ApiServer;

/// <summary>The file that objects outlive the server in.</summary>
public sealed class JournalTests : IDisposable
{
    private static readonly GroupResource Things = new("", "things");

    private const int HeadLength = 16;

    private readonly TemporaryFolder folder = new();
    private int files;

    public void Dispose() => folder.Dispose();

    [Fact, Trait("Guarantee", "S2")]
    public void A_file_cut_at_any_byte_is_a_prefix_of_its_writes()
    {
        var writes = Gen.Choose(0, 9).SelectMany(_ => Gen.Two(Gen.Choose(0, 5))).ListOf(30);
        var cuts = Gen.Choose(0, 1000).SelectMany(where => Gen.Choose(0, 20).Select(garbage => (where, garbage)));
        Prop.ForAll(
                Arb.From(writes),
                Arb.From(cuts),
                (list, cut) =>
                {
                    var path = folder.Of($"{files++}.log");
                    var states = Write(path, list, minLength: 1 << 30);
                    var length = (int)new FileInfo(path).Length;
                    var kept = Math.Max(HeadLength, length * cut.where / 1000);
                    using (var file = new FileStream(path, FileMode.Open))
                    {
                        file.SetLength(kept);
                        file.Position = kept;
                        file.Write(Enumerable.Repeat((byte)0xa5, cut.garbage).ToArray());
                    }

                    var expected = states.LastOrDefault(state => state.Length <= kept);
                    var (found, version) = Read(path);
                    found.ShouldBe(expected.Texts ?? "");
                    version.ShouldBeGreaterThan(states.Count == 0 ? 0 : states[^1].Version);

                    // What was cut is gone for good: the next run writes on and is read again.
                    Read(path).Texts.ShouldBe(found);
                    return true;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Fact, Trait("Guarantee", "S2")]
    public void A_file_that_is_begun_anew_holds_what_there_is()
    {
        var path = folder.Of("small.log");
        var list = Enumerable.Range(0, 2000).Select(i => (i % 7, i % 5)).ToList();
        var states = Write(path, list, minLength: 4096);
        new FileInfo(path).Length.ShouldBeLessThan(20_000);
        Read(path).Texts.ShouldBe(states[^1].Texts);
        Directory.GetFiles(folder.Path).ShouldBe([path]);
    }

    [Fact, Trait("Guarantee", "S2")]
    public void A_file_that_cannot_be_begun_anew_takes_writes_all_the_same()
    {
        var path = folder.Of("stuck.log");
        var list = Enumerable.Range(0, 500).Select(i => (i % 7, i % 5)).ToList();
        string[] states;
        using (var journal = Journal.Open(path, TimeProvider.System, NullLogger.Instance, minLength: 1024))
        {
            // The file that would take the place of this one cannot be made.
            Directory.CreateDirectory(path + ".new");
            states = [.. Write(journal, path, list).Select(state => state.Texts)];
            Directory.Delete(path + ".new");
        }

        new FileInfo(path).Length.ShouldBeGreaterThan(10_000);
        Read(path).Texts.ShouldBe(states[^1]);
    }

    [Fact, Trait("Guarantee", "S3")]
    public void Watches_go_on_where_the_file_still_tells_of_it()
    {
        var path = folder.Of("watched.log");
        long first,
            last;
        using (var journal = Journal.Open(path, TimeProvider.System, NullLogger.Instance))
        {
            var store = new ObjectDatabase(journal).Open(Things, []);
            var one = store.TryWrite(Key("a"), null, Thing("a", 1))!;
            first = one.ResourceVersion;
            var two = store.TryWrite(Key("a"), one, Thing("a", 2))!;
            last = store.TryRemove(two, two.ToJson())!.ResourceVersion;
        }

        using var again = Journal.Open(path, TimeProvider.System, NullLogger.Instance);
        var database = new ObjectDatabase(again);
        var restored = database.Open(Things, []);
        database.Restore(Things);
        var buffer = new Change[5];
        restored.Read(restored.PositionAfter(first), buffer).Count.ShouldBe(2);
        buffer[0].Type.ShouldBe(ChangeType.Modified);
        buffer[1].Type.ShouldBe(ChangeType.Deleted);
        buffer[1].Object.ResourceVersion.ShouldBe(last);
        restored.PositionAfter(last).ShouldBe(3);

        // Versions between the last one known and the first new one were never told of by this file.
        Should.Throw<ApiException>(() => restored.PositionAfter(last + 1)).Code.ShouldBe(410);
        restored.SnapshotAt(last + 1).ShouldBeNull();
        restored.PositionAfter(database.Versions.Current).ShouldBe(3);
        restored.TryWrite(Key("b"), null, Thing("b", 1))!.ResourceVersion.ShouldBeGreaterThan(last);
    }

    [Fact, Trait("Guarantee", "S2")]
    public void A_file_that_was_hardly_begun_is_begun_again()
    {
        for (var kept = 0; kept <= HeadLength; kept++)
        {
            var path = folder.Of($"begun-{kept}.log");
            Write(path, [], minLength: 1 << 30);
            using (var file = new FileStream(path, FileMode.Open))
            {
                file.SetLength(kept);
            }

            Write(path, [(1, 1)], minLength: 1 << 30);
            Read(path).Texts.ShouldContain("\"uid\":\"n1\"");
        }
    }

    [Fact]
    public void A_file_of_somebody_else_is_left_alone()
    {
        var path = folder.Write("other.log", "not a journal, whatever it is");
        Should
            .Throw<IOException>(() => Journal.Open(path, TimeProvider.System, NullLogger.Instance))
            .Message.ShouldContain("holds no objects of this server");
        File.ReadAllText(path).ShouldBe("not a journal, whatever it is");
    }

    /// <summary>Makes the writes and says after each how long the file was and what the store held.</summary>
    private static List<(long Length, string Texts, long Version)> Write(
        string path,
        IEnumerable<(int Name, int Action)> writes,
        long minLength
    )
    {
        using var journal = Journal.Open(path, TimeProvider.System, NullLogger.Instance, minLength);
        return Write(journal, path, writes);
    }

    private static List<(long Length, string Texts, long Version)> Write(
        Journal journal,
        string path,
        IEnumerable<(int Name, int Action)> writes
    )
    {
        var database = new ObjectDatabase(journal);
        var store = database.Open(Things, []);
        var states = new List<(long, string, long)>();
        var number = 0;
        foreach (var (name, action) in writes)
        {
            var key = Key($"n{name}");
            var current = store.Find(key);
            if (action == 0 && current is not null)
            {
                store.TryRemove(current, current.ToJson());
            }
            else
            {
                store.TryWrite(key, current, Thing(key.Name, number++));
            }

            states.Add((new FileInfo(path).Length, Texts(store), database.Versions.Current));
        }

        return states;
    }

    private static (string Texts, long Version) Read(string path)
    {
        using var journal = Journal.Open(path, TimeProvider.System, NullLogger.Instance);
        var database = new ObjectDatabase(journal);
        var store = database.Open(Things, []);
        database.Restore(Things);
        return (Texts(store), database.Versions.Next());
    }

    private static string Texts(ResourceStore store) =>
        string.Join(
            "\n",
            store.TakeSnapshot().Select(null, null).Select(item => System.Text.Encoding.UTF8.GetString(item.Utf8))
        );

    private static ObjectKey Key(string name) => new("ns", name);

    private static JsonObject Thing(string text, int number) =>
        new()
        {
            ["metadata"] = new JsonObject { ["uid"] = text },
            ["number"] = number,
        };
}
