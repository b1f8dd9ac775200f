using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LocalCluster.Node.Network;

/// <summary>
/// Hands out addresses of a range in turn, so that one that was given back is used again as late as possible: whoever
/// still remembers it does not reach somebody else.
/// </summary>
internal sealed class PodAddresses
{
    private readonly uint first;
    private readonly uint count;
    private readonly HashSet<uint> used = [];
    private readonly Lock gate = new();
    private uint next;

    /// <summary>Makes one with all addresses free.</summary>
    /// <param name="cidr">For example <c>127.97.0.0/16</c>.</param>
    /// <param name="option">Name of the option, for the message.</param>
    public PodAddresses(string cidr, string option)
    {
        var parts = cidr.Split('/');
        if (
            parts.Length != 2
            || !IPAddress.TryParse(parts[0], out var address)
            || address.AddressFamily != AddressFamily.InterNetwork
            || !int.TryParse(parts[1], CultureInfo.InvariantCulture, out var bits)
            || bits is < 8 or > 29
        )
        {
            throw new ArgumentException(
                $"{option} '{cidr}' is no range of IPv4 addresses; it looks like 127.97.0.0/16, with 8 to 29 bits",
                option
            );
        }

        var size = 1u << (32 - bits);
        first = BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()) & ~(size - 1);
        count = size;
        next = 1;
    }

    /// <summary>A free address.</summary>
    public string Rent()
    {
        lock (gate)
        {
            for (uint tried = 0; tried < count; tried++)
            {
                var offset = next;
                // Neither the range's own nor its broadcast address.
                next = next + 1 >= count - 1 ? 1 : next + 1;
                if (used.Add(offset))
                {
                    return Format(first + offset);
                }
            }
        }

        throw new InvalidOperationException($"all {count - 2} addresses from {Format(first + 1)} on are in use");
    }

    /// <summary>Gives an address back.</summary>
    public void Return(string address)
    {
        lock (gate)
        {
            used.Remove(BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(address).GetAddressBytes()) - first);
        }
    }

    private static string Format(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new IPAddress(bytes).ToString();
    }
}
