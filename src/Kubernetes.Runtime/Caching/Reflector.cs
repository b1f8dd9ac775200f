using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Caching;

/// <summary>
/// Keeps a <see cref="Store{T}"/> equal to what the server has: lists page by page (or streams the first state, see
/// <see cref="ReflectorOptions{T}.WatchList"/>), then watches from that version, reconnects when the stream ends, and
/// lists again when the server no longer knows the version. A list takes the store's place in one step, so that readers
/// never see half of one and every deletion is told, also those that happened while the connection was cut.
/// </summary>
/// <remarks>
/// Pauses after failures: 0.8 s, doubling up to 30 s, with jitter, from the start again after 2 quiet minutes; while
/// the server does not know the kind at all, up to 5 s; as long as the server asks for, up to 5 minutes. After a stream
/// that ended by itself: none, but streams start at least 1 s apart. After a version that is too old: none, unless it
/// happens again before a watch has held for a second.
/// <para>
/// Lists ask for the newest state (no resourceVersion), which since Kubernetes 1.31 comes out of the server's cache. A
/// continue token that expires starts the list over; when that happens twice, the list is asked for in one piece.
/// </para>
/// </remarks>
/// <typeparam name="T">The kind.</typeparam>
public sealed class Reflector<T>
    where T : KubernetesObject, IKubernetesObject<T>
{
    private const int MaxExpiredPagings = 2;
    private const int MaxFailedWatches = 5;
    private const int MaxFailedStreams = 3;

    private static readonly TimeSpan ShortWatch = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MissingKindLimit = TimeSpan.FromSeconds(5);

    /// <summary>A date in Retry-After means years when one of the two clocks has jumped.</summary>
    private static readonly TimeSpan LongestAskedPause = TimeSpan.FromMinutes(5);

    /// <summary>Servers that do not know how to stream a list never end it.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private readonly IKubernetesClient _client;
    private readonly Store<T> _store;
    private readonly ReflectorOptions<T> _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<double> _random;
    private readonly CacheInstruments? _instruments;
    private readonly Backoff _backoff;
    private readonly Backoff _missingKindBackoff;
    private readonly FollowingHealth _health;
    private readonly StringPool _texts = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _resourceVersion;
    private State _state = State.Empty;
    private IncomingList<T> _incoming;
    private long _listBegan;
    private string? _continue;
    private bool _mayRelistAtOnce = true;
    private bool _streamsLists;
    private int _expiredPagings;
    private int _failedWatches;
    private int _failedStreams;

    /// <summary>Makes one that does nothing until <see cref="RunAsync"/>.</summary>
    /// <param name="client">Lists and watches.</param>
    /// <param name="store">What it writes, and nobody else.</param>
    /// <param name="options">What to follow and what to keep of it.</param>
    /// <param name="time">The clock of pauses.</param>
    /// <param name="logger">Where failures are told.</param>
    /// <param name="metrics">Where lists, watches and their failures are counted.</param>
    public Reflector(
        IKubernetesClient client,
        Store<T> store,
        ReflectorOptions<T> options,
        TimeProvider time,
        ILogger logger,
        RuntimeMetrics? metrics = null
    )
        : this(client, store, options, time, logger, Random.Shared.NextDouble, metrics) { }

    internal Reflector(
        IKubernetesClient client,
        Store<T> store,
        ReflectorOptions<T> options,
        TimeProvider time,
        ILogger logger,
        Func<double> random,
        RuntimeMetrics? metrics = null
    )
    {
        _instruments = metrics?.ForCache(T.ResourceType.Group, T.ResourceType.Kind, () => store.Count);
        _client = client;
        _store = store;
        _options = options;
        _time = time;
        _logger = logger;
        _random = random;
        var initial = TimeSpan.FromSeconds(0.8);
        var reset = TimeSpan.FromMinutes(2);
        _backoff = new Backoff(initial, TimeSpan.FromSeconds(30), reset, time, random);
        _missingKindBackoff = new Backoff(initial, MissingKindLimit, reset, time, random);
        _health = new FollowingHealth(T.ResourceType, logger);
        _incoming = new IncomingList<T>(store);
        _streamsLists = options.WatchList;
    }

    private enum State
    {
        /// <summary>Nothing is known, or too old to go on from.</summary>
        Empty,

        /// <summary>Pages are being read.</summary>
        Listing,

        /// <summary>The first state comes in as events.</summary>
        Streaming,

        /// <summary>The store holds a whole list; events bring it up to date.</summary>
        Watching,
    }

    /// <summary>True from the end of the first list on.</summary>
    public bool HasSynced => _synced.Task.IsCompletedSuccessfully;

    /// <summary>Why the last attempt to list or watch failed; null while all is well. For readiness.</summary>
    public Exception? Problem => _health.Problem;

    /// <summary>The version up to which the store is known to be true; null before the first list.</summary>
    public string? ResourceVersion => _resourceVersion;

    /// <summary>Waits for the end of the first list; its objects have been told to subscribers by then.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => _synced.Task.WaitAsync(cancellationToken);

    /// <summary>
    /// Runs until <paramref name="cancellationToken"/> fires; failures are logged and tried again. To be called once.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var pause = await StepOrFailAsync(cancellationToken);
                if (pause > TimeSpan.Zero)
                {
                    await Task.Delay(pause, _time, cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
        }

        _instruments?.Ended();
    }

    private async Task<TimeSpan> StepOrFailAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await StepAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return AfterFailure(e);
        }
    }

    /// <summary>One step of the state machine, and the pause after it.</summary>
    private async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        switch (_state)
        {
            case State.Empty:
                _incoming = new IncomingList<T>(_store);
                _continue = null;
                _listBegan = _time.GetTimestamp();
                _instruments?.ListBegan();
                _state = _streamsLists ? State.Streaming : State.Listing;
                return TimeSpan.Zero;

            case State.Listing:
                await ReadPageAsync(cancellationToken);
                return TimeSpan.Zero;

            default:
                return await WatchOnceAsync(cancellationToken);
        }
    }

    private async Task ReadPageAsync(CancellationToken cancellationToken)
    {
        var request = new ListRequest
        {
            Namespace = _options.Namespace,
            LabelSelector = _options.LabelSelector,
            FieldSelector = _options.FieldSelector,
            Limit = _expiredPagings < MaxExpiredPagings ? _options.PageSize : null,
            Continue = _continue,
        };
        var page = await _client.ListPageAsync<T>(request, cancellationToken);
        foreach (var item in page.Items)
        {
            _incoming.Add(Keep(item));
        }

        _continue = page.Continue;
        if (string.IsNullOrEmpty(_continue))
        {
            TakeOver(page.ResourceVersion);
        }
    }

    private void TakeOver(string resourceVersion)
    {
        _store.Replace(_incoming.Objects, initial: !HasSynced);
        _instruments?.Listed(_time.GetElapsedTime(_listBegan));
        _incoming = new IncomingList<T>(_store);
        _resourceVersion = resourceVersion;
        _state = State.Watching;
        _expiredPagings = 0;
        _failedStreams = 0;
        Recover();
        if (_synced.TrySetResult())
        {
            _logger.LogDebug("Listed {Count} {Resource}", _store.Count, T.ResourceType);
        }
    }

    private async Task<TimeSpan> WatchOnceAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var events = 0;
        var streams = _state == State.Streaming;
        using var silence = new CancellationTokenSource(streams ? LongestSilence : Timeout.InfiniteTimeSpan, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        var request = new WatchRequest
        {
            Namespace = _options.Namespace,
            LabelSelector = _options.LabelSelector,
            FieldSelector = _options.FieldSelector,
            ResourceVersion = streams ? "" : _resourceVersion!,
            SendInitialEvents = streams,
            // At random, so that the streams of all kinds do not end together.
            Timeout = TimeSpan.FromSeconds(300 + (300 * _random())),
        };
        _instruments?.WatchBegan();
        try
        {
            await foreach (var change in _client.WatchAsync<T>(request, either.Token))
            {
                events++;
                _instruments?.EventCame();
                if (_state == State.Streaming)
                {
                    TakeInitial(change);
                    silence.CancelAfter(_state == State.Streaming ? LongestSilence : Timeout.InfiniteTimeSpan);
                }
                else
                {
                    Take(change);
                }
            }
        }
        catch (OperationCanceledException e) when (silence.IsCancellationRequested)
        {
            throw new InvalidDataException(
                $"the server did not end the initial events within {LongestSilence.TotalSeconds:0} s of the last one",
                e
            );
        }
        finally
        {
            _mayRelistAtOnce |= _time.GetElapsedTime(started) >= ShortWatch;
        }

        if (_state == State.Streaming)
        {
            throw new WatchBrokenException("the server closed the watch before all that there is was told");
        }

        var lasted = _time.GetElapsedTime(started);
        if (lasted >= ShortWatch)
        {
            Recover();
            return TimeSpan.Zero;
        }

        if (events > 0)
        {
            return ShortWatch - lasted;
        }

        _instruments?.WatchWasShort();
        throw new WatchBrokenException("the server closed the watch at once, without an event");
    }

    private void TakeInitial(WatchEvent<T> change)
    {
        switch (change)
        {
            case { Type: WatchEventType.Added or WatchEventType.Modified, Object: { } value }:
                _incoming.Add(Keep(value));
                break;
            case { Type: WatchEventType.Deleted, Object: { } gone }:
                _incoming.Remove(gone.Key);
                break;
            case { InitialEventsEnd: true }:
                TakeOver(change.ResourceVersion);
                break;
        }
    }

    private void Take(WatchEvent<T> change)
    {
        var isOlder = ResourceVersions.IsOlder(change.ResourceVersion, _resourceVersion);
        switch (change)
        {
            // Some servers send a deletion with the version of the last change.
            case { Type: WatchEventType.Deleted, Object: { } gone }:
                _store.Remove(gone.Key);
                break;
            case var _ when isOlder:
                throw new WatchBrokenException(
                    $"the server went back from version {_resourceVersion} to {change.ResourceVersion}",
                    listAnew: true
                );
            case { Object: { } value }:
                _store.Set(Keep(value));
                break;
        }

        if (!isOlder && !string.IsNullOrEmpty(change.ResourceVersion))
        {
            _resourceVersion = change.ResourceVersion;
        }

        Recover();
    }

    private T Keep(T value) => ObjectTransforms.Share(_options.Transform(value), _texts);

    /// <summary>Where to go on after a failure, and after which pause.</summary>
    private TimeSpan AfterFailure(Exception e)
    {
        _instruments?.Failed(whileWatching: _state == State.Watching);
        if (WatchFailures.IsExpired(e))
        {
            _expiredPagings += _continue is null ? 0 : 1;
            _state = State.Empty;
            _logger.LogDebug(e, "Listing {Resource} anew", T.ResourceType);
            if (_mayRelistAtOnce)
            {
                _mayRelistAtOnce = false;
                return TimeSpan.Zero;
            }
        }
        else if (_state == State.Streaming && !MayStreamAgain(e))
        {
            _streamsLists = false;
            _state = State.Empty;
            _logger.LogInformation(
                "Listing {Resource} page by page, as it cannot be streamed: {Message}",
                T.ResourceType,
                e.Message
            );
            return TimeSpan.Zero;
        }
        else if (_state == State.Streaming || !WatchFailures.IsTransient(e) || !MayWatchAgain(e))
        {
            // Nothing that is known would lead further; pages already read, and the version, stay good otherwise.
            _state = State.Empty;
        }

        _health.Failed(e);
        var missing = e is KubernetesApiException { Kind: KubernetesErrorKind.NotFound };
        var pause = (missing ? _missingKindBackoff : _backoff).Next();
        return e is KubernetesApiException { RetryAfter: { } asked } && asked > pause
            ? TimeSpan.FromTicks(Math.Min(asked.Ticks, LongestAskedPause.Ticks))
            : pause;
    }

    private bool MayStreamAgain(Exception e) =>
        e is KubernetesApiException { Kind: KubernetesErrorKind.NotFound }
        || WatchFailures.IsOutside(e)
        || (WatchFailures.IsTransient(e) && ++_failedStreams < MaxFailedStreams);

    private bool MayWatchAgain(Exception e) =>
        _state != State.Watching || WatchFailures.IsOutside(e) || ++_failedWatches < MaxFailedWatches;

    private void Recover()
    {
        _failedWatches = 0;
        if (_health.Recovered())
        {
            _missingKindBackoff.Reset();
        }
    }
}
