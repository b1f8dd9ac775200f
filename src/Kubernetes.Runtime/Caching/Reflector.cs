using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Caching;

/// <summary>
/// Keeps a <see cref="Store{T}"/> equal to what the server has: lists page by page, then watches from the list's
/// version, reconnects when the stream ends, and lists again when the server no longer knows that version. A list
/// takes the store's place in one step, so that readers never see half of one and every deletion is told, also those
/// that happened while the connection was cut.
/// </summary>
/// <remarks>
/// Pauses after failures: 0.8 s, doubling up to 30 s, with jitter, from the start again after 2 quiet minutes; while
/// the server does not know the kind at all, up to 5 s. After a stream that ended by itself: none, but streams start
/// at least 1 s apart.
/// </remarks>
/// <typeparam name="T">The kind.</typeparam>
public sealed class Reflector<T>
    where T : KubernetesObject, IKubernetesObject<T>
{
    private static readonly TimeSpan ShortWatch = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MissingKindLimit = TimeSpan.FromSeconds(5);

    private readonly IKubernetesClient _client;
    private readonly Store<T> _store;
    private readonly ReflectorOptions<T> _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<double> _random;
    private readonly CacheInstruments? _instruments;
    private readonly Backoff _backoff;
    private readonly Backoff _missingKindBackoff;
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Exception? _problem;
    private volatile string? _resourceVersion;
    private bool _mayRelistAtOnce = true;

    /// <summary>Makes one that does nothing until <see cref="RunAsync"/>.</summary>
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
    }

    private enum State
    {
        /// <summary>Nothing is known, or too old to go on from.</summary>
        Empty,

        /// <summary>Pages are being read.</summary>
        Listing,

        /// <summary>The store holds a whole list; events bring it up to date.</summary>
        Watching,
    }

    /// <summary>True from the end of the first list on.</summary>
    public bool HasSynced => _synced.Task.IsCompletedSuccessfully;

    /// <summary>Why the last attempt to list or watch failed; null while all is well. For readiness.</summary>
    public Exception? Problem => _problem;

    /// <summary>The version up to which the store is known to be true; null before the first list.</summary>
    public string? ResourceVersion => _resourceVersion;

    /// <summary>Waits for the end of the first list; its objects have been told to subscribers by then.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => _synced.Task.WaitAsync(cancellationToken);

    /// <summary>Runs until <paramref name="cancellationToken"/> fires; failures are logged and tried again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var state = State.Empty;
        string? continueToken = null;
        List<T> pages = [];
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                switch (state)
                {
                    case State.Empty:
                        continueToken = null;
                        pages = [];
                        state = State.Listing;
                        break;

                    case State.Listing:
                        var page = await ReadPageAsync(pages, continueToken, cancellationToken);
                        continueToken = page.Continue;
                        if (string.IsNullOrEmpty(continueToken))
                        {
                            TakeOver(pages, page.ResourceVersion);
                            pages = [];
                            state = State.Watching;
                        }

                        break;

                    case State.Watching:
                        await WatchOnceAsync(cancellationToken);
                        break;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (IsExpired(e))
            {
                // An expired version asks for a list at once; a second time in a row it is a loop.
                state = State.Empty;
                _logger.LogDebug(e, "Listing {Resource} anew: the version is too old", T.ResourceType);
                if (!_mayRelistAtOnce && !await PauseAsync(_backoff.Next(), cancellationToken))
                {
                    break;
                }

                _mayRelistAtOnce = false;
            }
            catch (Exception e)
            {
                // Pages already read stay good, and a watch goes on from where it was cut.
                Report(e);
                var missing = e is KubernetesApiException { Kind: KubernetesErrorKind.NotFound };
                if (missing)
                {
                    state = State.Empty;
                }

                if (!await PauseAsync(PauseAfter(e, missing), cancellationToken))
                {
                    break;
                }
            }
        }
    }

    private async Task<KubernetesList<T>> ReadPageAsync(
        List<T> pages,
        string? continueToken,
        CancellationToken cancellationToken
    )
    {
        var request = new ListRequest
        {
            Namespace = _options.Namespace,
            LabelSelector = _options.LabelSelector,
            FieldSelector = _options.FieldSelector,
            Limit = _options.PageSize,
            Continue = continueToken,
        };
        var page = await _client.ListPageAsync<T>(request, cancellationToken);
        foreach (var item in page.Items)
        {
            pages.Add(_options.Transform(item));
        }

        return page;
    }

    private void TakeOver(List<T> pages, string resourceVersion)
    {
        _store.Replace(pages, initial: !HasSynced);
        _resourceVersion = resourceVersion;
        Recover();
        if (_synced.TrySetResult())
        {
            _logger.LogDebug("Listed {Count} {Resource}", pages.Count, T.ResourceType);
        }
    }

    private async Task WatchOnceAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var events = 0;
        var request = new WatchRequest
        {
            Namespace = _options.Namespace,
            LabelSelector = _options.LabelSelector,
            FieldSelector = _options.FieldSelector,
            ResourceVersion = _resourceVersion!,
            // At random, so that the streams of all kinds do not end together.
            Timeout = TimeSpan.FromSeconds(300 + (300 * _random())),
        };
        try
        {
            await foreach (var change in _client.WatchAsync<T>(request, cancellationToken))
            {
                events++;
                Recover();
                Take(change);
            }
        }
        finally
        {
            _mayRelistAtOnce |= _time.GetElapsedTime(started) >= ShortWatch;
        }

        var lasted = _time.GetElapsedTime(started);
        if (lasted >= ShortWatch)
        {
            Recover();
        }
        else if (events > 0)
        {
            await PauseAsync(ShortWatch - lasted, cancellationToken);
        }
        else
        {
            throw new ShortWatchException($"the server closed the watch at once, without an event");
        }
    }

    private void Take(WatchEvent<T> change)
    {
        switch (change.Type)
        {
            case WatchEventType.Added or WatchEventType.Modified when change.Object is not null:
                _store.Set(_options.Transform(change.Object));
                break;
            case WatchEventType.Deleted when change.Object is not null:
                _store.Remove(change.Object.Key);
                break;
        }

        if (!string.IsNullOrEmpty(change.ResourceVersion))
        {
            _resourceVersion = change.ResourceVersion;
        }
    }

    private TimeSpan PauseAfter(Exception e, bool missingKind)
    {
        var pause = (missingKind ? _missingKindBackoff : _backoff).Next();
        return e is KubernetesApiException { RetryAfter: { } asked } && asked > pause ? asked : pause;
    }

    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(pause, _time, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The same kind of failure is told once, until things went well in between.</summary>
    private void Report(Exception e)
    {
        var level = IsSame(_problem, e) ? LogLevel.Debug : LogLevel.Warning;
        _problem = e;
        switch (e)
        {
            case KubernetesApiException { Kind: KubernetesErrorKind.NotFound }:
                _logger.Log(level, "The server does not know {Resource} yet; waiting for it", T.ResourceType);
                break;
            case KubernetesApiException { Kind: KubernetesErrorKind.Forbidden or KubernetesErrorKind.Unauthorized }:
                _logger.Log(level, "Not allowed to list and watch {Resource}: {Message}", T.ResourceType, e.Message);
                break;
            case KubernetesApiException or ShortWatchException:
                _logger.Log(level, "Cannot follow {Resource}, trying again: {Message}", T.ResourceType, e.Message);
                break;
            default:
                _logger.LogError(e, "Following {Resource} failed, trying again", T.ResourceType);
                break;
        }
    }

    private void Recover()
    {
        if (_problem is not null)
        {
            _problem = null;
            _missingKindBackoff.Reset();
            _logger.LogInformation("Following {Resource} again", T.ResourceType);
        }
    }

    private static bool IsSame(Exception? before, Exception now) =>
        before is not null
        && before.GetType() == now.GetType()
        && (before as KubernetesApiException)?.Kind == (now as KubernetesApiException)?.Kind;

    private static bool IsExpired(Exception e) =>
        e is KubernetesApiException { Kind: KubernetesErrorKind.Expired }
        || (
            e is KubernetesApiException { Kind: KubernetesErrorKind.Timeout } tooNew
            && tooNew.Causes.Any(cause => cause.Reason == "ResourceVersionTooLarge")
        );

    private sealed class ShortWatchException(string message) : Exception(message);
}
