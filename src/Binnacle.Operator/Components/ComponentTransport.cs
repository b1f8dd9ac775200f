using System.Net;
using Kubernetes.Client;

namespace Binnacle.Operator.Components;

/// <summary>How the operator reaches the web interface of a replica.</summary>
internal interface IComponentTransport
{
    /// <summary>Sends a request for a path (with query) to one replica. The caller disposes the answer.</summary>
    /// <exception cref="HttpRequestException">The replica gave no answer.</exception>
    Task<HttpResponseMessage> SendAsync(
        Replica replica,
        HttpMethod method,
        string pathAndQuery,
        CancellationToken cancellationToken
    );
}

/// <summary>By the pod's own address: in the cluster, on its node, and in LocalCluster.</summary>
internal sealed class DirectTransport : IComponentTransport, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            AutomaticDecompression = DecompressionMethods.GZip,
            UseProxy = false,
        }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <inheritdoc />
    public async Task<HttpResponseMessage> SendAsync(
        Replica replica,
        HttpMethod method,
        string pathAndQuery,
        CancellationToken cancellationToken
    )
    {
        var host = replica.Address.Contains(':') ? $"[{replica.Address}]" : replica.Address;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        using var request = new HttpRequestMessage(method, $"http://{host}:{replica.Port}{pathAndQuery}");
        try
        {
            return await _http.SendAsync(request, deadline.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"no answer from {replica.Pod} within {Deadline.TotalSeconds} s", late);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();
}

/// <summary>Through the API server's pod proxy: an operator outside the cluster has no route to pods.</summary>
internal sealed class ApiProxyTransport(IKubernetesClient client, TimeProvider clock) : IComponentTransport
{
    /// <summary>As when asked directly: loops wait for this, and the API server's own patience is a minute.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public async Task<HttpResponseMessage> SendAsync(
        Replica replica,
        HttpMethod method,
        string pathAndQuery,
        CancellationToken cancellationToken
    )
    {
        var path =
            $"/api/v1/namespaces/{replica.Pod.Namespace}/pods/{replica.Pod.Name}:{replica.Port}/proxy{pathAndQuery}";
        using var request = new HttpRequestMessage(method, path);
        using var late = new CancellationTokenSource(Deadline, clock);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            var response = await client.SendAsync(request, deadline.Token);
            try
            {
                // Here, where the client's deadline for a body becomes the exception that callers know.
                await response.Content.LoadIntoBufferAsync(deadline.Token);
                return response;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
        catch (KubernetesApiException refused)
        {
            throw new HttpRequestException(refused.Message, refused);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"no answer from {replica.Pod} within {Deadline.TotalSeconds} s", e);
        }
    }
}
