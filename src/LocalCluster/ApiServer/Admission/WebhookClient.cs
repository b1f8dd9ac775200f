using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Admission;

/// <summary>Asks webhooks over TLS, those of Services by the addresses that are ready behind them.</summary>
internal sealed class WebhookClient(ObjectDatabase database) : IDisposable
{
    private const int MaxAnswer = 7 << 20;
    private const int MaxClients = 64;

    private readonly ConcurrentDictionary<(WebhookAddress Address, EndPoint? Endpoint), HttpClient> clients = new();

    /// <summary>Asks a webhook.</summary>
    /// <returns>The body of its answer.</returns>
    /// <exception cref="WebhookFailure">There is no answer, or it is no success.</exception>
    public async Task<byte[]> AskAsync(Webhook webhook, JsonObject review, CancellationToken cancellationToken)
    {
        var target = webhook.Address.Target(webhook.Timeout);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(webhook.Timeout);
        using var request = new HttpRequestMessage(HttpMethod.Post, target)
        {
            Content = new ByteArrayContent(review.ToUtf8()),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.ParseAdd("kube-apiserver-admission");
        try
        {
            using var response = await Client(webhook.Address).SendAsync(request, deadline.Token);
            var body = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            return response.StatusCode == HttpStatusCode.OK
                ? body
                : throw new WebhookFailure(
                    $"failed to call webhook: the server answered {(int)response.StatusCode} {response.ReasonPhrase}: {Excerpt(body)}"
                );
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new WebhookFailure($"failed to call webhook: Post \"{target}\": context deadline exceeded");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new WebhookFailure($"failed to call webhook: Post \"{target}\": {Reasons(e)}");
        }
    }

    public void Dispose()
    {
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }
    }

    private HttpClient Client(WebhookAddress address)
    {
        // Asked each time: an open connection must not outlive its place behind the Service.
        var key = (address, address.Url is null ? Resolve(address) : null);
        if (clients.Count > MaxClients && !clients.ContainsKey(key))
        {
            // Certificates that were renewed, configurations that are gone. Requests under way keep their connection.
            clients.Clear();
        }

        return clients.GetOrAdd(key, static key => Connect(key.Address, key.Endpoint));
    }

    private static HttpClient Connect(WebhookAddress address, EndPoint? endpoint)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            PooledConnectionLifetime = TimeSpan.FromSeconds(30),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
        };
        if (address.CaBundle.Length > 0)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            try
            {
                policy.CustomTrustStore.ImportFromPem(
                    Encoding.UTF8.GetString(Convert.FromBase64String(address.CaBundle))
                );
            }
            catch (Exception e) when (e is FormatException or CryptographicException)
            {
                throw new WebhookFailure($"caBundle holds no certificates: {e.Message}");
            }

            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        if (endpoint is not null)
        {
            handler.ConnectCallback = (_, token) => ConnectAsync(endpoint, token);
        }

        return new(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswer };
    }

    private static async ValueTask<Stream> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>One of the ready addresses behind a Service's port.</summary>
    private EndPoint Resolve(WebhookAddress address)
    {
        var key = new ObjectKey(address.Namespace, address.Service);
        var service =
            database.Find(new("", "services"))?.Find(key)?.ToJson()
            ?? throw new HttpRequestException($"service \"{address.Service}\" not found");
        var spec = service.Obj("spec");
        if (spec.Str("type") == "ExternalName")
        {
            return new DnsEndPoint(spec.Str("externalName") ?? "", address.Port);
        }

        var port =
            spec.Objects("ports").FirstOrDefault(candidate => candidate.Long("port") == address.Port)
            ?? throw new HttpRequestException(
                $"no service port {address.Port} found for service \"{address.Service}\""
            );
        var ready = new List<IPEndPoint>();
        foreach (var subset in database.Find(new("", "endpoints"))?.Find(key)?.ToJson().Objects("subsets") ?? [])
        {
            var found = subset.Objects("ports").FirstOrDefault(p => (p.Str("name") ?? "") == (port.Str("name") ?? ""));
            ready.AddRange(
                subset
                    .Objects("addresses")
                    .Where(entry => found is not null && IPAddress.TryParse(entry.Str("ip"), out _))
                    .Select(entry => new IPEndPoint(IPAddress.Parse(entry.Str("ip")!), (int)(found.Long("port") ?? 0)))
            );
        }

        return ready.Count > 0
            ? ready[Random.Shared.Next(ready.Count)]
            : throw new HttpRequestException($"no endpoints available for service \"{address.Service}\"");
    }

    private static string Reasons(Exception e)
    {
        var texts = new List<string>();
        for (var at = e; at is not null; at = at.InnerException)
        {
            if (!texts.Exists(text => text.Contains(at.Message, StringComparison.Ordinal)))
            {
                texts.Add(at.Message);
            }
        }

        return string.Join(": ", texts);
    }

    private static string Excerpt(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body);
        return text.Length <= 200 ? text : text[..200] + "…";
    }
}
