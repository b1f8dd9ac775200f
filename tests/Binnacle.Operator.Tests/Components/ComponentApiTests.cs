using System.Net;
using Binnacle.Operator.Components;
using Binnacle.Operator.Tests.Fakes;

namespace Binnacle.Operator.Tests.Components;

public sealed class ComponentApiTests
{
    private readonly FakeTransport _transport = new();

    [Fact]
    public async Task Rules_that_come_in_pages_are_put_together()
    {
        _transport
            .On(
                "/api/v1/rules",
                """{"status":"success","data":{"groups":[{"name":"a","file":"f"}],"groupNextToken":"t=1"}}"""
            )
            .On("group_next_token=t=1", """{"status":"success","data":{"groups":[{"name":"b","file":"f"}]}}""");

        var groups = await new PrometheusApi(_transport).RulesAsync(Make.Replica(), null, default);

        groups.Select(group => group.Name).ShouldBe(["a", "b"]);
        _transport.Seen[0].ShouldContain("group_limit=200");
    }

    [Fact]
    public async Task Names_of_groups_are_escaped()
    {
        var path = "";
        _transport.On(
            "rules",
            (_, text) =>
            {
                path = text;
                return FakeTransport.Text("""{"status":"success","data":{"groups":[]}}""");
            }
        );

        await new PrometheusApi(_transport).RulesAsync(Make.Replica(), ["a&b=c d"], default);

        path.ShouldEndWith("&rule_group[]=a&b=c d");
    }

    [Fact]
    public async Task An_error_in_the_envelope_is_the_components_own_words()
    {
        _transport.On(
            "/api/v1/format_query",
            """{"status":"error","errorType":"bad_data","error":"1:5: parse error: unclosed left parenthesis"}""",
            HttpStatusCode.BadRequest
        );

        var refusal = await Should.ThrowAsync<ComponentRefusedException>(() =>
            new PrometheusApi(_transport).FormatAsync(Make.Replica(), "sum(", default)
        );
        refusal.Message.ShouldBe("1:5: parse error: unclosed left parenthesis");
    }

    [Theory]
    [InlineData("Service Unavailable", HttpStatusCode.ServiceUnavailable)]
    [InlineData("""{"kind":"Status","status":"Failure","message":"no endpoints"}""", HttpStatusCode.ServiceUnavailable)]
    [InlineData("null", HttpStatusCode.OK)]
    public async Task Anything_that_is_no_envelope_is_no_answer(string body, HttpStatusCode code)
    {
        _transport.On("/api/v1/status/config", body, code);

        var silence = await Should.ThrowAsync<HttpRequestException>(() =>
            new PrometheusApi(_transport).LoadedConfigAsync(Make.Replica(), default)
        );
        silence.Message.ShouldContain("monitoring/main-prometheus-0");
        silence.Message.ShouldContain($"{(int)code}");
    }

    [Fact]
    public async Task Samples_are_numbers_whatever_they_are()
    {
        _transport.On(
            "/api/v1/query",
            """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1.5,"0.25"]},{"metric":{},"value":[1,"NaN"]},{"metric":{}}]}}"""
        );

        var samples = await new PrometheusApi(_transport).QueryAsync(Make.Replica(), "x", default);

        samples.Select(sample => sample.Number).ShouldBe([0.25, double.NaN, double.NaN]);
    }

    [Fact]
    public async Task A_reload_that_is_answered_with_500_was_refused()
    {
        _transport.On(
            "POST main-prometheus-0 /-/reload",
            "failed to reload config: one or more errors\n",
            HttpStatusCode.InternalServerError
        );

        var refusal = await Should.ThrowAsync<ComponentRefusedException>(() =>
            new PrometheusApi(_transport).ReloadAsync(Make.Replica(), default)
        );
        refusal.Message.ShouldBe("failed to reload config: one or more errors");
    }

    [Theory]
    [InlineData("no", HttpStatusCode.ServiceUnavailable)]
    [InlineData(
        """{"kind":"Status","apiVersion":"v1","status":"Failure","message":"error trying to reach service","code":500}""",
        HttpStatusCode.InternalServerError
    )]
    public async Task A_reload_that_did_not_reach_the_component_was_not(string body, HttpStatusCode code)
    {
        _transport.On("/-/reload", body, code);

        await Should.ThrowAsync<HttpRequestException>(() =>
            new AlertmanagerApi(_transport).ReloadAsync(Make.Replica(), default)
        );
    }

    [Fact]
    public async Task Alertmanager_tells_its_hash_as_a_metric_and_its_version_in_its_status()
    {
        _transport
            .On("/metrics", "# HELP x\nalertmanager_config_hash 1.71503548846543e+14\n")
            .On("/api/v2/status", """{"versionInfo":{"version":"0.28.1"}}""");
        var api = new AlertmanagerApi(_transport);

        (await api.LoadedHashAsync(Make.Replica(), default)).ShouldBe("171503548846543");
        (await api.VersionAsync(Make.Replica(), default)).ShouldBe("0.28.1");
    }

    [Fact]
    public async Task Modules_of_the_prober_are_sorted()
    {
        _transport.On("/config", "modules:\n  z1:\n    prober: http\n  a2:\n    prober: tcp\n");

        (await new BlackboxApi(_transport).LoadedModulesAsync(Make.Replica(), default)).ShouldBe(["a2", "z1"]);
    }

    [Theory]
    [InlineData("modules: {}")]
    [InlineData("")]
    [InlineData("- x")]
    public async Task A_prober_without_modules_has_none(string yaml)
    {
        _transport.On("/config", yaml);

        (await new BlackboxApi(_transport).LoadedModulesAsync(Make.Replica(), default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_prober_that_answers_nonsense_gives_no_answer()
    {
        _transport.On("/config", "a: [b\n- {");

        await Should.ThrowAsync<HttpRequestException>(() =>
            new BlackboxApi(_transport).LoadedModulesAsync(Make.Replica(), default)
        );
    }
}
