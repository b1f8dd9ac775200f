using System.Text;
using Binnacle.Api;
using Binnacle.Rendering.Common;
using Binnacle.Rendering.Prometheus;
using Binnacle.Rendering.Targets;
using Binnacle.Rendering.Yaml;

namespace Binnacle.Rendering.Probes;

/// <summary>Turns a HealthProbe into a module of the blackbox exporter. Probes that ask the same share a module.</summary>
/// <param name="version">What the exporter can do depends on it.</param>
/// <param name="credentials">Takes the secrets that are needed.</param>
internal sealed class ProbeModule(ComponentVersion version, CredentialFiles credentials)
{
    /// <summary>
    /// In clusters without IPv6, the exporter's own preference (ip6) costs a failed look-up each time; it falls back
    /// to IPv6 where there is no IPv4.
    /// </summary>
    private const string Protocol = "ip4";

    /// <summary>The module, its name, which is a hash of its content and tells what an exporter has loaded, and its size.</summary>
    /// <exception cref="NotRenderableException">A Secret is missing, or the exporter is too old for an option.</exception>
    public (string Name, BlackboxModule Module, int Bytes) Render(HealthProbe probe)
    {
        var spec = probe.Spec;
        if (spec.Http?.BasicAuthRef is not null)
        {
            Require(0, 25, "spec.http.basicAuthRef", "read a user name from a file");
        }

        if (spec.Http?.Json is not null)
        {
            Require(0, 27, "spec.http.json", "evaluate CEL expressions");
        }

        var home = probe.Metadata.Namespace ?? "";
        var module = spec.Type switch
        {
            ProbeType.Http => new BlackboxModule { Prober = "http", Http = Http(home, spec.Http ?? new HttpProbe()) },
            ProbeType.Tcp => new BlackboxModule { Prober = "tcp", Tcp = Tcp(home, spec.Tcp) },
            ProbeType.Tls => new BlackboxModule
            {
                Prober = "tcp",
                Tcp = new TcpModule
                {
                    PreferredIpProtocol = Protocol,
                    Tls = true,
                    TlsConfig = Tls(home, spec.Tls, "spec.tls"),
                },
            },
            ProbeType.Icmp => new BlackboxModule
            {
                Prober = "icmp",
                Icmp = new IcmpModule
                {
                    PreferredIpProtocol = Protocol,
                    DontFragment = spec.Icmp?.DontFragment is true ? true : null,
                    PayloadSize = spec.Icmp?.PayloadSize,
                },
            },
            ProbeType.Dns => new BlackboxModule { Prober = "dns", Dns = Dns(spec.Dns ?? new DnsProbe()) },
            _ => new BlackboxModule
            {
                Prober = "grpc",
                Grpc = new GrpcModule
                {
                    PreferredIpProtocol = Protocol,
                    Service = spec.Grpc?.Service,
                    Tls = spec.Grpc?.Tls is null ? null : true,
                    TlsConfig = Tls(home, spec.Grpc?.Tls, "spec.grpc.tls"),
                },
            },
        };
        module = module with { Timeout = spec.Timeout };
        var content = YamlWriter.Serialize(module, BlackboxJsonContext.Default.BlackboxModule);
        return ($"{module.Prober}-{StableHash.Hex(content)}", module, Size(content));
    }

    /// <summary>An upper bound of what it takes in the file, where each line is four columns further in.</summary>
    private static int Size(string content) =>
        Encoding.UTF8.GetByteCount(content) + (4 * content.Count(c => c == '\n')) + 64;

    private void Require(int major, int minor, string field, string what)
    {
        if (!version.IsAtLeast(major, minor))
        {
            throw new NotRenderableException(
                "NotSupported",
                $"{field}: blackbox exporter {version} cannot {what}; run {major}.{minor} or later"
            );
        }
    }

    private HttpModule Http(string home, HttpProbe http) =>
        new()
        {
            PreferredIpProtocol = Protocol,
            Method = http.Method == "GET" ? null : http.Method,
            Headers =
                http.Headers.Count == 0
                    ? null
                    : new SortedDictionary<string, string>(
                        http.Headers.ToDictionary(StringComparer.Ordinal),
                        StringComparer.Ordinal
                    ),
            Body = http.Body,
            ValidStatusCodes = http.ExpectedStatus.Count == 0 ? null : [.. http.ExpectedStatus.Order()],
            ValidHttpVersions = http.Version switch
            {
                HttpVersion.Http1 => ["HTTP/1.0", "HTTP/1.1"],
                HttpVersion.Http2 => ["HTTP/2.0"],
                _ => null,
            },
            FollowRedirects = http.FollowRedirects ? null : false,
            FailIfBodyMatchesRegexp = http.BodyNotMatches.Count == 0 ? null : http.BodyNotMatches,
            FailIfBodyNotMatchesRegexp = http.BodyMatches.Count == 0 ? null : http.BodyMatches,
            FailIfBodyJsonNotMatchesCel = http.Json,
            ProxyUrl = http.ProxyUrl,
            Authorization = http.BearerTokenRef is { } token
                ? new AuthorizationConfig
                {
                    Type = "Bearer",
                    CredentialsFile = credentials.Path(home, token, "spec.http.bearerTokenRef"),
                }
                : null,
            BasicAuth = http.BasicAuthRef is { } basic
                ? new BasicAuthConfig
                {
                    UsernameFile = credentials.Path(home, basic.Name, basic.UsernameKey, "spec.http.basicAuthRef"),
                    PasswordFile = credentials.Path(home, basic.Name, basic.PasswordKey, "spec.http.basicAuthRef"),
                }
                : null,
            TlsConfig = Tls(home, http.Tls, "spec.http.tls"),
        };

    private TcpModule Tcp(string home, TcpProbe? tcp)
    {
        var steps = new List<TcpDialogueStep>();
        for (var i = 0; i < Math.Max(tcp?.Send.Count ?? 0, tcp?.Expect.Count ?? 0); i++)
        {
            steps.Add(
                new TcpDialogueStep
                {
                    Expect = i < tcp!.Expect.Count ? tcp.Expect[i] : null,
                    // In a step with both, $1 would stand for a group of what was matched.
                    Send =
                        i >= tcp.Send.Count ? null
                        : i < tcp.Expect.Count ? RegexText.Literal(tcp.Send[i])
                        : tcp.Send[i],
                }
            );
        }

        return new TcpModule
        {
            PreferredIpProtocol = Protocol,
            Tls = tcp?.Tls is null ? null : true,
            TlsConfig = Tls(home, tcp?.Tls, "spec.tcp.tls"),
            QueryResponse = steps.Count == 0 ? null : steps,
        };
    }

    private static DnsModule Dns(DnsProbe dns) =>
        new()
        {
            PreferredIpProtocol = Protocol,
            QueryName = dns.Name,
            QueryType = dns.Type,
            ValidRcodes = dns.ValidRcodes.Count == 0 ? null : dns.ValidRcodes,
            ValidateAnswerRrs =
                dns.AnswerMatches.Count == 0
                    ? null
                    : new DnsAnswerCheck { FailIfNoneMatchesRegexp = dns.AnswerMatches },
        };

    private TlsConfig? Tls(string home, TlsOptions? tls, string field) =>
        TlsFiles.Config(credentials, home, tls, field);
}
