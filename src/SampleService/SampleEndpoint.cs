using System.Net;

namespace SampleService;

/// <summary>One simulated service and the address it listens on.</summary>
/// <param name="Service">Its name, as <c>api-gateway</c>; it decides which routes and models the service has.</param>
/// <param name="Address">An IP address and port; port 0 takes a free one.</param>
public sealed record SampleEndpoint(string Service, IPEndPoint Address)
{
    /// <summary>Name of a service that was given none.</summary>
    public const string DefaultService = "sample";

    /// <summary>Reads a comma-separated list of <c>[NAME@]IP:PORT</c>, as <c>api-gateway@127.0.0.1:8081,127.0.0.1:9000</c>.</summary>
    /// <exception cref="FormatException">An entry is no such address; the message names it.</exception>
    public static IReadOnlyList<SampleEndpoint> ParseList(string list) =>
        [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    private static SampleEndpoint Parse(string entry)
    {
        var at = entry.IndexOf('@', StringComparison.Ordinal);
        var service = at < 0 ? DefaultService : entry[..at];
        var address = entry[(at + 1)..];
        if (service.Length == 0)
        {
            throw new FormatException($"'{entry}': the name before '@' is empty; write NAME@IP:PORT or IP:PORT.");
        }

        // IPEndPoint takes an address without a port and calls it port 0, which is never what is meant here.
        var hasPort = address.LastIndexOf(':') > address.LastIndexOf(']') && address.AsSpan().Count(':') is 1 or > 2;
        return hasPort && IPEndPoint.TryParse(address, out var endPoint)
            ? new SampleEndpoint(service, endPoint)
            : throw new FormatException(
                $"'{entry}': '{address}' is not an IP address with a port, as 127.0.0.1:8081 or [::1]:8081."
            );
    }
}
