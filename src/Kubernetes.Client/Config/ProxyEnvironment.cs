using System.Net;

namespace Kubernetes.Client;

/// <summary>
/// The proxy that <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c> and <c>NO_PROXY</c> ask for, read as kubectl does
/// (https://pkg.go.dev/golang.org/x/net/http/httpproxy): with networks in NO_PROXY, and never for this machine itself.
/// </summary>
internal static class ProxyEnvironment
{
    /// <summary>What a proxy's address may look like, for messages.</summary>
    public const string Expected =
        "expected an address such as http://host:3128, https://host:3128 or socks5://host:1080";

    /// <summary>The proxy on the way to a server; null for none.</summary>
    /// <exception cref="KubernetesConfigurationException">The variable is no address of a proxy.</exception>
    public static Uri? Find(Uri server, Func<string, string?> getVariable)
    {
        var variable = server.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY";
        if (Get(variable) is not { } text || IsExempt(server, Get("NO_PROXY") ?? ""))
        {
            return null;
        }
        // The value may hold a password: it is not shown.
        return Parse(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}")
            ?? throw new KubernetesConfigurationException($"{variable} is no proxy: {Expected}");

        string? Get(string name) =>
            getVariable(name) is { Length: > 0 } upper ? upper
            : getVariable(name.ToLowerInvariant()) is { Length: > 0 } lower ? lower
            : null;
    }

    /// <summary>The address of a proxy; null when it is none of a kind that can be used.</summary>
    public static Uri? Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https" or "socks5"
        && uri.Host.Length > 0
            ? uri
            : null;

    private static bool IsExempt(Uri server, string exceptions)
    {
        var host = server.IdnHost.TrimEnd('.').ToLowerInvariant();
        var address = IPAddress.TryParse(host, out var parsed) ? parsed : null;
        return host == "localhost"
            || (address is not null && IPAddress.IsLoopback(address))
            || exceptions
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Any(exception => Covers(exception.ToLowerInvariant(), host, address, server.Port));
    }

    private static bool Covers(string exception, string host, IPAddress? address, int port)
    {
        if (exception == "*")
        {
            return true;
        }
        if (exception.Contains('/', StringComparison.Ordinal))
        {
            return address is not null && IsInNetwork(exception, address);
        }
        if (IPAddress.TryParse(exception, out var same))
        {
            return same.Equals(address);
        }
        var colon = exception.LastIndexOf(':');
        if (colon >= 0)
        {
            if (!int.TryParse(exception[(colon + 1)..], out var only) || only != port)
            {
                return false;
            }
            exception = exception[..colon].Trim('[', ']');
            if (IPAddress.TryParse(exception, out same))
            {
                return same.Equals(address);
            }
        }
        if (address is not null)
        {
            return false;
        }
        if (exception.StartsWith("*.", StringComparison.Ordinal))
        {
            exception = exception[1..];
        }
        // `.example.org` is what lies below it, `example.org` is itself too.
        return exception.StartsWith('.')
            ? host.EndsWith(exception, StringComparison.Ordinal)
            : host == exception || host.EndsWith($".{exception}", StringComparison.Ordinal);
    }

    /// <summary>People write networks with host bits (10.96.0.1/12): only the prefix counts.</summary>
    private static bool IsInNetwork(string network, IPAddress address)
    {
        var slash = network.IndexOf('/', StringComparison.Ordinal);
        if (
            !IPAddress.TryParse(network[..slash], out var start)
            || !int.TryParse(network[(slash + 1)..], out var prefix)
            || start.AddressFamily != address.AddressFamily
        )
        {
            return false;
        }
        var (one, other) = (start.GetAddressBytes(), address.GetAddressBytes());
        if (prefix < 0 || prefix > one.Length * 8)
        {
            return false;
        }
        for (var bit = 0; bit < prefix; bit++)
        {
            var mask = 0x80 >> (bit % 8);
            if ((one[bit / 8] & mask) != (other[bit / 8] & mask))
            {
                return false;
            }
        }
        return true;
    }
}
