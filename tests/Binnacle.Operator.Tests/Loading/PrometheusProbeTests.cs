using Binnacle.Operator.Components;
using Binnacle.Operator.Loading;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Rendering;

namespace Binnacle.Operator.Tests.Loading;

public sealed class PrometheusProbeTests
{
    private const string OneRule =
        """{"status":"success","data":{"groups":[{"name":"shop/default","file":"/x/rules-21.yaml","rules":[{"name":"TooSlow","query":"up == 0","type":"alerting","state":"inactive","health":"ok"}]}]}}""";

    private readonly FakeTransport _transport = new FakeTransport()
        .On(
            "/api/v1/status/config",
            """{"status":"success","data":{"yaml":"rule_files:\n- rules-*.yaml\n- config-h1-*.none\n"}}"""
        )
        .On("/api/v1/rules", OneRule);

    [Fact]
    public async Task An_older_configuration_settles_it_without_a_look_at_the_rules()
    {
        var state = await StateAsync(Make.Plan(hash: "h2"), [Make.Planned()]);

        state.ShouldBe(new ReplicaState("h1", false, "the configuration in force is an older one"));
        _transport.Seen.ShouldAllBe(request => request.Contains("status/config", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_changed_rules_the_marker_is_enough()
    {
        (await StateAsync(Make.Plan(), [])).ShouldBe(new ReplicaState("h1", true, ""));
        _transport.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Only_the_groups_that_changed_are_asked_for()
    {
        (await StateAsync(Make.Plan(), [Make.Planned()])).UpToDate.ShouldBeTrue();

        _transport.Seen[1].ShouldContain("rule_group[]=shop/default");
    }

    [Fact]
    public async Task So_many_groups_that_their_names_fill_no_url_are_asked_for_all_at_once()
    {
        var rules = Enumerable.Range(0, 30).Select(i => Make.Planned(group: $"g{i}")).ToList();

        await StateAsync(Make.Plan(), rules);

        _transport.Seen[1].ShouldNotContain("rule_group");
    }

    [Fact]
    public async Task A_rule_that_is_not_reported_as_planned_is_named()
    {
        var state = await StateAsync(Make.Plan(), [Make.Planned(name: "Other")]);

        state.UpToDate.ShouldBeFalse();
        state.Missing.ShouldContain("AlertRule shop/too-slow");
    }

    [Fact]
    public async Task A_group_that_should_be_gone_is_asked_for_and_named()
    {
        var state = await StateAsync(Make.Plan(), [], ["shop/default"]);

        state.UpToDate.ShouldBeFalse();
        state.Missing.ShouldBe("rule group shop/default should be gone");

        _transport.On("/api/v1/rules", """{"status":"success","data":{"groups":[]}}""");
        (await StateAsync(Make.Plan(), [], ["shop/default"])).UpToDate.ShouldBeTrue();
    }

    [Fact]
    public async Task Where_nobody_knows_what_was_there_before_every_other_group_must_go()
    {
        var state = await StateAsync(Make.Plan(), [], isWhole: true);

        state.ShouldBe(new ReplicaState("h1", false, "rule group shop/default should be gone"));
        (await StateAsync(Make.Plan(), [Make.Planned()], isWhole: true)).UpToDate.ShouldBeTrue();
    }

    [Fact]
    public async Task A_group_with_a_rule_too_many_is_an_older_one()
    {
        _transport.On(
            "/api/v1/rules",
            OneRule.Replace(
                "]}]}}",
                """,{"name":"Deleted","query":"up == 0","type":"alerting","state":"inactive","health":"ok"}]}]}}""",
                StringComparison.Ordinal
            )
        );

        var state = await StateAsync(Make.Plan(), [Make.Planned()]);

        state.ShouldBe(new ReplicaState("h1", false, "rule group shop/default has 2 rules, 1 are wanted"));
    }

    private Task<ReplicaState> StateAsync(
        ComponentPlan plan,
        IReadOnlyCollection<PlannedRule> changed,
        IReadOnlyCollection<string>? unwanted = null,
        bool isWhole = false
    )
    {
        var api = new PrometheusApi(_transport);
        return new PrometheusProbe(api, new RuleAudit(api), plan, changed, unwanted ?? [], isWhole).StateAsync(
            Make.Replica(),
            default
        );
    }
}
