using System.Text.Json.Serialization;
using Binnacle.Rendering.Prometheus;

namespace Binnacle.Rendering.Probes;

// blackbox.yml as https://github.com/prometheus/blackbox_exporter/blob/master/CONFIGURATION.md describes it.

internal sealed record BlackboxConfig
{
    public required IReadOnlyDictionary<string, BlackboxModule> Modules { get; init; }
}

internal sealed record BlackboxModule
{
    public required string Prober { get; init; }
    public string? Timeout { get; init; }
    public HttpModule? Http { get; init; }
    public TcpModule? Tcp { get; init; }
    public DnsModule? Dns { get; init; }
    public IcmpModule? Icmp { get; init; }
    public GrpcModule? Grpc { get; init; }
}

internal sealed record HttpModule
{
    public string? PreferredIpProtocol { get; init; }
    public string? Method { get; init; }
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
    public string? Body { get; init; }
    public IReadOnlyList<int>? ValidStatusCodes { get; init; }
    public IReadOnlyList<string>? ValidHttpVersions { get; init; }
    public bool? FollowRedirects { get; init; }
    public IReadOnlyList<string>? FailIfBodyMatchesRegexp { get; init; }
    public IReadOnlyList<string>? FailIfBodyNotMatchesRegexp { get; init; }
    public string? FailIfBodyJsonNotMatchesCel { get; init; }
    public string? ProxyUrl { get; init; }
    public AuthorizationConfig? Authorization { get; init; }
    public BasicAuthConfig? BasicAuth { get; init; }
    public TlsConfig? TlsConfig { get; init; }
}

internal sealed record TcpModule
{
    public string? PreferredIpProtocol { get; init; }
    public bool? Tls { get; init; }
    public TlsConfig? TlsConfig { get; init; }
    public IReadOnlyList<TcpDialogueStep>? QueryResponse { get; init; }
}

internal sealed record TcpDialogueStep
{
    public string? Expect { get; init; }
    public string? Send { get; init; }
}

internal sealed record DnsModule
{
    public string? PreferredIpProtocol { get; init; }
    public required string QueryName { get; init; }
    public string? QueryType { get; init; }
    public IReadOnlyList<string>? ValidRcodes { get; init; }
    public DnsAnswerCheck? ValidateAnswerRrs { get; init; }
}

internal sealed record DnsAnswerCheck
{
    public IReadOnlyList<string>? FailIfNoneMatchesRegexp { get; init; }
}

internal sealed record IcmpModule
{
    public string? PreferredIpProtocol { get; init; }
    public bool? DontFragment { get; init; }
    public int? PayloadSize { get; init; }
}

internal sealed record GrpcModule
{
    public string? PreferredIpProtocol { get; init; }
    public string? Service { get; init; }
    public bool? Tls { get; init; }
    public TlsConfig? TlsConfig { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(BlackboxConfig))]
[JsonSerializable(typeof(BlackboxModule))]
internal sealed partial class BlackboxJsonContext : JsonSerializerContext;
