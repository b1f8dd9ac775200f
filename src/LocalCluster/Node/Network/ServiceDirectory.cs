using System.Net;
using System.Net.Sockets;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;

namespace LocalCluster.Node.Network;

/// <summary>
/// Names and addresses of Services as pods of this node are to see them. A cluster IP that is not of this machine, on which
/// no process of this machine can listen, is replaced by a loopback address of ours.
/// </summary>
internal sealed class ServiceDirectory(
    Store<Service> services,
    Store<Endpoints> endpoints,
    PodAddresses substitutes,
    string clusterDomain
)
{
    private readonly Dictionary<ObjectKey, string> substituted = [];
    private readonly Dictionary<string, bool> local = [];
    private readonly Lock gate = new();

    /// <summary>Where the Service is reached on this machine; null for headless and external ones.</summary>
    public string? Address(Service service)
    {
        if (service.Spec?.ClusterIP is not { Length: > 0 } ip || ip == "None" || service.Spec.Type == "ExternalName")
        {
            return null;
        }

        lock (gate)
        {
            if (!local.TryGetValue(ip, out var isLocal))
            {
                local[ip] = isLocal = IsLocal(ip);
            }

            if (isLocal)
            {
                return ip;
            }

            if (!substituted.TryGetValue(service.Key, out var substitute))
            {
                substituted[service.Key] = substitute = substitutes.Rent();
            }

            return substitute;
        }
    }

    /// <summary>Gives the substitute address of a Service that is gone back.</summary>
    public void Forget(ObjectKey key)
    {
        lock (gate)
        {
            if (substituted.Remove(key, out var address))
            {
                substitutes.Return(address);
            }
        }
    }

    /// <summary>
    /// All names with their addresses: <c>svc.ns</c>, <c>svc.ns.svc</c>, <c>svc.ns.svc.DOMAIN</c> of every Service, and of the pods
    /// of headless ones the same with their hostname before it. In the order of the names; the short <c>svc</c> depends on
    /// who asks and is not among them.
    /// </summary>
    public IEnumerable<(string Address, ObjectKey Service, string? Host)> Entries()
    {
        foreach (var service in services.List().OrderBy(s => s.Key))
        {
            if (Address(service) is { } address)
            {
                yield return (address, service.Key, null);
                continue;
            }

            if (service.Spec?.ClusterIP != "None" || endpoints.Find(service.Key) is not { } known)
            {
                continue;
            }

            var all = (known.Subsets ?? []).SelectMany(s => s.Addresses ?? []);
            if (service.Spec.PublishNotReadyAddresses == true)
            {
                all = all.Concat((known.Subsets ?? []).SelectMany(s => s.NotReadyAddresses ?? []));
            }

            foreach (var endpoint in all.OrderBy(a => a.Ip, StringComparer.Ordinal).DistinctBy(a => a.Ip))
            {
                yield return (endpoint.Ip, service.Key, null);
                if (endpoint.Hostname is { Length: > 0 } host)
                {
                    yield return (endpoint.Ip, service.Key, host);
                }
            }
        }
    }

    /// <summary>The names of an entry, shortest first; the bare name only within the same namespace.</summary>
    public IEnumerable<string> Names(ObjectKey service, string? host, string? fromNamespace)
    {
        var name = host is null ? service.Name : $"{host}.{service.Name}";
        if (service.Namespace == fromNamespace)
        {
            yield return name;
        }

        yield return $"{name}.{service.Namespace}";
        yield return $"{name}.{service.Namespace}.svc";
        yield return $"{name}.{service.Namespace}.svc.{clusterDomain}";
    }

    private static bool IsLocal(string ip)
    {
        if (!IPAddress.TryParse(ip, out var address))
        {
            return false;
        }

        if (IPAddress.IsLoopback(address))
        {
            return true;
        }

        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
