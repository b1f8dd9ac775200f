using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Kubernetes.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kubernetes.Client;

/// <summary>
/// The client. One instance per cluster serves any number of callers at once; dispose it at the end. Requests that may
/// be sent twice (GET, server-side apply, DELETE with a precondition) are retried up to ten times when the server answers
/// 429 or 503 and says how long to wait.
/// </summary>
public sealed class KubernetesClient : IKubernetesClient, IDisposable
{
    private readonly KubernetesClientConfiguration configuration;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ClientMetrics? metrics;
    private readonly ICredentialSource credentials;
    private readonly bool ownsCredentials;
    private readonly ApiTransport transport;
    private readonly DiscoveryCache discovery;
    private readonly string defaultFieldManager;

    /// <summary>Makes a client; it connects when it is first used.</summary>
    /// <param name="configuration">Where the server is, and who we are.</param>
    /// <param name="timeProvider">The clock of deadlines and retries; default: the system's.</param>
    /// <param name="logger">Where retries and changed credentials are told.</param>
    /// <param name="metrics">Where requests are counted; null: nowhere.</param>
    /// <exception cref="KubernetesConfigurationException">A certificate or key cannot be used.</exception>
    public KubernetesClient(
        KubernetesClientConfiguration configuration,
        TimeProvider? timeProvider = null,
        ILogger? logger = null,
        ClientMetrics? metrics = null
    )
    {
        this.configuration = configuration;
        time = timeProvider ?? TimeProvider.System;
        this.logger = logger ?? NullLogger.Instance;
        this.metrics = metrics;
        credentials = CredentialSources.Create(configuration, time, this.logger);
        ownsCredentials = true;
        transport = new ApiTransport(configuration, credentials, time, this.logger, metrics);
        discovery = new DiscoveryCache(ReadDiscoveryAsync, time);
        defaultFieldManager = configuration.UserAgent.Split('/', 2)[0];
        if (configuration.InsecureSkipTlsVerify)
        {
            this.logger.LogWarning(
                "The certificate of {Server} is not verified (insecure-skip-tls-verify of {Source})",
                configuration.Address,
                configuration.Source
            );
        }
    }

    private KubernetesClient(KubernetesClient other, KubernetesClientConfiguration configuration)
    {
        this.configuration = configuration;
        time = other.time;
        logger = other.logger;
        metrics = other.metrics;
        credentials = other.credentials;
        transport = new ApiTransport(configuration, credentials, time, logger, metrics);
        discovery = new DiscoveryCache(ReadDiscoveryAsync, time);
        defaultFieldManager = other.defaultFieldManager;
    }

    /// <summary>
    /// A second client for the same server, as the same user (credentials are shared), with connections, a deadline and
    /// a rate of its own: for what must get through when all else is stuck, such as the renewal of a lease. To be
    /// disposed before this one.
    /// </summary>
    /// <param name="purpose">Put behind the user agent, for example <c>leader-election</c>.</param>
    /// <param name="requestTimeout">How long one try of one request may take.</param>
    /// <param name="rate">How many requests it sends at most; null: no limit.</param>
    public KubernetesClient WithOwnConnections(string purpose, TimeSpan requestTimeout, RequestRate? rate = null) =>
        new(
            this,
            configuration with
            {
                UserAgent = $"{configuration.UserAgent}/{purpose}",
                RequestTimeout = requestTimeout,
                Rate = rate,
            }
        );

    /// <inheritdoc />
    public Task<T> GetAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T> =>
        SendAsync(Get<T>(ResourcePath.Object(T.ResourceType, key)), ReadObject<T>, cancellationToken);

    /// <inheritdoc />
    public async Task<T?> FindAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var request = Get<T>(ResourcePath.Object(T.ResourceType, key));
        using var response = await transport.SendAsync(request, ConnectionUse.Request, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound
            ? null
            : await ReadAsync(request, response, ReadObject<T>, cancellationToken);
    }

