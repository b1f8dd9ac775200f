using System.Net;
using System.Net.Sockets;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Clusters;

/// <summary>Connects to a cluster that was there before.</summary>
internal static class GivenCluster
{
    private const int AnyPort = 9;

    /// <summary>Connects, and finds out where its pods reach this machine.</summary>
    /// <param name="kubeconfig">A file; null: what <c>KUBECONFIG</c> names.</param>
    /// <param name="hostAddress">Where pods reach this machine, where the user said so.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="QuickstartException">It has no node, or its address cannot be found out.</exception>
    /// <exception cref="KubernetesConfigurationException">The kubeconfig is missing or wrong.</exception>
    /// <exception cref="KubernetesApiException">The cluster does not answer, or not us.</exception>
    public static async Task<RunCluster> ConnectAsync(
        string? kubeconfig,
        IPAddress? hostAddress,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var configuration = KubernetesClientConfiguration.Load(kubeconfig);
        var client = new KubernetesClient(configuration, time);
        try
        {
            var nodes = await client.ListAsync<Node>(new ListRequest(), cancellation);
            return new RunCluster
            {
                Client = client,
                Kubeconfig = kubeconfig is null ? null : Path.GetFullPath(kubeconfig),
                KubeconfigExport = kubeconfig is null
                    ? Environment.GetEnvironmentVariable("KUBECONFIG") ?? ""
                    : Path.GetFullPath(kubeconfig),
                IsLocal = false,
                Reach = await ReachAsync(client, cancellation),
                HostAddress = hostAddress ?? RouteTo(InternalAddress(nodes.Items)),
                Description = $"cluster {configuration.Server}",
            };
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    internal static IPAddress InternalAddress(IEnumerable<Node> nodes) =>
        nodes
            .SelectMany(node => node.Status?.Addresses ?? [])
            .Where(address => address.Type == "InternalIP")
            .Select(address => IPAddress.TryParse(address.Address, out var ip) ? ip : null)
            .FirstOrDefault(ip => ip is not null)
        ?? throw new QuickstartException(
            "No node of the cluster has an InternalIP, so it is unknown where pods reach this machine: give --host-address."
        );

    /// <summary>
    /// Through the API server, which works wherever that does; directly where the server is one that cannot (501), as a
    /// LocalCluster that somebody else started.
    /// </summary>
    private static async Task<string> ReachAsync(KubernetesClient client, CancellationToken cancellation)
    {
        var nobody = new Uri("api/v1/namespaces/default/pods/nobody:80/proxy/", UriKind.Relative);
        using var request = new HttpRequestMessage(HttpMethod.Get, nobody);
        using var answer = await client.SendAsync(request, cancellation);
        return answer.StatusCode == HttpStatusCode.NotImplemented ? RunCluster.Direct : RunCluster.ApiProxy;
    }

    /// <summary>The local end of the route to an address; connecting a datagram socket asks for it and sends nothing.</summary>
    private static IPAddress RouteTo(IPAddress node)
    {
        using var socket = new Socket(node.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(node, AnyPort);
        }
        catch (SocketException e)
        {
            throw new QuickstartException(
                $"This machine has no route to the cluster's node {node} ({e.Message}): give --host-address.",
                e
            );
        }

        var local = ((IPEndPoint)socket.LocalEndPoint!).Address;
        // A node with a loopback address is a process of this machine; any other is elsewhere, or in a network of its own.
        return IPAddress.IsLoopback(local) && !IPAddress.IsLoopback(node)
            ? throw new QuickstartException(
                $"The way to the cluster's node {node} is a loopback address, which its pods cannot use: give --host-address."
            )
            : local;
    }
}
