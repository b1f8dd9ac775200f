using System.Text.Json.Serialization;
using Binnacle.Api.Schema;

namespace Binnacle.Api;

/// <summary>An HTTP request and what its answer must be.</summary>
[CelRule(
    "!(has(self.basicAuthRef) && has(self.bearerTokenRef))",
    "give at most one of basicAuthRef and bearerTokenRef"
)]
public sealed record HttpProbe(bool FollowRedirects = true)
{
    /// <summary>Method of the request.</summary>
    [Size(Min = 1, Max = 16), Pattern("^[A-Z]+$")]
    public string Method
    {
        get => field ?? "GET";
        init;
    }

    /// <summary>Headers of the request. Secrets do not belong here: use bearerTokenRef or basicAuthRef. Example: <c>Accept: application/json</c>.</summary>
    [Size(Max = 32, MaxItemLength = 4096)]
    public IReadOnlyDictionary<string, string> Headers
    {
        get => field ?? Empty.Strings;
        init;
    }

    /// <summary>Body of the request. Example: <c>{"ping": true}</c>.</summary>
    [Size(Max = 65536)]
    public string? Body { get; init; }

    /// <summary>Status codes that count as healthy. Default: 200 to 299. Example: <c>[200, 401]</c>.</summary>
    [ListSet, Size(Max = 50), Between(100, 599)]
    public IReadOnlyList<int> ExpectedStatus
    {
        get => field ?? [];
        init;
    }

    /// <summary>Regular expressions (RE2) that the body must match, all of them, anywhere. Example: <c>['"status": *"ok"']</c>.</summary>
    [Size(Max = 16, MaxItemLength = 1024)]
    public IReadOnlyList<string> BodyMatches
    {
        get => field ?? [];
        init;
    }

    /// <summary>Regular expressions (RE2) that the body must not match, none of them, anywhere. Example: <c>[maintenance]</c>.</summary>
    [Size(Max = 16, MaxItemLength = 1024)]
    public IReadOnlyList<string> BodyNotMatches
    {
        get => field ?? [];
        init;
    }

    /// <summary>CEL expression that must be true of the body, read as JSON and named body. Example: <c>body.status == "ok"</c>.</summary>
    [Size(Min = 1, Max = 4096)]
    public string? Json { get; init; }

    /// <summary>True: redirects are followed, and the last answer counts. False: the redirect itself is the answer.</summary>
    public bool FollowRedirects { get; init; } = FollowRedirects;

    /// <summary>User name and password, sent as <c>Authorization: Basic …</c>.</summary>
    public BasicAuthRef? BasicAuthRef { get; init; }

    /// <summary>A token, sent as <c>Authorization: Bearer …</c>.</summary>
    public SecretKeyRef? BearerTokenRef { get; init; }

    /// <summary>Proxy that the request goes through. Example: <c>http://proxy.example.com:3128</c>.</summary>
    [Size(Min = 1, Max = 2048), Pattern("^(https?|socks5)://.+$")]
    public string? ProxyUrl { get; init; }

    /// <summary>How a TLS connection is made and checked.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>HTTP version that the answer must have: HTTP1 or HTTP2. Default: any.</summary>
    public HttpVersion? Version { get; init; }
}

/// <summary>Major version of HTTP.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HttpVersion>))]
public enum HttpVersion
{
    /// <summary>HTTP/1.0 or HTTP/1.1.</summary>
    [JsonStringEnumMemberName("HTTP1")]
    Http1,

    /// <summary>HTTP/2.</summary>
    [JsonStringEnumMemberName("HTTP2")]
    Http2,
}

/// <summary>A TCP connection, and optionally a dialogue.</summary>
public sealed record TcpProbe
{
    /// <summary>Lines to send after the connection is made, in this order. With expect as well, line by line: the first expect is waited for, then the first send goes out, and so on.</summary>
    [Size(Max = 16, MaxItemLength = 4096)]
    public IReadOnlyList<string> Send
    {
        get => field ?? [];
        init;
    }

    /// <summary>Regular expressions (RE2) that lines of the answer must match, in this order. Example: <c>["^SSH-2.0-"]</c>.</summary>
    [Size(Max = 16, MaxItemLength = 1024)]
    public IReadOnlyList<string> Expect
    {
        get => field ?? [];
        init;
    }

    /// <summary>Given, even empty: the connection is made with TLS.</summary>
    public TlsOptions? Tls { get; init; }
}

/// <summary>A DNS query and what its answer must be.</summary>
public sealed record DnsProbe
{
    /// <summary>Name to ask for. Example: <c>shop.example.com</c>.</summary>
    [RequiredField, Size(Min = 1, Max = 255)]
    public string Name
    {
        get => field ?? "";
        init;
    }

    /// <summary>Type of the record to ask for, for example A, AAAA, CNAME, MX, SRV or TXT.</summary>
    [Size(Min = 1, Max = 16), Pattern("^[A-Z][A-Z0-9]*$")]
    public string Type
    {
        get => field ?? "A";
        init;
    }

    /// <summary>Response codes that count as healthy. Default: NOERROR. Example: <c>[NOERROR, NXDOMAIN]</c>.</summary>
    [ListSet, Size(Max = 24, MaxItemLength = 16), Pattern("^[A-Z][A-Z0-9]*$")]
    public IReadOnlyList<string> ValidRcodes
    {
        get => field ?? [];
        init;
    }

    /// <summary>Regular expressions (RE2) of which one must match a record of the answer, written as in a zone file. Example: <c>["\\sA\\s10\\.0\\.0\\.\\d+$"]</c>.</summary>
    [Size(Max = 16, MaxItemLength = 1024)]
    public IReadOnlyList<string> AnswerMatches
    {
        get => field ?? [];
        init;
    }
}

/// <summary>A call of the standard gRPC health service.</summary>
public sealed record GrpcProbe
{
    /// <summary>Service to ask for. Default: empty, the server as a whole. Example: <c>shop.v1.Checkout</c>.</summary>
    [Size(Max = 253)]
    public string? Service { get; init; }

    /// <summary>Given, even empty: the connection is made with TLS.</summary>
    public TlsOptions? Tls { get; init; }
}

/// <summary>A ping.</summary>
public sealed record IcmpProbe
{
    /// <summary>True: packets may not be split on the way. Needs the right to open raw sockets; only for IPv4.</summary>
    public bool DontFragment { get; init; }

    /// <summary>Size of the payload in bytes. Default: the prober's own. Example: <c>1400</c>.</summary>
    [Between(0, 65000)]
    public int? PayloadSize { get; init; }
}
