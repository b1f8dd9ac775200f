using Binnacle.Testing;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Tests.Fakes;
using static Kubernetes.Runtime.Tests.Fakes.Make;

namespace Kubernetes.Runtime.Tests.Caching;

/// <summary>
/// A reflector that follows a fake server over a real socket. Its pauses are on a clock that the test moves; the
/// client's deadlines are on the system's, unless the test says otherwise.
/// </summary>
internal sealed class Following : IAsyncDisposable
{
    private static readonly TimeSpan ShortestDeadline = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly KubernetesClient _client;
    private readonly Task _running;

    private Following(ReflectorOptions<ConfigMap> options, bool clientOnManualClock, Action<Following>? prepare)
    {
        Server = new SocketApiServer(Model);
        Ledger = new Ledger(Store);
        Store.AddIndex("value", it => [it.Data!["key"]]);
        _client = Server.Connect(clientOnManualClock ? Time : null);
        prepare?.Invoke(this);
        Reflector = new Reflector<ConfigMap>(_client, Store, options, Time, Logger, () => 0);
        _running = Reflector.RunAsync(_stop.Token);
    }

    public FakeApiServer Model { get; } = new();

    public SocketApiServer Server { get; }

    public ManualTimeProvider Time { get; } = new();

    public RecordingLogger Logger { get; } = new();

    public Store<ConfigMap> Store { get; } = new();

    public Ledger Ledger { get; }

    public Reflector<ConfigMap> Reflector { get; }

    /// <summary>Starts; <paramref name="prepare"/> sees the server before the first request.</summary>
    public static Following Start(
        ReflectorOptions<ConfigMap>? options = null,
        bool clientOnManualClock = false,
        Action<Following>? prepare = null
    ) => new(options ?? new ReflectorOptions<ConfigMap>(), clientOnManualClock, prepare);

    /// <summary>Follows five objects, o0 to o4, and has been watching them for a minute.</summary>
    public static async Task<Following> SettledAsync(
        ReflectorOptions<ConfigMap>? options = null,
        bool clientOnManualClock = false
    )
    {
        var following = Start(
            options,
            clientOnManualClock,
            it =>
            {
                for (var i = 0; i < 5; i++)
                {
                    it.Model.Put(ConfigMap($"o{i}", "0"));
                }
            }
        );
        await following.WatchingAsync();
        following.Store.Count.ShouldBe(5);
        following.Time.Advance(TimeSpan.FromMinutes(1));
        following.Ledger.Forget();
        return following;
    }

    public Task WatchingAsync() => UntilAsync(() => Reflector.HasSynced && Server.OpenWatches == 1, "it watches");

    /// <summary>
    /// Moves the clock from pause to pause until the condition holds. Longer timers are deadlines of what is on its way
    /// through the socket, in real time: they are left alone.
    /// </summary>
    public Task UntilAsync(Func<bool> condition, string what) =>
        Eventually.TrueAsync(
            () =>
            {
                if (condition())
                {
                    return true;
                }

                if (Time.UntilNextTimer is { } pause && pause < ShortestDeadline)
                {
                    Time.Advance(pause);
                }

                return false;
            },
            what
        );

    /// <summary>What happens while nobody can see it: o0 goes, o1 is made anew, o2 changes, o9 comes.</summary>
    public void ChangeUnseen()
    {
        Model.Remove(Models.ConfigMap.ResourceType, Key("o0"));
        Model.Remove(Models.ConfigMap.ResourceType, Key("o1"));
        Model.Put(ConfigMap("o1", "1"));
        Model.Put(ConfigMap("o2", "1"));
        Model.Put(ConfigMap("o9", "1"));
    }

    /// <summary>
    /// Lets time go on until the store is what the server has and a watch is open; then nothing may be missing in what
    /// was told, nor in the index.
    /// </summary>
    public async Task ConvergesAsync()
    {
        await UntilAsync(
            () => Reflector.HasSynced && Ledger.IsEqual(Model, Store) && Server.OpenWatches == 1,
            "the store is what the server has"
        );
        Ledger.ShouldAddUpTo(Store);
        foreach (var value in Model.All<ConfigMap>().GroupBy(it => it.Data!["key"]))
        {
            Store.ByIndex("value", value.Key).Select(it => it.Key).ShouldBe(value.Select(it => it.Key), true);
        }
    }

    /// <summary>After <see cref="ChangeUnseen"/>: each change was told once, and o1 as gone and as new.</summary>
    public void ShouldHaveToldTheUnseen()
    {
        Ledger.Told.ShouldBe(["-o0", "-o1", "+o1", "~o2", "+o9"], ignoreOrder: true);
        Ledger.Told.ToList().IndexOf("-o1").ShouldBeLessThan(Ledger.Told.ToList().IndexOf("+o1"));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.InTime();
        _client.Dispose();
        await Server.DisposeAsync();
        _stop.Dispose();
    }
}
