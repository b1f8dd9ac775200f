using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LocalCluster;

/// <summary>
/// A pair of loopback /16 ranges that no other local cluster on this machine has. A listening socket inside the pair is
/// the claim: the system gives it to one process alone and frees it whatever way the process ends.
/// </summary>
internal sealed class LoopbackRanges : IDisposable
{
    private const int ClaimPort = 10259;
    private const int First = 97;
    private const int Last = 250;

    /// <summary>The second byte of each pair's first range.</summary>
    private static IEnumerable<int> Pairs =>
        Enumerable.Range(0, (Last - First + 1) / 2).Select(index => First + (2 * index));

    private readonly Socket? claim;

    private LoopbackRanges(int first, Socket? claim)
    {
        this.claim = claim;
        Pods = string.Create(CultureInfo.InvariantCulture, $"127.{first}.0.0/16");
        Services = string.Create(CultureInfo.InvariantCulture, $"127.{first + 1}.0.0/16");
    }

    public string Pods { get; }

    public string Services { get; }

    /// <summary>
    /// Claims the first pair that is free; for a cluster that is kept, the last: between two of its runs its pair is
    /// free, and must not be the next that another cluster takes.
    /// </summary>
    /// <param name="kept">The cluster will want the same pair again.</param>
    /// <exception cref="InvalidOperationException">All are taken.</exception>
    public static LoopbackRanges Claim(bool kept)
    {
        if (!OperatingSystem.IsLinux())
        {
            // Other systems have 127.0.0.1 alone: the addresses are names only, and nobody can listen on them.
            return new(97, claim: null);
        }

        foreach (var first in kept ? Pairs.Reverse() : Pairs)
        {
            if (TryListen(first) is { } socket)
            {
                return new(first, socket);
            }
        }

        throw new InvalidOperationException(
            "all loopback ranges from 127.97.0.0/16 to 127.250.0.0/16 are taken by other local clusters: stop one, or name free ranges with PodCidr and ServiceCidr"
        );
    }

    /// <summary>
    /// Claims the pair that a cluster had before: its Services have addresses of it. Null for ranges that are nobody's to
    /// claim.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another cluster has taken it meanwhile.</exception>
    public static LoopbackRanges? ClaimAgain(string pods, string services)
    {
        foreach (var first in Pairs)
        {
            var pair = new LoopbackRanges(first, claim: null);
            if (pair.Pods == pods && pair.Services == services && OperatingSystem.IsLinux())
            {
                return TryListen(first) is { } socket
                    ? new(first, socket)
                    : throw new InvalidOperationException(
                        $"the ranges {pods} and {services} of this data directory are taken by another local cluster: stop it first"
                    );
            }
        }

        return null;
    }

    public void Dispose() => claim?.Dispose();

    private static Socket? TryListen(int first)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.ExclusiveAddressUse = true;
            socket.Bind(new IPEndPoint(new IPAddress([127, (byte)first, 255, 254]), ClaimPort));
            socket.Listen(1);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
