using Binnacle.Api;
using Binnacle.Operator.Advice;
using Binnacle.Operator.Components;
using Binnacle.Operator.Live;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Rendering;
using Kubernetes.Runtime.Caching;

namespace Binnacle.Operator.Tests.Advice;

/// <summary>Which rule is looked at, and when.</summary>
public sealed class AdviceReconcilerTests : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(15);

    private readonly Harness _harness = new();
    private readonly AdviceReconciler _advice;

    public AdviceReconcilerTests()
    {
        _advice = new AdviceReconciler(
            _harness.World,
            _harness.Registry,
            new PrometheusApi(_harness.Transport),
            _harness.Loops,
            _harness.Clock
        );
        _harness
            .Transport.On("/api/v1/query", """{"status":"success","data":{"resultType":"vector","result":[]}}""")
            .On("__name__", """{"status":"success","data":["up"]}""")
            .On("/api/v1/metadata", """{"status":"success","data":{}}""")
            .On("/metrics", "prometheus_tsdb_lowest_timestamp_seconds 1.7e+09\n");
        _harness.World.Pods.Set(Make.Pod());
        Load(Make.Rule("a"), Make.Rule("b", "gone > 1"));
    }

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task Every_loaded_rule_is_looked_at_once_one_at_a_time()
    {
        (await StepAsync()).ShouldBe(Pace);
        _harness.View.Advice.Count.ShouldBe(1);
        (await StepAsync()).ShouldBe(Pace);
        _harness.View.Advice.Keys.ShouldBe([Make.Ref("a"), Make.Ref("b")], ignoreOrder: true);
        _harness.View.Advice[Make.Ref("b")].IsPreliminary.ShouldBeTrue();

        (await StepAsync()).ShouldBe(Idle);
    }

    [Fact]
    public async Task Rules_that_lack_metrics_are_looked_at_again_soon_and_others_late()
    {
        await StepAsync();
        await StepAsync();
        var before = _harness.View.Advice;

        // As often at first as a target needs that was applied with the rule, and ever more seldom.
        foreach (var seconds in (int[])[10, 20, 40, 80, 160, 300, 300])
        {
            _harness.Clock.Advance(TimeSpan.FromSeconds(seconds - 1));
            (await StepAsync()).ShouldBe(Idle);
            _harness.Clock.Advance(TimeSpan.FromSeconds(1));
            (await StepAsync()).ShouldBe(Pace);
            _harness.View.Advice[Make.Ref("b")].At.ShouldBe(_harness.Clock.GetUtcNow());
            _harness.View.Advice[Make.Ref("a")].ShouldBeSameAs(before[Make.Ref("a")]);
        }

        _harness.Clock.Advance(TimeSpan.FromHours(6));
        (await StepAsync()).ShouldBe(Pace);
        _harness.View.Advice[Make.Ref("a")].At.ShouldBe(_harness.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_changed_rule_comes_first_and_a_deleted_one_is_forgotten()
    {
        await StepAsync();
        await StepAsync();
        _harness.World.AlertRules.OnChange(
            new StoreChange<AlertRule>(Make.Rule("a").Key, Make.Rule("a"), null, Initial: false)
        );
        Load(Make.Rule("b", "gone > 2", generation: 2, version: "9"));

        (await StepAsync()).ShouldBe(Pace);

        _harness.View.Advice.ShouldHaveSingleItem().Value.Intent.ShouldBe(new IntentId("uid-b", 2));
    }

    [Fact]
    public async Task What_targets_say_of_their_metrics_decides_over_names()
    {
        _harness.Transport.On("/api/v1/metadata", """{"status":"success","data":{"up":[{"type":"counter"}]}}""");
        Load(Make.Rule("c", "up > 5"));

        await StepAsync();

        var words = _harness.View.Advice[Make.Ref("c")].Doubts.ShouldHaveSingleItem();
        words.Split('\n')[0].ShouldEndWith("(counter-without-rate)");
    }

    [Fact]
    public async Task A_doubt_by_a_name_falls_with_the_type()
    {
        _harness
            .Transport.On("__name__", """{"status":"success","data":["open_total"]}""")
            .On("/api/v1/metadata", """{"status":"success","data":{"open_total":[{"type":"gauge"}]}}""");
        Load(Make.Rule("c", "open_total > 5"));

        await StepAsync();

        var advice = _harness.View.Advice[Make.Ref("c")];
        advice.Doubts.ShouldBeEmpty();
        advice.Denied.ShouldHaveSingleItem().ShouldContain("(counter-without-rate)");
    }

    [Fact]
    public async Task Without_an_answer_it_waits()
    {
        _harness.Transport.On("__name__", (_, _) => throw new HttpRequestException("no"));

        (await StepAsync()).ShouldBe(Idle);
        _harness.View.Advice.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_metric_that_came_since_the_names_were_asked_for_is_not_missed()
    {
        await StepAsync();
        _harness.Clock.Advance(TimeSpan.FromSeconds(2));
        _harness.Transport.On("__name__", """{"status":"success","data":["up","gone"]}""");

        await StepAsync();

        _harness.View.Advice.Count.ShouldBe(2);
        _harness.View.Advice[Make.Ref("b")].Doubts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stack_that_was_not_rendered_yet_is_looked_at_later()
    {
        _harness.Registry.Forget(Make.StackKey);

        (await StepAsync()).ShouldBe(Idle);
    }

    [Fact]
    public async Task Nothing_is_asked_while_no_replica_answers()
    {
        _harness.Know(view => view with { Live = view.Live with { HasMetrics = false } });

        (await StepAsync()).ShouldBe(Idle);
        _harness.Transport.Seen.ShouldBeEmpty();
    }

    private async Task<TimeSpan?> StepAsync() =>
        (await _advice.ReconcileAsync(Make.StackKey, TestContext.Current.CancellationToken)).Delay;

    private void Load(params AlertRule[] rules)
    {
        foreach (var rule in rules)
        {
            _harness.World.AlertRules.OnChange(new StoreChange<AlertRule>(rule.Key, null, rule, Initial: false));
        }

        var references = rules.Select(rule => new ResourceRef("AlertRule", rule.Key)).ToHashSet();
        _harness.Know(view =>
            view with
            {
                Desired = Make.Desired(
                    rules: rules.Select(rule =>
                        Make.Planned(query: rule.Spec.Expr, source: new ResourceRef("AlertRule", rule.Key))
                    )
                ),
                Rendered = rules.ToDictionary(
                    rule => new ResourceRef("AlertRule", rule.Key),
                    rule => new IntentId(rule.Metadata.Uid!, rule.Metadata.Generation!.Value)
                ),
                Live = new LiveState { HasMetrics = true, LoadedRules = references },
            }
        );
    }
}
