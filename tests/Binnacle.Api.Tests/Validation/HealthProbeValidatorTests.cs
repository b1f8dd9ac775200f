using Binnacle.Api.Validation;

namespace Binnacle.Api.Tests.Validation;

public sealed class HealthProbeValidatorTests
{
    [Theory]
    [InlineData(
        """{"type":"HTTP","targets":["https://a/b"],"degradedAfter":"500ms","http":{"expectedStatus":[200],"bodyMatches":["ok"],"headers":{"Accept":"text/html"}}}"""
    )]
    [InlineData("""{"type":"TCP","targets":["a:22"],"tcp":{"expect":["^SSH"],"tls":{}}}""")]
    [InlineData("""{"type":"TLS","targets":["a:443"],"tls":{"serverName":"b"}}""")]
    [InlineData("""{"type":"ICMP","targets":["a","10.0.0.1","::1"],"icmp":{"payloadSize":100}}""")]
    [InlineData(
        """{"type":"DNS","targets":["10.0.0.1","10.0.0.2:5353"],"dns":{"name":"a.b","validRcodes":["NXDOMAIN"]}}"""
    )]
    [InlineData("""{"type":"GRPC","targets":["a:1"],"grpc":{"service":"x"}}""")]
    [InlineData("""{"type":"HTTP","services":{"selector":{},"path":"/healthz"}}""")]
    [InlineData("""{"type":"HTTP","services":{"selector":{}}}""")]
    public void Good_probes_pass(string spec) => Problems.Of<HealthProbe>(spec).ShouldBeEmpty();

    [Theory]
    [InlineData("""{"type":"HTTP"}""", "spec", "none is given")]
    [InlineData(
        """{"type":"HTTP","targets":["http://a"],"services":{"selector":{}}}""",
        "spec",
        "given are targets and services"
    )]
    [InlineData("""{"type":"HTTP","targets":["shop.example"]}""", "spec.targets[0]", "such as https://shop.example")]
    [InlineData("""{"type":"TCP","targets":["http://a:1"]}""", "spec.targets[0]", "such as a:1")]
    [InlineData("""{"type":"ICMP","targets":["a:1"]}""", "spec.targets[0]", "takes no port")]
    [InlineData("""{"type":"DNS","targets":["a b"],"dns":{"name":"x"}}""", "spec.targets[0]", "no host name")]
    [InlineData("""{"type":"DNS","targets":["10.0.0.1"]}""", "spec.dns", "is required")]
    [InlineData(
        """{"type":"DNS","targets":["10.0.0.1"],"dns":{"name":"a","type":"FOO"}}""",
        "spec.dns.type",
        "no DNS record type"
    )]
    [InlineData(
        """{"type":"DNS","targets":["10.0.0.1"],"dns":{"name":"a","validRcodes":["OK"]}}""",
        "spec.dns.validRcodes[0]",
        "NOERROR"
    )]
    [InlineData("""{"type":"TCP","targets":["a:1"],"http":{}}""", "spec.http", "but the type is TCP")]
    [InlineData(
        """{"type":"HTTP","targets":["http://a"],"interval":"5s","timeout":"10s"}""",
        "spec.timeout",
        "longer than interval"
    )]
    [InlineData(
        """{"type":"HTTP","targets":["http://a"],"degradedAfter":"half a second"}""",
        "spec.degradedAfter",
        "no Prometheus duration"
    )]
    [InlineData(
        """{"type":"HTTP","targets":["http://a"],"alerts":{"down":{"for":"x"}}}""",
        "spec.alerts.down.for",
        "no Prometheus duration"
    )]
    [InlineData(
        """{"type":"HTTP","targets":["http://a"],"alerts":{"certificateExpiry":{"before":"2 weeks"}}}""",
        "spec.alerts.certificateExpiry.before",
        "write 2w"
    )]
    [InlineData(
        """{"type":"HTTP","targets":["http://a"],"http":{"headers":{"authorization":"Bearer x"}}}""",
        "spec.http.headers[authorization]",
        "use bearerTokenRef"
    )]
    [InlineData(
        """{"type":"HTTP","targets":["http://a"],"http":{"expectedStatus":[200,999]}}""",
        "spec.http.expectedStatus[1]",
        "100 to 599"
    )]
    [InlineData(
        """{"type":"HTTP","targets":["http://a"],"http":{"proxyUrl":"ftp://x"}}""",
        "spec.http.proxyUrl",
        "http or https or socks5"
    )]
    [InlineData("""{"type":"HTTP","targets":["http://a"],"labels":{"a.b":"c"}}""", "spec.labels[a.b]", "a_b")]
    [InlineData("""{"type":"HTTP","services":{"selector":{},"path":"x"}}""", "spec.services.path", "begins with /")]
    [InlineData(
        """{"type":"GRPC","targets":["a:1"],"grpc":{"tls":{"keyRef":{"name":"a","key":"b"}}}}""",
        "spec.grpc.tls.certRef",
        "go together"
    )]
    public void Bad_probes_say_where_and_what(string spec, string field, string words) =>
        Problems.Of<HealthProbe>(spec).ShouldBeOne(field, words);

    [Fact]
    public void A_target_that_can_never_be_degraded_is_doubtful() =>
        Problems
            .Of<HealthProbe>("""{"type":"HTTP","targets":["http://a"],"degradedAfter":"5s"}""")
            .ShouldBeOne("spec.degradedAfter", "down before it is degraded", ProblemSeverity.Warning);
}
