using System.Globalization;

namespace Binnacle.Api.Validation;

/// <summary>What is wrong with URLs and addresses.</summary>
internal static class Addresses
{
    /// <summary>Null when the text is an absolute URL with one of the schemes.</summary>
    public static string? UrlProblem(string text, IReadOnlyList<string> schemes)
    {
        var example = $"{schemes[0]}://host.example/path";
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            return $"'{text}' is no URL: it needs a scheme, such as {schemes[0]}://{text}";
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0 || text.Any(char.IsWhiteSpace))
        {
            return $"'{text}' is no URL: write one such as {example}";
        }
        if (!schemes.Contains(url.Scheme))
        {
            return $"'{text}' has the scheme {url.Scheme}: use {string.Join(" or ", schemes)}";
        }
        return url.UserInfo.Length > 0
            ? $"the URL holds a user name or password: leave them out and refer to a Secret instead"
            : null;
    }

    /// <summary>Null when the text is host:port.</summary>
    public static string? HostPortProblem(string text)
    {
        if (SchemeOrPath(text) is { } problem)
        {
            return problem;
        }
        var colon = text.LastIndexOf(':');
        // Without brackets the colons of an IPv6 address would be taken for that of a port.
        if (colon < 0 || text.EndsWith(']') || (text.Count(c => c == ':') > 1 && !text.StartsWith('[')))
        {
            return text.Count(c => c == ':') > 1 && !text.StartsWith('[')
                ? $"'{text}' is no host:port: put an IPv6 address into brackets, such as [{text}]:80"
                : $"'{text}' has no port: write host:port, such as {text}:80";
        }
        return PortProblem(text, text[(colon + 1)..]) ?? HostProblem(text[..colon]);
    }

    /// <summary>Null when the text is a host, with or without a port.</summary>
    public static string? HostOptionalPortProblem(string text)
    {
        var bareIpv6 = text.Count(c => c == ':') > 1 && !text.StartsWith('[');
        return SchemeOrPath(text)
            ?? (
                bareIpv6 || !text.Contains(':', StringComparison.Ordinal) || text.EndsWith(']')
                    ? HostProblem(text)
                    : HostPortProblem(text)
            );
    }

    /// <summary>Null when the text is a host name or an IP address.</summary>
    public static string? HostProblem(string text) =>
        Uri.CheckHostName(text.Trim('[', ']')) == UriHostNameType.Unknown
            ? $"'{text}' is no host name or IP address"
            : null;

    private static string? SchemeOrPath(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
        {
            var host = text[(scheme + 3)..].Split('/')[0];
            return $"'{text}' is a URL: leave out scheme and path and write host:port, such as {(host.Contains(':', StringComparison.Ordinal) ? host : host + ":80")}";
        }
        return text.Contains('/', StringComparison.Ordinal)
            ? $"'{text}' holds a path: write only host:port, such as {text.Split('/')[0]}"
            : null;
    }

    private static string? PortProblem(string text, string port) =>
        int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536
            ? null
            : $"'{text}' has no valid port: write a number from 1 to 65535 after the colon";
}