    /// <inheritdoc />
    public Task<KubernetesList<T>> ListPageAsync<T>(ListRequest request, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T> =>
        SendAsync(
            Get<T>(
                ResourcePath.WithQuery(
                    ResourcePath.Collection(T.ResourceType, request.Namespace),
                    ("labelSelector", request.LabelSelector),
                    ("fieldSelector", request.FieldSelector),
                    ("limit", request.Limit?.ToString(CultureInfo.InvariantCulture)),
                    ("continue", request.Continue),
                    ("resourceVersion", request.ResourceVersion)
                ),
                "PartialObjectMetadataList"
            ),
            ListReader.Read<T>,
            cancellationToken
        );

    /// <inheritdoc />
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        WatchRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var seconds = Math.Max(1, (long)request.Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var call = Get<T>(
            ResourcePath.WithQuery(
                ResourcePath.Collection(T.ResourceType, request.Namespace),
                ("watch", "true"),
                ("allowWatchBookmarks", "true"),
                ("resourceVersion", request.ResourceVersion),
                ("timeoutSeconds", seconds),
                ("labelSelector", request.LabelSelector),
                ("fieldSelector", request.FieldSelector),
                ("sendInitialEvents", request.SendInitialEvents ? "true" : null),
                ("resourceVersionMatch", request.SendInitialEvents ? "NotOlderThan" : null)
            )
        );
        using var response = await transport.SendAsync(call, ConnectionUse.Watch, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await ReadErrorAsync(call, response, cancellationToken);
        }
        var events = WatchStream.ReadAsync<T>(response, $"WATCH {call}", request.Timeout, time, cancellationToken);
        await foreach (var change in events)
        {
            yield return change;
        }
    }

    /// <inheritdoc />
    public Task<T> CreateAsync<T>(T value, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        // The name may be left to the server (generateName), the namespace may not.
        ResourcePath.RequireNamespace(T.ResourceType, value.Key);
        var path = options.Subresource is { } subresource
            ? ResourcePath.Object(T.ResourceType, value.Key, subresource)
            : ResourcePath.Collection(T.ResourceType, value.Key.Namespace);
        return WriteAsync<T>(HttpMethod.Post, path, value.ToUtf8Json(), options, cancellationToken);
    }

    /// <inheritdoc />
    public Task<T> ReplaceAsync<T>(T value, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T> =>
        WriteAsync<T>(
            HttpMethod.Put,
            ResourcePath.Object(T.ResourceType, value.Key, options.Subresource),
            value.ToUtf8Json(),
            options,
            cancellationToken
        );

    /// <inheritdoc />
    public Task<bool> DeleteAsync<T>(ObjectKey key, DeleteRequest request, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T> =>
        DeleteAsync(T.ResourceType, key, request, cancellationToken);

    /// <inheritdoc />
    public async Task<bool> DeleteAsync(
        ResourceType type,
        ObjectKey key,
        DeleteRequest request,
        CancellationToken cancellationToken
    )
    {
        var call = new ApiRequest(HttpMethod.Delete, ResourcePath.Object(type, key))
        {
            Body = DeleteBody.From(request),
            Idempotent = request.Uid is not null || request.ResourceVersion is not null,
        };
        using var response = await transport.SendAsync(call, ConnectionUse.Request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
        return response.IsSuccessStatusCode ? true : throw await ReadErrorAsync(call, response, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<T> ApplyAsync<T>(T value, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        if (string.IsNullOrEmpty(options.FieldManager))
        {
            throw new ArgumentException("server-side apply needs a FieldManager", nameof(options));
        }
        var type = value is DynamicObject { Type: null }
            ? await DiscoverAsync(value.ApiVersion, value.Kind, cancellationToken)
                ?? throw new KubernetesApiException(
                    KubernetesErrorKind.NotFound,
                    $"the server has no kind {value.Kind} in {value.ApiVersion}"
                )
            : value.GetResourceType();
        var key = value.Key;
        if (value is DynamicObject && type.Namespaced && key.Namespace.Length == 0)
        {
            // What people write may leave the namespace to the context, as with kubectl.
            key = key with
            {
                Namespace = configuration.Namespace,
            };
        }
        var call = new ApiRequest(
            HttpMethod.Patch,
            Write(ResourcePath.Object(type, key, options.Subresource), options, Force(options))
        )
        {
            Body = ApplyIntent.From(value.ToUtf8Json(), options.Subresource == "status", options.Uid),
            ContentType = Patch.ApplyContentType,
            Idempotent = true,
        };
        try
        {
            return await SendAsync(call, json => (T)value.ReadSameKind(json), cancellationToken);
        }
        catch (KubernetesApiException e) when (e.Kind == KubernetesErrorKind.NotFound && value is DynamicObject)
        {
            await discovery.ForgetAsync(value.ApiVersion, cancellationToken);
            throw;
        }
    }

    /// <inheritdoc />
    public Task<T> PatchAsync<T>(ObjectKey key, Patch patch, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var isApply = patch.ContentType == Patch.ApplyContentType;
        var path = ResourcePath.Object(T.ResourceType, key, options.Subresource);
        var call = new ApiRequest(HttpMethod.Patch, Write(path, options, isApply ? Force(options) : null))
        {
            Body = patch.Content,
            ContentType = patch.ContentType,
            Idempotent = isApply,
        };
        return SendAsync(call, ReadObject<T>, cancellationToken);
    }

    /// <inheritdoc />
    public Task<TBody> CreateSubresourceAsync<TOwner, TBody>(
        ObjectKey owner,
        string subresource,
        TBody body,
        CancellationToken cancellationToken
    )
        where TOwner : KubernetesObject, IKubernetesObject<TOwner>
        where TBody : KubernetesObject, IKubernetesObject<TBody> =>
        WriteAsync<TBody>(
            HttpMethod.Post,
            ResourcePath.Object(TOwner.ResourceType, owner, subresource),
            body.ToUtf8Json(),
            new WriteOptions(),
            cancellationToken
        );

    /// <inheritdoc />
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        transport.SendAsync(request, cancellationToken);

    /// <inheritdoc />
    public Task<ResourceType?> DiscoverAsync(string apiVersion, string kind, CancellationToken cancellationToken) =>
        discovery.FindAsync(apiVersion, kind, cancellationToken);

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        transport.Dispose();
        if (ownsCredentials)
        {
            credentials.Dispose();
        }
        discovery.Dispose();
    }

    private static ApiRequest Get(string path) => new(HttpMethod.Get, path) { Idempotent = true };

    /// <summary>Asks for objects of a kind, for no more of them than the kind has.</summary>
    private static ApiRequest Get<T>(string path, string metadataForm = "PartialObjectMetadata")
        where T : KubernetesObject, IKubernetesObject<T> =>
        Get(path) with
        {
            As = T.IsMetadataOnly ? metadataForm : null,
        };

    private static string? Force(WriteOptions options) => options.Force ? "true" : null;

    private static T ReadObject<T>(ReadOnlySpan<byte> json)
        where T : KubernetesObject, IKubernetesObject<T> =>
        JsonSerializer.Deserialize(json, T.JsonTypeInfo) ?? throw new JsonException("the object is null");

    private string Write(string path, WriteOptions options, string? force = null) =>
        ResourcePath.WithQuery(
            path,
            ("fieldManager", options.FieldManager ?? defaultFieldManager),
            ("force", force),
            ("dryRun", options.DryRun ? "All" : null)
        );

    private Task<T> WriteAsync<T>(
        HttpMethod method,
        string path,
        byte[] body,
        WriteOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T> =>
        SendAsync(new ApiRequest(method, Write(path, options)) { Body = body }, ReadObject<T>, cancellationToken);

    private async Task<T> SendAsync<T>(
        ApiRequest request,
        Func<ReadOnlySpan<byte>, T> parse,
        CancellationToken cancellationToken
    )
    {
        using var response = await transport.SendAsync(request, ConnectionUse.Request, cancellationToken);
        return await ReadAsync(request, response, parse, cancellationToken);
    }

    private async Task<T> ReadAsync<T>(
        ApiRequest request,
        HttpResponseMessage response,
        Func<ReadOnlySpan<byte>, T> parse,
        CancellationToken cancellationToken
    )
    {
        using var body = await ReadBodyAsync(request, response, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw Error(request, response, body);
        }
        try
        {
            return parse(body.Span);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new KubernetesApiException(
                KubernetesErrorKind.Unknown,
                $"{request}: the server's answer is not what was asked for: {e.Message}",
                (int)response.StatusCode,
                innerException: e
            );
        }
    }

    private async Task<KubernetesApiException> ReadErrorAsync(
        ApiRequest request,
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        using var body = await ReadBodyAsync(request, response, cancellationToken);
        return Error(request, response, body);
    }

    private KubernetesApiException Error(ApiRequest request, HttpResponseMessage response, PooledBody body) =>
        ErrorTranslator.FromAnswer(
            request.ToString(),
            (int)response.StatusCode,
            response.Headers,
            body.Span,
            time.GetUtcNow()
        );

    private async Task<PooledBody> ReadBodyAsync(
        ApiRequest request,
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        using var deadline = transport.StartDeadline(cancellationToken);
        try
        {
            return await PooledBody.ReadAsync(response.Content, deadline.Token);
        }
        catch (Exception e) when (deadline.CanExplain(e))
        {
            throw deadline.Explain(request.ToString(), e);
        }
    }

    private async Task<IReadOnlyDictionary<string, ResourceType>?> ReadDiscoveryAsync(
        string apiVersion,
        CancellationToken cancellationToken
    )
    {
        var request = Get(ResourcePath.GroupVersion(apiVersion));
        using var response = await transport.SendAsync(request, ConnectionUse.Request, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound
            ? null
            : await ReadAsync(request, response, json => DiscoveryCache.Parse(json, apiVersion), cancellationToken);
    }
}
