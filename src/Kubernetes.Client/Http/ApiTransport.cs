using System.Net;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Client;

/// <summary>
/// Sends requests: credentials, deadline, retries, and failures as <see cref="KubernetesApiException"/>. An answer is
/// given back when its head is there; the body is read by the caller, with the caller's cancellation.
/// </summary>
internal sealed class ApiTransport : IDisposable
{
    internal const int MaxTries = 10;

    private readonly KubernetesClientConfiguration configuration;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ConnectionSource connections;
    private readonly ICredentialSource credentials;
    private readonly RequestLimiter? limiter;
    private readonly (string Name, string Value)[] impersonation;
    private readonly bool repeatsHeaders;
    private readonly ClientMetrics? metrics;

    public ApiTransport(
        KubernetesClientConfiguration configuration,
        ICredentialSource credentials,
        TimeProvider time,
        ILogger logger,
        ClientMetrics? metrics = null
    )
    {
        this.configuration = configuration;
        this.time = time;
        this.logger = logger;
        // A base address without the slash at its end would lose its last segment when paths are joined.
        Server = configuration.Server.AbsolutePath.EndsWith('/')
            ? configuration.Server
            : new Uri($"{configuration.Server.GetLeftPart(UriPartial.Path)}/");
        connections = new ConnectionSource(configuration, time, logger);
        this.credentials = credentials;
        impersonation = [.. configuration.Impersonate?.Headers() ?? []];
        repeatsHeaders = Array.Exists(impersonation, header => RepeatedHeaders.IsRepeated(header.Value));
        limiter = configuration.Rate is { } rate ? new RequestLimiter(rate, time) : null;
        this.metrics = metrics;
        metrics?.Initialise(Server);
    }

    public Uri Server { get; }

    /// <summary>Starts a deadline for one request, with its body.</summary>
    public Deadline StartDeadline(CancellationToken cancellationToken) =>
        new(time, configuration.RequestTimeout, cancellationToken);

    /// <summary>Sends and retries. The answer may be of any status.</summary>
    public Task<HttpResponseMessage> SendAsync(
        ApiRequest request,
        ConnectionUse use,
        CancellationToken cancellationToken
    ) =>
        SendAsync(
            async (credential, cancel) =>
            {
                using var message = request.ToMessage(Server);
                return await SendOnceAsync(message, request.ToString(), use, credential, cancel);
            },
            request.ToString(),
            request.Idempotent,
            cancellationToken
        );

    /// <summary>As above, for a message that is not ours; its content is buffered so that it can be sent again.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        message.RequestUri = Resolve(message.RequestUri);
        if (message.Content is { } content)
        {
            await content.LoadIntoBufferAsync(cancellationToken);
        }
        var name = $"{message.Method} {message.RequestUri.AbsolutePath}";
        var idempotent = message.Method == HttpMethod.Get || message.Method == HttpMethod.Head;
        var response = await SendAsync(
            (credential, cancel) => SendOnceAsync(message, name, ConnectionUse.Request, credential, cancel),
            name,
            idempotent,
            cancellationToken
        );
        response.Content = new TimedContent(response.Content, StartDeadline, name);
        return response;
    }

    public void Dispose() => connections.Dispose();

    private async Task<HttpResponseMessage> SendAsync(
        Func<Credential, CancellationToken, Task<HttpResponseMessage>> sendOnce,
        string name,
        bool idempotent,
        CancellationToken cancellationToken
    )
    {
        var credentialsRefreshed = false;
        for (var tries = 1; ; tries++)
        {
            if (limiter is not null)
            {
                await limiter.WaitAsync(cancellationToken);
            }
            var credential = await credentials.GetAsync(cancellationToken);
            var response = await sendOnce(credential, cancellationToken);
            if (response.StatusCode == HttpStatusCode.Unauthorized && !credentialsRefreshed)
            {
                credentialsRefreshed = true;
                if (await RefreshAsync(response, credential, cancellationToken))
                {
                    // A refused request has done nothing, so that any method may be sent again.
                    metrics?.Retried(Server);
                    continue;
                }
                return response;
            }
            if (!idempotent || tries == MaxTries || WaitBeforeRetry(response) is not { } wait)
            {
                return response;
            }
            logger.LogDebug("{Request}: {Status}, again in {Wait}", name, (int)response.StatusCode, wait);
            response.Dispose();
            metrics?.Retried(Server);
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <summary>Looks for other credentials; when there are some, the refusal is of no more use.</summary>
    private async Task<bool> RefreshAsync(
        HttpResponseMessage refusal,
        Credential refused,
        CancellationToken cancellationToken
    )
    {
        var keep = false;
        try
        {
            keep = !(await credentials.RefreshAsync(refused, cancellationToken) | connections.Refresh());
            return !keep;
        }
        finally
        {
            if (!keep)
            {
                refusal.Dispose();
            }
        }
    }

    /// <summary>May come again for the same message.</summary>
    private void Prepare(HttpRequestMessage message, Credential credential)
    {
        message.Version = repeatsHeaders ? HttpVersion.Version11 : HttpVersion.Version20;
        message.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        if (configuration.TlsServerName is { } name)
        {
            // The handler takes the name for TLS (SNI and check) from here, whatever its own options say.
            message.Headers.Host = name;
        }
        if (message.Headers.UserAgent.Count == 0)
        {
            message.Headers.TryAddWithoutValidation("User-Agent", configuration.UserAgent);
        }
        if (credential.Header is { } header)
        {
            message.Headers.Authorization = header;
        }
        foreach (var before in impersonation)
        {
            message.Headers.Remove(before.Name);
        }
        foreach (var (field, value) in impersonation)
        {
            message.Headers.TryAddWithoutValidation(field, value);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpRequestMessage message,
        string name,
        ConnectionUse use,
        Credential credential,
        CancellationToken cancellationToken
    )
    {
        Prepare(message, credential);
        using var deadline = StartDeadline(cancellationToken);
        var started = time.GetTimestamp();
        HttpStatusCode? status = null;
        try
        {
            var response = await connections.Get(use, credential).SendAsync(message, deadline.Token);
            status = response.StatusCode;
            return response;
        }
        catch (KubernetesConfigurationException e)
        {
            throw new KubernetesApiException(KubernetesErrorKind.Unauthorized, e.Message, innerException: e);
        }
        catch (Exception e) when (deadline.CanExplain(e))
        {
            throw deadline.Explain(name, e);
        }
        finally
        {
            TimeSpan? took = use == ConnectionUse.Watch ? null : time.GetElapsedTime(started);
            metrics?.Answered(Server, message.Method, status, took);
        }
    }

    /// <summary>
    /// Only where the server itself asks for it, and for no longer than a request may take: a caller that can do
    /// something else meanwhile decides about longer ones.
    /// </summary>
    private TimeSpan? WaitBeforeRetry(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
        && ErrorTranslator.RetryAfter(response.Headers, time.GetUtcNow()) is { } wait
        && wait <= configuration.RequestTimeout
            ? wait
            : null;

    /// <summary>Credentials go to the configured server only.</summary>
    private Uri Resolve(Uri? uri)
    {
        if (uri is null)
        {
            return Server;
        }
        // On Unix a path that starts with a slash parses as an absolute file URI.
        if (!uri.IsAbsoluteUri || uri.Scheme == Uri.UriSchemeFile)
        {
            return new Uri(Server, uri.OriginalString.TrimStart('/'));
        }
        return uri.Scheme == Server.Scheme && uri.Authority == Server.Authority
            ? uri
            : throw new ArgumentException($"{uri} is not on the server {configuration.Address}", nameof(uri));
    }
}
