using System.Text;
using System.Text.Json;

namespace Binnacle.Api.Tests;

public sealed class JsonTests
{
    /// <summary>Items of a list carry neither kind nor apiVersion, and a field may be missing in what a client wrote.</summary>
    [Fact]
    public void What_is_missing_has_its_default()
    {
        var rule = JsonSerializer.Deserialize("""{"metadata":{"name":"a"}}""", AlertRule.JsonTypeInfo)!;

        rule.Kind.ShouldBe("AlertRule");
        rule.ApiVersion.ShouldBe("binnacle.dev/v1alpha1");
        rule.Spec.Severity.ShouldBe(Severity.Warning);
        rule.Spec.Enabled.ShouldBeTrue();
        rule.Spec.Labels.ShouldBeEmpty();
        rule.Spec.Recordings.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_given_wins_over_the_default()
    {
        var probe = JsonSerializer.Deserialize(
            """{"spec":{"type":"ICMP","alerts":{"down":{"enabled":false,"severity":"Info"}},"interval":"1m"}}""",
            HealthProbe.JsonTypeInfo
        )!;

        probe.Spec.Type.ShouldBe(ProbeType.Icmp);
        probe.Spec.Alerts.Down.ShouldBe(new ProbeDownAlert(Enabled: false, Severity: Severity.Info));
        probe.Spec.Alerts.Degraded.ShouldBe(new ProbeDegradedAlert());
        probe.Spec.Interval.ShouldBe("1m");
        probe.Spec.Timeout.ShouldBe("5s");
    }

    [Theory]
    [InlineData("severity", Inhibition.Severity)]
    [InlineData("none", Inhibition.None)]
    public void Inhibit_is_written_as_the_contract_says(string text, Inhibition value)
    {
        var stack = JsonSerializer.Deserialize(
            $$$"""{"spec":{"alerting":{"inhibit":"{{{text}}}"} } }""",
            MonitoringStack.JsonTypeInfo
        )!;

        stack.Spec.Alerting.Inhibit.ShouldBe(value);
        Encoding.UTF8.GetString(stack.ToUtf8Json()).ShouldContain($"\"inhibit\":\"{text}\"");
    }

    [Fact]
    public void An_amount_may_be_a_number_or_a_text()
    {
        var stack = JsonSerializer.Deserialize(
            """{"spec":{"metrics":{"resources":{"requests":{"cpu":1,"memory":"1Gi"}}}}}""",
            MonitoringStack.JsonTypeInfo
        )!;

        stack.Spec.Metrics.Resources!.Requests!["cpu"].ToString().ShouldBe("1");
        stack.Spec.Metrics.Resources.Requests["memory"].ToString().ShouldBe("1Gi");
    }

    [Fact]
    public void Written_and_read_again_a_spec_is_the_same()
    {
        const string json = """
            {"apiVersion":"binnacle.dev/v1alpha1","kind":"ScrapeTarget","metadata":{"name":"a","namespace":"b"},"spec":{"honorTimestamps":false,"pods":{"selector":{"matchLabels":{"x":"y"}},"port":8080},"params":{"m":["1","2"]},"authorization":{"oauth2":{"clientId":"c","clientSecretRef":{"name":"n","key":"k"},"tokenUrl":"https://t/"}},"scheme":"HTTPS"}}
            """;
        var first = JsonSerializer.Deserialize(json, ScrapeTarget.JsonTypeInfo)!;
        var second = JsonSerializer.Deserialize(first.ToUtf8Json(), ScrapeTarget.JsonTypeInfo)!;

        Encoding.UTF8.GetString(second.ToUtf8Json()).ShouldBe(Encoding.UTF8.GetString(first.ToUtf8Json()));
        second.Spec.HonorTimestamps.ShouldBeFalse();
        second.Spec.Scheme.ShouldBe(Scheme.Https);
        second.Spec.Params["m"].ShouldBe(["1", "2"]);
        second.Spec.Authorization!.OAuth2!.TokenUrl.ShouldBe("https://t/");
        second.Spec.Pods!.Port!.Value.Number.ShouldBe(8080);
    }
}
