using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Kubernetes.Runtime.Tests.Fakes;

/// <summary>One request, as the fake saw it.</summary>
internal sealed record SeenRequest(string Verb, string Resource, ObjectKey Key, string Detail = "")
{
    public bool IsWrite => Verb is "create" or "replace" or "apply" or "patch" or "delete";
}

/// <summary>
/// An API server in memory with what the runtime depends on: versions, pages, watches, expiry, apply with removal of
/// fields no longer wanted, status, and deletion that can be held back.
/// </summary>
internal sealed class FakeApiServer : IKubernetesClient
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(ResourceType Type, ObjectKey Key), KubernetesObject> _objects = [];
    private readonly Dictionary<(ResourceType Type, ObjectKey Key), JsonObject> _intents = [];
    private readonly List<Told> _history = [];
    private readonly List<Watcher> _watchers = [];
    private readonly List<SeenRequest> _requests = [];
    private long _version = 100;
    private long _oldest;
    private int _uids;

    /// <summary>Asked before every request; what it returns is thrown.</summary>
    public Func<SeenRequest, Exception?> Fault { get; set; } = _ => null;

    /// <summary>Runs inside every request before it is answered, so that tests can hold it.</summary>
    public Func<SeenRequest, Task> Gate { get; set; } = _ => Task.CompletedTask;

    /// <summary>What the server fills in when an object is written.</summary>
    public Action<JsonObject> Defaults { get; set; } = _ => { };

    /// <summary>While true, deletions only mark the object.</summary>
    public bool HoldDeletions { get; set; }

    /// <summary>While false, sendInitialEvents is ignored, as servers before 1.27 do.</summary>
    public bool StreamsLists { get; set; } = true;

    public IReadOnlyList<SeenRequest> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    public IReadOnlyList<SeenRequest> Writes => [.. Requests.Where(request => request.IsWrite)];

    public int OpenWatches
    {
        get
        {
            lock (_gate)
            {
                return _watchers.Count;
            }
        }
    }

    public string Version
    {
        get
        {
            lock (_gate)
            {
                return Text(_version);
            }
        }
    }

    public void ForgetRequests()
    {
        lock (_gate)
        {
            _requests.Clear();
        }
    }

    /// <summary>All objects of a kind, as they are.</summary>
    public IReadOnlyList<T> All<T>()
        where T : KubernetesObject
    {
        lock (_gate)
        {
            return [.. _objects.Values.OfType<T>()];
        }
    }

    /// <summary>Writes an object as somebody else would; a new one gets a uid.</summary>
    public T Put<T>(T value)
        where T : KubernetesObject
    {
        lock (_gate)
        {
            return (T)Store(value.GetResourceType(), value);
        }
    }

    /// <summary>Deletes an object as somebody else would.</summary>
    public void Remove(ResourceType type, ObjectKey key)
    {
        lock (_gate)
        {
            Drop(type, key);
        }
    }

    /// <summary>Sets an object, and the version of everything, back to what they were.</summary>
    public void Restore<T>(T value, long version)
        where T : KubernetesObject
    {
        lock (_gate)
        {
            _version = version;
            Store(value.GetResourceType(), value);
        }
    }

    /// <summary>Forgets the past: older versions and continue tokens are expired.</summary>
    public void Compact()
    {
        lock (_gate)
        {
            _version++;
            _oldest = _version;
            _history.Clear();
        }
    }

    /// <summary>Ends all open watches, with an error or as a server does in good order.</summary>
    public void CutWatches(Exception? error = null)
    {
        lock (_gate)
        {
            foreach (var watcher in _watchers)
            {
                watcher.Events.Writer.TryComplete(error);
            }

            _watchers.Clear();
        }
    }

    /// <summary>Sends a bookmark on all open watches.</summary>
    public void Bookmark()
    {
        lock (_gate)
        {
            _version++;
            foreach (var watcher in _watchers)
            {
                watcher.Events.Writer.TryWrite(new Told(_version, WatchEventType.Bookmark, null));
            }
        }
    }

    public async Task<T> GetAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T> =>
        await FindAsync<T>(key, cancellationToken) ?? throw Errors.NotFound(T.ResourceType, key);

    public async Task<T?> FindAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        await SeeAsync(new SeenRequest("get", T.ResourceType.Plural, key), cancellationToken);
        lock (_gate)
        {
            return (T?)_objects.GetValueOrDefault((T.ResourceType, key));
        }
    }

    public async Task<KubernetesList<T>> ListPageAsync<T>(ListRequest request, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var detail = request.Continue ?? "";
        await SeeAsync(new SeenRequest("list", T.ResourceType.Plural, default, detail), cancellationToken);
        lock (_gate)
        {
            var version = _version;
            IReadOnlyList<T> rest;
            if (request.Continue is { Length: > 0 } token)
            {
                var parts = token.Split('|');
                version = long.Parse(parts[0]);
                if (version < _oldest)
                {
                    throw Errors.Expired("the provided continue parameter is too old");
                }

                rest = _pages.Remove(token, out var left) ? left.Cast<T>().ToList() : throw Errors.Expired("used");
            }
            else
            {
                rest = [.. _objects.Values.OfType<T>().Where(value => Selected(value, request.LabelSelector))];
            }

            var limit = request.Limit ?? int.MaxValue;
            var next = rest.Count > limit ? $"{version}|{Guid.NewGuid():N}" : null;
            if (next is not null)
            {
                _pages[next] = [.. rest.Skip(limit)];
            }

            return new KubernetesList<T>([.. rest.Take(limit)], Text(version), next, null);
        }
    }

    private readonly Dictionary<string, IReadOnlyList<KubernetesObject>> _pages = [];

    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        WatchRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T>
    {
        await foreach (var change in await OpenWatchAsync<T>(request, cancellationToken))
        {
            yield return change;
        }
    }

    /// <summary>As a watch, in two steps: it is open, or refused, when the first is done.</summary>
    public async Task<IAsyncEnumerable<WatchEvent<T>>> OpenWatchAsync<T>(
        WatchRequest request,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var seen = new SeenRequest("watch", T.ResourceType.Plural, default, request.ResourceVersion);
        await SeeAsync(seen, cancellationToken);
        var watcher = new Watcher(
            value => value is T typed && Selected(typed, request.LabelSelector),
            Channel.CreateUnbounded<Told>()
        );
        lock (_gate)
        {
            foreach (var first in request.ResourceVersion is "" or "0" ? There(request) : Since(request))
            {
                if (first.Object is null || watcher.Wants(first.Object))
                {
                    watcher.Events.Writer.TryWrite(first);
                }
            }

            _watchers.Add(watcher);
        }

        return ReadAsync<T>(watcher, cancellationToken);
    }

    private async IAsyncEnumerable<WatchEvent<T>> ReadAsync<T>(
        Watcher watcher,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
        where T : KubernetesObject
    {
        try
        {
            await foreach (var told in watcher.Events.Reader.ReadAllAsync(cancellationToken))
            {
                yield return new WatchEvent<T>(told.Type, (T?)told.Object, Text(told.Version))
                {
                    InitialEventsEnd = told.InitialEventsEnd,
                };
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(watcher);
            }
        }
    }

    public async Task<T> CreateAsync<T>(T value, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        await SeeAsync(new SeenRequest("create", T.ResourceType.Plural, value.Key), cancellationToken);
        lock (_gate)
        {
            return _objects.ContainsKey((T.ResourceType, value.Key))
                ? throw new KubernetesApiException(KubernetesErrorKind.AlreadyExists, "already exists", 409)
                : (T)Store(T.ResourceType, value);
        }
    }

    public Task<T> ReplaceAsync<T>(T value, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T> => throw new NotSupportedException();

    public Task<bool> DeleteAsync<T>(ObjectKey key, DeleteRequest request, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T> =>
        DeleteAsync(T.ResourceType, key, request, cancellationToken);

    public async Task<bool> DeleteAsync(
        ResourceType type,
        ObjectKey key,
        DeleteRequest request,
        CancellationToken cancellationToken
    )
    {
        await SeeAsync(new SeenRequest("delete", type.Plural, key, request.PropagationPolicy), cancellationToken);
        lock (_gate)
        {
            if (!_objects.TryGetValue((type, key), out var value))
            {
                return false;
            }

            if (request.Uid is not null && request.Uid != value.Metadata.Uid)
            {
                throw new KubernetesApiException(
                    KubernetesErrorKind.Conflict,
                    "the UID in the precondition does not match the UID in record",
                    409
                );
            }

            if (HoldDeletions)
            {
                Store(
                    type,
                    value with
                    {
                        Metadata = value.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch },
                    }
                );
            }
            else
            {
                Drop(type, key);
            }

            return true;
        }
    }

    public async Task<T> ApplyAsync<T>(T value, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        var type = value.GetResourceType();
        await SeeAsync(new SeenRequest("apply", type.Plural, value.Key), cancellationToken);
        lock (_gate)
        {
            options.FieldManager.ShouldNotBeNullOrEmpty();
            value.Metadata.ResourceVersion.ShouldBeNull();
            var there = _objects.GetValueOrDefault((type, value.Key));
            if (options.Uid is { } uid && uid != there?.Metadata.Uid)
            {
                throw there is null
                    ? new KubernetesApiException(
                        KubernetesErrorKind.Conflict,
                        $"uid mismatch: the provided object specified uid {uid}, and no existing object was found",
                        409
                    )
                    : Errors.Invalid(
                        "metadata.uid",
                        "FieldValueInvalid",
                        $"Invalid value: \"{uid}\": field is immutable"
                    );
            }

            if (!options.Force && there is not null)
            {
                throw new KubernetesApiException(KubernetesErrorKind.Conflict, "others own these fields", 409);
            }

            var intent = JsonNode.Parse(value.ToUtf8Json())!.AsObject();
            intent.Remove("status");
            var old = _objects.GetValueOrDefault((type, value.Key));
            var merged = old is null ? [] : JsonNode.Parse(old.ToUtf8Json())!.AsObject();
            JsonMerging.RemoveLapsed(merged, _intents.GetValueOrDefault((type, value.Key)), intent);
            JsonMerging.Merge(merged, intent);
            Defaults(merged);
            if (old is StatefulSet)
            {
                RefuseImmutable(JsonNode.Parse(old.ToUtf8Json())!, merged);
            }

            _intents[(type, value.Key)] = intent;
            var parsed = value.ReadSameKind(Encoding.UTF8.GetBytes(merged.ToJsonString()));
            if (old is not null && JsonNode.DeepEquals(JsonNode.Parse(old.ToUtf8Json()), merged))
            {
                return (T)old;
            }

            return (T)Store(type, parsed);
        }
    }

    public async Task<T> PatchAsync<T>(
        ObjectKey key,
        Patch patch,
        WriteOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var body = Encoding.UTF8.GetString(patch.Content.Span);
        await SeeAsync(new SeenRequest("patch", T.ResourceType.Plural, key, body), cancellationToken);
        lock (_gate)
        {
            patch.ContentType.ShouldBe("application/merge-patch+json");
            var old = _objects.GetValueOrDefault((T.ResourceType, key)) ?? throw Errors.NotFound(T.ResourceType, key);
            var merged = JsonNode.Parse(old.ToUtf8Json())!.AsObject();
            var changes = JsonNode.Parse(body)!.AsObject();
            if (
                changes["metadata"]?["resourceVersion"]?.GetValue<string>() is { } version
                && version != old.Metadata.ResourceVersion
            )
            {
                throw new KubernetesApiException(
                    KubernetesErrorKind.Conflict,
                    "the object has been modified; please apply your changes to the latest version and try again",
                    409
                );
            }

            JsonMerging.MergePatch(merged, changes);
            return (T)Store(T.ResourceType, old.ReadSameKind(Encoding.UTF8.GetBytes(merged.ToJsonString())));
        }
    }

    public Task<TBody> CreateSubresourceAsync<TOwner, TBody>(
        ObjectKey owner,
        string subresource,
        TBody body,
        CancellationToken cancellationToken
    )
        where TOwner : KubernetesObject, IKubernetesObject<TOwner>
        where TBody : KubernetesObject, IKubernetesObject<TBody> => throw new NotSupportedException();

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Method.ShouldBe(HttpMethod.Get);
        var path = request.RequestUri!.OriginalString;
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var rest = parts[0] == "api" ? parts[2..] : parts[3..];
        var key = rest.Length == 4 ? new ObjectKey(rest[1], rest[3]) : new ObjectKey("", rest[1]);
        var plural = rest[^2];
        await SeeAsync(new SeenRequest("get", plural, key), cancellationToken);
        lock (_gate)
        {
            var found = _objects.FirstOrDefault(pair =>
                pair.Key.Type.Plural == plural && pair.Key.Key == key && path.Contains(pair.Key.Type.ApiVersion)
            );
            return found.Value is null
                ? new HttpResponseMessage(HttpStatusCode.NotFound)
                : new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new ByteArrayContent(found.Value.ToUtf8Json()),
                };
        }
    }

    public Task<ResourceType?> DiscoverAsync(string apiVersion, string kind, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private IReadOnlyList<Told> Since(WatchRequest request)
    {
        var from = long.Parse(request.ResourceVersion);
        return from < _oldest
            ? throw Errors.Expired($"too old resource version: {from} ({_oldest})")
            : [.. _history.Where(past => past.Version > from)];
    }

    private IReadOnlyList<Told> There(WatchRequest request)
    {
        var all = _objects.Values.Select(value => new Told(
            long.Parse(value.Metadata.ResourceVersion!),
            WatchEventType.Added,
            value
        ));
        return request.SendInitialEvents && StreamsLists
            ? [.. all, new Told(_version, WatchEventType.Bookmark, null) { InitialEventsEnd = true }]
            : [.. all];
    }

    private static string Text(long version) => version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static bool Selected(KubernetesObject value, string? selector)
    {
        if (selector is null)
        {
            return true;
        }

        var parts = selector.Split('=');
        return value.Metadata.Labels?.GetValueOrDefault(parts[0]) == parts[1];
    }

    private async Task SeeAsync(SeenRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _requests.Add(request);
        }

        await Gate(request).WaitAsync(cancellationToken);
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        if (Fault(request) is { } fault)
        {
            throw fault;
        }
    }

    private KubernetesObject Store(ResourceType type, KubernetesObject value)
    {
        var old = _objects.GetValueOrDefault((type, value.Key));
        var stored = value with
        {
            Metadata = value.Metadata with
            {
                Uid = old?.Metadata.Uid ?? $"uid-{++_uids}",
                ResourceVersion = Text(++_version),
            },
        };
        _objects[(type, value.Key)] = stored;
        Tell(old is null ? WatchEventType.Added : WatchEventType.Modified, stored);
        return stored;
    }

    private void Drop(ResourceType type, ObjectKey key)
    {
        if (_objects.Remove((type, key), out var value))
        {
            _intents.Remove((type, key));
            _version++;
            Tell(
                WatchEventType.Deleted,
                value with
                {
                    Metadata = value.Metadata with { ResourceVersion = Text(_version) },
                }
            );
        }
    }

    private void Tell(WatchEventType type, KubernetesObject value)
    {
        var told = new Told(_version, type, value);
        _history.Add(told);
        foreach (var watcher in _watchers.Where(watcher => watcher.Wants(value)))
        {
            watcher.Events.Writer.TryWrite(told);
        }
    }

    private static void RefuseImmutable(JsonNode old, JsonNode now)
    {
        foreach (var field in new[] { "volumeClaimTemplates", "selector", "serviceName" })
        {
            if (!JsonNode.DeepEquals(old["spec"]?[field], now["spec"]?[field]))
            {
                throw Errors.Invalid(
                    "spec",
                    "FieldValueForbidden",
                    "Forbidden: updates to statefulset spec for fields other than 'replicas', 'template' are forbidden"
                );
            }
        }
    }

    private sealed record Watcher(Func<KubernetesObject, bool> Wants, Channel<Told> Events);

    private sealed record Told(long Version, WatchEventType Type, KubernetesObject? Object)
    {
        public bool InitialEventsEnd { get; init; }
    }
}
