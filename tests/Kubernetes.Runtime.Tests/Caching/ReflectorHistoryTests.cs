using System.Globalization;
using Binnacle.Testing;
using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using static Kubernetes.Runtime.Tests.Fakes.Make;

namespace Kubernetes.Runtime.Tests.Caching;

/// <summary>
/// Whatever happens to server and connection: in the end store and indexes are what the server has, and what
/// subscribers were told is the server's own history, from which only a list may have left something out, and never a
/// deletion of what they knew.
/// </summary>
public sealed class ReflectorHistoryTests
{
    private enum Step
    {
        Write,
        Delete,
        Renew,
        CutInOrder,
        CutByFault,
        Compact,
        ExpireInStream,
        FailSome,
        Bookmark,
        LetItRun,
    }

    private static Gen<(Step Kind, int Name)[]> Histories { get; } =
        (
            from kind in Gen.Frequency(
                (6, Gen.Constant(Step.Write)),
                (3, Gen.Constant(Step.Delete)),
                (2, Gen.Constant(Step.Renew)),
                (1, Gen.Constant(Step.CutInOrder)),
                (1, Gen.Constant(Step.CutByFault)),
                (1, Gen.Constant(Step.Compact)),
                (1, Gen.Constant(Step.ExpireInStream)),
                (1, Gen.Constant(Step.FailSome)),
                (1, Gen.Constant(Step.Bookmark)),
                (4, Gen.Constant(Step.LetItRun))
            )
            from name in Gen.Choose(0, 7)
            select (kind, name)
        )
            .ListOf()
            .Select(list => list.ToArray());

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [Trait("Guarantee", "W18")]
    public void Any_history_ends_in_the_servers_state_and_is_told_in_the_servers_order(
        bool streamed,
        bool syncedFirst
    ) =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(100),
            Prop.ForAll(
                Histories.Resize(60).ToArbitrary(),
                history => RunAsync(history, streamed, syncedFirst).GetAwaiter().GetResult()
            )
        );

    private static async Task RunAsync(IReadOnlyList<(Step Kind, int Name)> steps, bool streamed, bool syncedFirst)
    {
        var server = new FakeApiServer();
        var time = new ManualTimeProvider();
        var store = new Store<ConfigMap>();
        var ledger = new Ledger(store);
        store.AddIndex("colour", it => [Colour(it)]);
        var options = new ReflectorOptions<ConfigMap> { PageSize = 3, WatchList = streamed };
        var reflector = new Reflector<ConfigMap>(server, store, options, time, NullLogger.Instance, () => 0.5);
        using var stop = new CancellationTokenSource();
        var history = new History(server);
        var running = Task.CompletedTask;
        if (syncedFirst)
        {
            for (var i = 0; i < 5; i++)
            {
                history.Put(Key($"o{i}"));
            }

            running = reflector.RunAsync(stop.Token);
            await reflector.WaitForSyncAsync(CancellationToken.None).InTime();
            await Eventually.TrueAsync(() => server.OpenWatches == 1, "it watches");
            history.Mark();
        }
        else
        {
            running = reflector.RunAsync(stop.Token);
        }

        var faults = 0;
        var random = new Random(steps.Count);
        server.Fault = _ => Interlocked.Decrement(ref faults) >= 0 ? AnyFault(random) : null;
        foreach (var (kind, name) in steps)
        {
            switch (kind)
            {
                case Step.Write:
                    history.Put(Key($"o{name}"));
                    break;
                case Step.Delete:
                    history.Remove(Key($"o{name}"));
                    break;
                case Step.Renew:
                    history.Remove(Key($"o{name}"));
                    history.Put(Key($"o{name}"));
                    break;
                case Step.CutInOrder:
                    server.CutWatches();
                    break;
                case Step.CutByFault:
                    server.CutWatches(AnyFault(random));
                    break;
                case Step.Compact:
                    server.Compact();
                    break;
                case Step.ExpireInStream:
                    server.CutWatches(Errors.Expired("too old"));
                    break;
                case Step.FailSome:
                    Interlocked.Exchange(ref faults, name);
                    break;
                case Step.Bookmark:
                    server.Bookmark();
                    break;
                case Step.LetItRun:
                    await Task.Yield();
                    time.Advance(TimeSpan.FromSeconds(name));
                    await Task.Run(() => { });
                    break;
            }
        }

        Interlocked.Exchange(ref faults, 0);
        await time.AdvanceUntilAsync(
            () => reflector.HasSynced && Ledger.IsEqual(server, store) && server.OpenWatches == 1,
            TimeSpan.FromHours(1)
        );
        await stop.CancelAsync();
        await running.InTime();

        ledger.ShouldAddUpTo(store);
        foreach (var colour in Enumerable.Range(0, 3).Select(i => $"{i}"))
        {
            store
                .ByIndex("colour", colour)
                .Select(it => it.Key)
                .ShouldBe(server.All<ConfigMap>().Where(it => Colour(it) == colour).Select(it => it.Key), true);
        }

        history.ShouldHaveBeenTold(ledger.Changes);
        if (syncedFirst && IsOneList(server))
        {
            history.ShouldHaveBeenToldInFull(ledger.Changes);
        }
    }

    private static string Colour(ConfigMap value) =>
        (int.Parse(value.Data!["key"], CultureInfo.InvariantCulture) % 3).ToString(CultureInfo.InvariantCulture);

    private static bool IsOneList(FakeApiServer server) =>
        server.Requests.Count(it => it is { Verb: "list", Detail: "" } or { Verb: "watch", Detail: "" }) == 1;

    private static KubernetesApiException AnyFault(Random random) =>
        random.Next(6) switch
        {
            0 => new KubernetesApiException(KubernetesErrorKind.TooManyRequests, "slow down", 429),
            1 => new KubernetesApiException(KubernetesErrorKind.ServerError, "oops", 500),
            2 => new KubernetesApiException(KubernetesErrorKind.BadRequest, "what?", 400),
            3 => new KubernetesApiException(KubernetesErrorKind.Unknown, "not a watch"),
            4 => Errors.Forbidden(),
            _ => Errors.Transport(),
        };

    /// <summary>What happened at the server, in order.</summary>
    private sealed class History(FakeApiServer server)
    {
        private readonly List<(ObjectKey Key, string Uid, string? Version)> _events = [];
        private int _value;
        private int _mark;

        public void Put(ObjectKey key)
        {
            var stored = server.Put(ConfigMap(key.Name, $"{++_value}"));
            _events.Add((key, stored.Metadata.Uid!, stored.Metadata.ResourceVersion));
        }

        public void Remove(ObjectKey key)
        {
            if (server.All<ConfigMap>().FirstOrDefault(it => it.Key == key) is { } there)
            {
                server.Remove(Models.ConfigMap.ResourceType, key);
                _events.Add((key, there.Metadata.Uid!, null));
            }
        }

        /// <summary>What comes from here on is told as it happens.</summary>
        public void Mark() => _mark = _events.Count;

        /// <summary>
        /// Of each object: a part of its history in the right order, and its end, if it was known and has ended.
        /// </summary>
        public void ShouldHaveBeenTold(IReadOnlyList<StoreChange<ConfigMap>> changes)
        {
            foreach (var told in changes.Select(Event).GroupBy(it => it.Key))
            {
                var happened = _events.Where(it => it.Key == told.Key).ToList();
                var places = told.Select(it => happened.IndexOf(it)).ToList();
                places.ShouldNotContain(-1);
                places.SequenceEqual(places.Distinct().Order()).ShouldBeTrue($"{told.Key}: not in the server's order");
                var known = told.Select(it => it.Uid).Distinct();
                foreach (var ended in happened.Where(it => it.Version is null && known.Contains(it.Uid)))
                {
                    told.ShouldContain(ended, $"{told.Key}: an end was missed");
                }
            }
        }

        /// <summary>Without a list in between, nothing is left out, and objects do not overtake each other.</summary>
        public void ShouldHaveBeenToldInFull(IReadOnlyList<StoreChange<ConfigMap>> changes) =>
            changes.Where(change => !change.Initial).Select(Event).ShouldBe(_events.Skip(_mark));

        private static (ObjectKey Key, string Uid, string? Version) Event(StoreChange<ConfigMap> change) =>
            (change.Key, (change.New ?? change.Old)!.Metadata.Uid!, change.New?.Metadata.ResourceVersion);
    }
}
