using System.Net;
using Binnacle.Operator.Components;
using Binnacle.Operator.Loading;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Rendering;

namespace Binnacle.Operator.Tests.Loading;

public sealed class RuleAuditTests
{
    private readonly FakeTransport _transport = new();

    [Theory]
    [InlineData("up == 0", "up == 0")]
    [InlineData("sum(rate(x[5m])) by (job)", "sum by (job) (rate(x[5m]))")]
    [InlineData("x{b=\"1\",a='2'}  > 1e3", "x{a=\"2\",b=\"1\"} > 1000")]
    public async Task Expressions_that_prometheus_prints_anew_are_recognised_without_asking_it(
        string planned,
        string reported
    )
    {
        var audited = await CompareAsync(Make.Planned(query: planned), State(query: reported));

        audited.Reported.ShouldNotBeNull();
        _transport.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_we_cannot_tell_the_servers_own_formatter_can_and_is_asked_once()
    {
        _transport.On("/api/v1/format_query", """{"status":"success","data":"same"}""");
        var audit = new RuleAudit(new PrometheusApi(_transport));

        for (var i = 0; i < 2; i++)
        {
            (await CompareAsync(Make.Planned(query: "a + b"), State(query: "a - b"), audit)).Reported.ShouldNotBeNull();
        }

        _transport.Seen.Count.ShouldBe(2, "one request for each of both texts");
    }

    [Fact]
    public async Task Another_expression_is_another_rule()
    {
        _transport.On("a + b", """{"status":"success","data":"a + b"}""");
        _transport.On("a - b", """{"status":"success","data":"a - b"}""");

        (await CompareAsync(Make.Planned(query: "a + b"), State(query: "a - b"))).Reported.ShouldBeNull();
    }

    [Fact]
    public async Task An_expression_that_the_server_cannot_parse_is_not_what_it_runs()
    {
        _transport.On("format_query", """{"status":"error","error":"bad"}""", HttpStatusCode.BadRequest);

        (await CompareAsync(Make.Planned(query: "a + b"), State(query: "a - b"))).Reported.ShouldBeNull();
    }

    [Theory]
    [InlineData("Other", "alerting", "rules-21.yaml", "shop/default")]
    [InlineData("TooSlow", "recording", "rules-21.yaml", "shop/default")]
    [InlineData("TooSlow", "alerting", "rules-22.yaml", "shop/default")]
    [InlineData("TooSlow", "alerting", "rules-21.yaml", "shop/1m")]
    public async Task Something_else_at_the_place_is_not_the_rule(string name, string type, string file, string group)
    {
        var reported = new RuleGroup
        {
            Name = group,
            File = $"/etc/prometheus/config/{file}",
            Rules = [State(name: name, type: type)],
        };

        var audited = await new RuleAudit(new PrometheusApi(_transport)).CompareAsync(
            Make.Replica(),
            [Make.Planned()],
            [reported],
            default
        );

        audited.ShouldHaveSingleItem().Reported.ShouldBeNull();
    }

    [Fact]
    public async Task The_place_in_the_group_counts()
    {
        var group = new RuleGroup
        {
            Name = "shop/default",
            File = "rules-21.yaml",
            Rules = [State(query: "up == 1"), State(query: "up == 2")],
        };

        var audited = await new RuleAudit(new PrometheusApi(_transport)).CompareAsync(
            Make.Replica(),
            [Make.Planned(query: "up == 2", index: 1), Make.Planned(query: "up == 3", index: 2)],
            [group],
            default
        );

        audited[0].Reported!.Query.ShouldBe("up == 2");
        audited[1].Reported.ShouldBeNull("the group is shorter than that");
    }

    private async Task<AuditedRule> CompareAsync(PlannedRule planned, RuleState reported, RuleAudit? audit = null)
    {
        var group = new RuleGroup
        {
            Name = "shop/default",
            File = "/data/rules-21.yaml",
            Rules = [reported],
        };
        audit ??= new RuleAudit(new PrometheusApi(_transport));
        return (await audit.CompareAsync(Make.Replica(), [planned], [group], default)).ShouldHaveSingleItem();
    }

    private static RuleState State(string name = "TooSlow", string query = "up == 0", string type = "alerting") =>
        new()
        {
            Name = name,
            Query = query,
            Type = type,
            Health = "ok",
        };
}
