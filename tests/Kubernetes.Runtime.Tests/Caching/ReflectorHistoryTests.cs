using Binnacle.Testing;
using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using static Kubernetes.Runtime.Tests.Fakes.Make;

namespace Kubernetes.Runtime.Tests.Caching;

/// <summary>
/// Whatever happens to server and connection: in the end the store is what the server has, what subscribers were told
/// adds up to the same, and every object that was ever told and is gone was told as gone.
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

    [Fact]
    public void The_store_ends_equal_to_the_server_and_no_deletion_is_missed()
    {
        var step =
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
            select (kind, name);
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(150),
            Prop.ForAll(
                step.ListOf().Resize(60).ToArbitrary(),
                history => RunAsync([.. history]).GetAwaiter().GetResult()
            )
        );
    }

    private static async Task RunAsync(IReadOnlyList<(Step Kind, int Name)> history)
    {
        var server = new FakeApiServer();
        var time = new ManualTimeProvider();
        var store = new Store<ConfigMap>();
        var told = new Dictionary<ObjectKey, ConfigMap>();
        var errors = new List<string>();
        using var subscription = store.Subscribe(change => Follow(change, told, errors));
        var options = new ReflectorOptions<ConfigMap> { PageSize = 3 };
        var reflector = new Reflector<ConfigMap>(server, store, options, time, NullLogger.Instance, () => 0.5);
        using var stop = new CancellationTokenSource();
        var running = reflector.RunAsync(stop.Token);
        var value = 0;
        var faults = 0;
        server.Fault = _ => Interlocked.Decrement(ref faults) >= 0 ? Errors.Transport() : null;

        foreach (var (kind, name) in history)
        {
            var key = Key($"o{name}");
            switch (kind)
            {
                case Step.Write:
                    server.Put(ConfigMap(key.Name, $"{++value}"));
                    break;
                case Step.Delete:
                    server.Remove(Models.ConfigMap.ResourceType, key);
                    break;
                case Step.Renew:
                    server.Remove(Models.ConfigMap.ResourceType, key);
                    server.Put(ConfigMap(key.Name, $"{++value}"));
                    break;
                case Step.CutInOrder:
                    server.CutWatches();
                    break;
                case Step.CutByFault:
                    server.CutWatches(Errors.Transport());
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
        await time.AdvanceUntilAsync(() => reflector.HasSynced && IsEqual(server, store), TimeSpan.FromHours(1));
        await stop.CancelAsync();
        await running.InTime();

        errors.ShouldBeEmpty();
        told.Count.ShouldBe(store.Count);
        told.ShouldAllBe(pair => ReferenceEquals(store.Find(pair.Key), pair.Value));
    }

    /// <summary>Every change must join on to the one before: nothing appears twice, nothing vanishes untold.</summary>
    private static void Follow(
        StoreChange<ConfigMap> change,
        Dictionary<ObjectKey, ConfigMap> told,
        List<string> errors
    )
    {
        if (!ReferenceEquals(told.GetValueOrDefault(change.Key), change.Old))
        {
            errors.Add($"{change.Key}: the change does not start from what was told before");
        }

        if (change is { Old.Metadata.Uid: var before, New.Metadata.Uid: var after } && before != after)
        {
            errors.Add($"{change.Key}: another object was told as a change of the old one");
        }

        if (change.New is null)
        {
            told.Remove(change.Key);
        }
        else
        {
            told[change.Key] = change.New;
        }
    }

    private static bool IsEqual(FakeApiServer server, Store<ConfigMap> store)
    {
        var there = server.All<ConfigMap>();
        return there.Count == store.Count
            && there.All(it => store.Find(it.Key)?.Metadata.ResourceVersion == it.Metadata.ResourceVersion);
    }
}
