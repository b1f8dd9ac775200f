using Binnacle.Api.Validation;

namespace Binnacle.Api.Tests.Validation;

public sealed class ScrapeTargetValidatorTests
{
    [Theory]
    [InlineData("""{"static":{"targets":["a:1","[::1]:2","10.0.0.1:3"]}}""")]
    [InlineData("""{"services":{"selector":{}},"interval":"30s","timeout":"30s"}""")]
    [InlineData("""{"dns":{"names":["_m._tcp.x.y"]}}""")]
    [InlineData("""{"dns":{"names":["x"],"type":"A","port":80}}""")]
    [InlineData("""{"http":{"url":"http://inventory:8080/t"},"limits":{"samples":5}}""")]
    [InlineData(
        """{"pods":{"selector":{}},"relabelings":[{"sourceLabels":["a"],"targetLabel":"b"},{"action":"LabelMap","regex":"x_(.+)"},{"action":"LabelDrop","regex":"x"},{"action":"HashMod","sourceLabels":["a"],"targetLabel":"b","modulus":4},{"sourceLabels":["a"],"regex":"(.+)","targetLabel":"x_$1","replacement":""},{"action":"Keep","sourceLabels":["a"]},{"action":"KeepEqual","sourceLabels":["a"],"targetLabel":"b"},{"action":"LabelMap","regex":"a_(.*)","replacement":"${1}_b"}]}"""
    )]
    public void Good_targets_pass(string spec) => Problems.Of<ScrapeTarget>(spec).ShouldBeEmpty();

    [Theory]
    [InlineData("""{}""", "spec", "none is given")]
    [InlineData("""{"static":{"targets":["a:1"]},"pods":{"selector":{}}}""", "spec", "given are pods and static")]
    [InlineData("""{"static":{"targets":[]}}""", "spec.static.targets", "at least one")]
    [InlineData("""{"static":{"targets":["http://a:1/metrics"]}}""", "spec.static.targets[0]", "such as a:1")]
    [InlineData("""{"static":{"targets":["a"]}}""", "spec.static.targets[0]", "has no port")]
    [InlineData("""{"static":{"targets":["a:70000"]}}""", "spec.static.targets[0]", "1 to 65535")]
    [InlineData("""{"static":{"targets":["::1"]}}""", "spec.static.targets[0]", "brackets")]
    [InlineData("""{"static":{"targets":["a/b:1"]}}""", "spec.static.targets[0]", "path")]
    [InlineData("""{"static":{"targets":["a:1","a:1"]}}""", "spec.static.targets[1]", "given twice")]
    [InlineData("""{"static":{"targets":["a:1"],"labels":{"a-b":"c"}}}""", "spec.static.labels[a-b]", "a_b")]
    [InlineData("""{"dns":{"names":["x"],"type":"A"}}""", "spec.dns.port", "only SRV")]
    [InlineData("""{"dns":{"names":["http://x"]}}""", "spec.dns.names[0]", "no DNS name")]
    [InlineData("""{"http":{"url":"inventory"}}""", "spec.http.url", "needs a scheme")]
    [InlineData("""{"http":{"url":"http://u:p@inventory/"}}""", "spec.http.url", "refer to a Secret")]
    [InlineData("""{"pods":{"selector":{}},"path":"metrics"}""", "spec.path", "begins with /")]
    [InlineData(
        """{"pods":{"selector":{}},"interval":"10s","timeout":"20s"}""",
        "spec.timeout",
        "longer than interval"
    )]
    [InlineData("""{"pods":{"selector":{}},"limits":{"bodySize":"10MB"}}""", "spec.limits.bodySize", "quantity")]
    [InlineData("""{"pods":{"selector":{}},"authorization":{}}""", "spec.authorization", "none is given")]
    [InlineData(
        """{"pods":{"selector":{}},"authorization":{"bearerTokenRef":{"name":"a"}}}""",
        "spec.authorization.bearerTokenRef.key",
        "key inside the Secret"
    )]
    [InlineData(
        """{"pods":{"selector":{}},"authorization":{"oauth2":{"clientId":"a","clientSecretRef":{"name":"a","key":"b"},"tokenUrl":"x"}}}""",
        "spec.authorization.oauth2.tokenUrl",
        "needs a scheme"
    )]
    [InlineData(
        """{"pods":{"selector":{}},"scheme":"HTTPS","tls":{"certRef":{"name":"a","key":"b"}}}""",
        "spec.tls.keyRef",
        "go together"
    )]
    public void Bad_targets_say_where_and_what(string spec, string field, string words) =>
        Problems.Of<ScrapeTarget>(spec).ShouldBeOne(field, words);

    [Theory]
    [InlineData("""{"sourceLabels":["a"]}""", "targetLabel", "is required for Replace")]
    [InlineData("""{"targetLabel":"a b"}""", "targetLabel", "no label name")]
    [InlineData("""{"sourceLabels":["a-b"],"targetLabel":"c"}""", "sourceLabels[0]", "no label name")]
    [InlineData("""{"action":"HashMod","targetLabel":"c"}""", "modulus", "is required")]
    [InlineData("""{"action":"Lowercase","targetLabel":"c","replacement":"x"}""", "replacement", "no meaning")]
    [InlineData("""{"action":"Lowercase","targetLabel":"$1"}""", "targetLabel", "no label name")]
    [InlineData("""{"action":"KeepEqual","targetLabel":"c","regex":"x"}""", "regex", "no meaning")]
    [InlineData("""{"action":"LabelDrop"}""", "regex", "is required")]
    [InlineData("""{"action":"LabelKeep","regex":"a","sourceLabels":["b"]}""", "sourceLabels", "no meaning")]
    [InlineData("""{"action":"LabelMap","replacement":"a-b"}""", "replacement", "no label name")]
    [InlineData("""{"action":"Keep","sourceLabels":["a"],"modulus":3}""", "modulus", "no meaning")]
    public void Bad_relabelings_say_where_and_what(string step, string field, string words)
    {
        Problems
            .Of<ScrapeTarget>($$"""{"pods":{"selector":{} },"relabelings":[{{step}}]}""")
            .ShouldBeOne("spec.relabelings[0]." + field, words);
        Problems
            .Of<ScrapeTarget>($$"""{"pods":{"selector":{} },"metricRelabelings":[{{step}}]}""")
            .ShouldBeOne("spec.metricRelabelings[0]." + field, words);
    }

    [Theory]
    [InlineData("""{"pods":{"selector":{}},"tls":{}}""", "spec.tls", "no effect with scheme HTTP")]
    [InlineData(
        """{"pods":{"selector":{}},"relabelings":[{"action":"Drop","regex":"a"}]}""",
        "spec.relabelings[0].sourceLabels",
        "against nothing"
    )]
    public void Doubtful_targets_are_warned_of(string spec, string field, string words) =>
        Problems.Of<ScrapeTarget>(spec).ShouldBeOne(field, words, ProblemSeverity.Warning);
}
