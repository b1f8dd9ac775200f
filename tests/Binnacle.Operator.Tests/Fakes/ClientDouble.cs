using System.Runtime.CompilerServices;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Fakes;

/// <summary>
/// Passes everything on to another client, if there is one, and lets tests look at each request first and answer in the
/// server's place. Without another client a request that nobody answers fails.
/// </summary>
internal sealed class ClientDouble(IKubernetesClient? inner = null) : IKubernetesClient
{
    private readonly Lock _gate = new();
    private readonly List<SeenRequest> _seen = [];
    private int _openWatches;
    private int _finishedWrites;

    /// <summary>Answers in the server's place (null: it does not), or throws.</summary>
    public Func<SeenRequest, object?> Answer { get; set; } = _ => null;

    public IReadOnlyList<SeenRequest> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _seen];
            }
        }
    }

    /// <summary>Writes that the server answered with a yes.</summary>
    public int FinishedWrites => Volatile.Read(ref _finishedWrites);

    public int OpenWatches => Volatile.Read(ref _openWatches);

    public IReadOnlyList<SeenRequest> Writes => [.. Requests.Where(request => request.IsWrite)];

    public void Forget()
    {
        lock (_gate)
        {
            _seen.Clear();
        }
    }

    public Task<T> GetAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T> =>
        Ask(new SeenRequest("get", T.ResourceType.Kind, key), client => client.GetAsync<T>(key, cancellationToken));

    public Task<T?> FindAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var request = new SeenRequest("find", T.ResourceType.Kind, key);
        var answer = See(request);
        return answer is not null || inner is null
            ? Task.FromResult(answer as T)
            : inner.FindAsync<T>(key, cancellationToken);
    }

    public Task<KubernetesList<T>> ListPageAsync<T>(ListRequest request, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T> =>
        Ask(
            new SeenRequest("list", T.ResourceType.Kind, default),
            client => client.ListPageAsync<T>(request, cancellationToken)
        );

    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        WatchRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var server = inner ?? throw new NotSupportedException("watch");
        Interlocked.Increment(ref _openWatches);
        try
        {
            await foreach (var change in server.WatchAsync<T>(request, cancellationToken))
            {
                yield return change;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _openWatches);
        }
    }

    public Task<T> CreateAsync<T>(T value, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T> =>
        Ask(
            new SeenRequest("create", T.ResourceType.Kind, value.Key, value.ToUtf8Json()),
            client => client.CreateAsync(value, options, cancellationToken)
        );

    public Task<T> ReplaceAsync<T>(T value, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T> =>
        Ask(
            new SeenRequest("replace", T.ResourceType.Kind, value.Key, value.ToUtf8Json()),
            client => client.ReplaceAsync(value, options, cancellationToken)
        );

    public Task<bool> DeleteAsync<T>(ObjectKey key, DeleteRequest request, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T> =>
        DeleteAsync(T.ResourceType, key, request, cancellationToken);

    public Task<bool> DeleteAsync(
        ResourceType type,
        ObjectKey key,
        DeleteRequest request,
        CancellationToken cancellationToken
    ) =>
        Ask(
            new SeenRequest("delete", type.Kind, key),
            client => client.DeleteAsync(type, key, request, cancellationToken)
        );

    public Task<T> ApplyAsync<T>(T value, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        Ask(
            new SeenRequest("apply", value.Kind, value.Key, value.ToUtf8Json()) { Value = value },
            client => client.ApplyAsync(value, options, cancellationToken)
        );

    public Task<T> PatchAsync<T>(ObjectKey key, Patch patch, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T> =>
        Ask(
            new SeenRequest("patch", T.ResourceType.Kind, key, patch.Content, options.Subresource),
            client => client.PatchAsync<T>(key, patch, options, cancellationToken)
        );

    public Task<TBody> CreateSubresourceAsync<TOwner, TBody>(
        ObjectKey owner,
        string subresource,
        TBody body,
        CancellationToken cancellationToken
    )
        where TOwner : KubernetesObject, IKubernetesObject<TOwner>
        where TBody : KubernetesObject, IKubernetesObject<TBody> =>
        Ask(
            new SeenRequest("create", TOwner.ResourceType.Kind, owner, default, subresource),
            client => client.CreateSubresourceAsync<TOwner, TBody>(owner, subresource, body, cancellationToken)
        );

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Ask(
            new SeenRequest(
                request.Method == HttpMethod.Get ? "get" : "send",
                request.RequestUri?.OriginalString ?? "",
                default
            ),
            client => client.SendAsync(request, cancellationToken)
        );

    public Task<ResourceType?> DiscoverAsync(string apiVersion, string kind, CancellationToken cancellationToken) =>
        (inner ?? throw new NotSupportedException("discovery")).DiscoverAsync(apiVersion, kind, cancellationToken);

    private async Task<T> Ask<T>(SeenRequest request, Func<IKubernetesClient, Task<T>> pass)
    {
        var result = See(request) switch
        {
            T answer => answer,
            _ when inner is not null => await pass(inner),
            _ => throw new NotSupportedException($"nobody answers {request}"),
        };
        if (request.IsWrite)
        {
            Interlocked.Increment(ref _finishedWrites);
        }

        return result;
    }

    private object? See(SeenRequest request)
    {
        lock (_gate)
        {
            _seen.Add(request);
        }

        return Answer(request);
    }
}

/// <summary>One request as it was made.</summary>
internal sealed record SeenRequest(
    string Verb,
    string Kind,
    ObjectKey Key,
    ReadOnlyMemory<byte> Body = default,
    string? Subresource = null
)
{
    /// <summary>What is applied.</summary>
    public KubernetesObject? Value { get; init; }

    public bool IsWrite => Verb is "create" or "replace" or "apply" or "patch" or "delete" or "send";

    public string Text => System.Text.Encoding.UTF8.GetString(Body.Span);

    public override string ToString() => $"{Verb} {Kind} {Key} {Subresource} {Text}";
}
