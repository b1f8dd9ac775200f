using System.Net;
using System.Net.Sockets;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Events;
using LocalCluster.Events;

namespace LocalCluster.Node.Network;

/// <summary>
/// Listens on every port of every Service's address that has ready endpoints whose programs listen, and forwards
/// connections to them in turn. Where there is none nobody listens: who connects is refused at once, as in any cluster.
/// </summary>
internal sealed class ServiceProxy(
    Store<Service> services,
    Store<Endpoints> endpoints,
    ServiceDirectory directory,
    EventTeller events,
    ILogger<ServiceProxy> logger
) : IAsyncDisposable
{
    private readonly Dictionary<(ObjectKey Service, string Address, int Port), ProxyListener> listeners = [];
    private readonly HashSet<(string? Uid, string Address, int Port)> refused = [];
    private readonly Lock gate = new();
    private bool isStopped;

    /// <summary>Opens and closes listeners until there is one for each port of each Service.</summary>
    public void Refresh()
    {
        lock (gate)
        {
            if (isStopped)
            {
                return;
            }

            var listening = ListeningSockets.Read();
            var wanted = new HashSet<(ObjectKey, string, int)>();
            foreach (var service in services.List())
            {
                if (directory.Address(service) is not { } address)
                {
                    continue;
                }

                foreach (var port in service.Spec?.Ports ?? [])
                {
                    var isServed =
                        port.Protocol is null or "TCP" && Targets(service.Key, port.Port).Exists(listening.Has);
                    if (isServed && wanted.Add((service.Key, address, port.Port)))
                    {
                        Open(service, address, port);
                    }
                }
            }

            foreach (var key in listeners.Keys.Where(k => !wanted.Contains(k)).ToList())
            {
                listeners.Remove(key, out var old);
                _ = old!.DisposeAsync().AsTask();
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        List<ProxyListener> all;
        lock (gate)
        {
            isStopped = true;
            all = [.. listeners.Values];
            listeners.Clear();
        }

        foreach (var listener in all)
        {
            await listener.DisposeAsync();
        }
    }

    private void Open(Service service, string address, ServicePort port)
    {
        if (listeners.ContainsKey((service.Key, address, port.Port)))
        {
            return;
        }

        try
        {
            var key = service.Key;
            var number = port.Port;
            listeners[(key, address, number)] = new ProxyListener(
                new IPEndPoint(IPAddress.Parse(address), number),
                () => Targets(key, number)
            );
            refused.Remove((service.Metadata.Uid, address, number));
        }
        catch (SocketException exception)
        {
            // Once per Service and port: the next refresh would say the same.
            if (refused.Add((service.Metadata.Uid, address, port.Port)))
            {
                var message =
                    $"Cannot listen on {address}:{port.Port} for this Service: {exception.Message}; its endpoints stay reachable";
                logger.LogWarning("Service {Service}: {Message}", service.Key, message);
                events.Tell(service, EventType.Warning, "FailedToListen", "Proxying", message);
            }
        }
    }

    /// <summary>Ready endpoints of a port, by the Service as it is at that moment.</summary>
    private List<IPEndPoint> Targets(ObjectKey key, int number)
    {
        var port = services.Find(key)?.Spec?.Ports?.FirstOrDefault(p => p.Port == number);
        if (port is null || endpoints.Find(key) is not { } known)
        {
            return [];
        }

        return
        [
            .. (known.Subsets ?? []).SelectMany(subset =>
                (subset.Ports ?? [])
                    .Where(p => (p.Name ?? "") == (port.Name ?? "") && p.Port is not null)
                    .SelectMany(p =>
                        (subset.Addresses ?? []).Select(a => new IPEndPoint(IPAddress.Parse(a.Ip), p.Port!.Value))
                    )
            ),
        ];
    }
}
