using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Kubernetes.Runtime;

/// <summary>Where servers of this process listen.</summary>
public static class ListenExtensions
{
    /// <summary>
    /// Listens as Go's servers do: <c>[::]</c> is every address, those of IPv4 too, and only those where the machine has
    /// no IPv6; <c>0.0.0.0</c> is every address of IPv4.
    /// </summary>
    public static void ListenAt(this KestrelServerOptions server, IPEndPoint address, Action<ListenOptions> configure)
    {
        if (address.Address.Equals(IPAddress.IPv6Any))
        {
            server.ListenAnyIP(address.Port, configure);
        }
        else
        {
            server.Listen(address, configure);
        }
    }
}
