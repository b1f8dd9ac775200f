using System.Globalization;
using System.Net;

namespace LocalCluster.Node.Network;

/// <summary>
/// Which TCP ports of this machine somebody listens on now. Read off the system's table: connecting to find out would
/// be noise in the programs' logs.
/// </summary>
internal sealed class ListeningSockets
{
    private const string Listen = "0A";

    private readonly HashSet<(IPAddress Address, int Port)> listening = [];
    private readonly bool isKnown;

    private ListeningSockets(bool isKnown) => this.isKnown = isKnown;

    /// <summary>The present state; on systems that have no table everything counts as listened on.</summary>
    public static ListeningSockets Read()
    {
        try
        {
            return Read(File.ReadLines("/proc/net/tcp"), File.ReadLines("/proc/net/tcp6"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(isKnown: false);
        }
    }

    /// <summary>Reads tables in the form of <c>/proc/net/tcp</c> and <c>tcp6</c>.</summary>
    public static ListeningSockets Read(params IEnumerable<IEnumerable<string>> tables)
    {
        var result = new ListeningSockets(isKnown: true);
        foreach (var line in tables.SelectMany(table => table.Skip(1)))
        {
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns is [_, var local, _, Listen, ..] && local.Split(':') is [var address, var port])
            {
                result.listening.Add(
                    (Address(address), int.Parse(port, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
                );
            }
        }

        return result;
    }

    /// <summary>True when somebody listens there, or nobody here can know: it is another machine.</summary>
    public bool Has(IPEndPoint endpoint) =>
        !isKnown
        || !IPAddress.IsLoopback(endpoint.Address)
        || listening.Contains((endpoint.Address, endpoint.Port))
        || listening.Contains((IPAddress.Any, endpoint.Port))
        || listening.Contains((IPAddress.IPv6Any, endpoint.Port))
        || listening.Contains((endpoint.Address.MapToIPv6(), endpoint.Port));

    /// <summary>Words of four bytes each, in the machine's order.</summary>
    private static IPAddress Address(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        if (BitConverter.IsLittleEndian)
        {
            for (var word = 0; word < bytes.Length; word += 4)
            {
                Array.Reverse(bytes, word, 4);
            }
        }

        return new(bytes);
    }
}
