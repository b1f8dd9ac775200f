using System.Text.Json;
using Binnacle.Operator.Components;
using Binnacle.Operator.Live;
using Binnacle.Operator.Loading;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Rendering;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Live;

public sealed class LiveStateMergerTests
{
    private static readonly ObjectKey Rule = new("shop", "too-slow");

    private static readonly DesiredState Plan = Make.Desired(
        rules: [Make.Planned()],
        pools: new Dictionary<string, ResourceRef>
        {
            ["target/shop/api"] = Make.Ref("api", "ScrapeTarget"),
            ["probe/shop/front"] = Make.Ref("front", "HealthProbe"),
        }
    );

    [Fact]
    public void Without_a_reading_nothing_is_known_but_the_plan_that_was_asked_about()
    {
        var live = LiveStateMerger.Merge(Plan, []);

        live.HasMetrics.ShouldBeFalse();
        live.Plan.ShouldBeSameAs(Plan);
    }

    [Fact]
    public void A_rule_is_loaded_when_every_replica_reports_it()
    {
        var both = LiveStateMerger.Merge(Plan, [Reading(State("inactive")), Reading(State("inactive"))]);
        both.LoadedRules.ShouldBe([Make.Ref()]);
        both.LacksRules.ShouldBeFalse();

        var one = LiveStateMerger.Merge(Plan, [Reading(State("inactive")), Reading(null)]);
        one.LoadedRules.ShouldBeEmpty();
        one.LacksRules.ShouldBeTrue();
    }

    [Fact]
    public void A_quiet_rule_is_the_same_instance_each_time() =>
        LiveStateMerger.Merge(Plan, [Reading(State("inactive"))]).Alerts[Rule].ShouldBeSameAs(AlertLive.Quiet);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_two_replicas_the_worse_state_counts_in_any_order(bool swapped)
    {
        PrometheusReading[] readings =
        [
            Reading(State("firing", Alert("firing", "a"))),
            Reading(
                State("pending", Alert("pending", "a"), Alert("pending", "b")) with
                {
                    Health = "err",
                    LastError = "x",
                }
            ),
        ];

        var alert = LiveStateMerger.Merge(Plan, swapped ? [.. readings.Reverse()] : readings).Alerts[Rule];

        alert.State.ShouldBe("firing");
        alert.Health.ShouldBe("err");
        alert.LastError.ShouldBe("x");
        alert.Alerts.Select(it => $"{it.Labels["pod"]} {it.State}").ShouldBe(["a firing", "b pending"]);
    }

    [Fact]
    public void Alerts_are_ordered_the_firing_and_longest_first()
    {
        var live = LiveStateMerger.Merge(
            Plan,
            [Reading(State("firing", Alert("pending", "a", 1), Alert("firing", "b", 3), Alert("firing", "c", 2)))]
        );

        live.Alerts[Rule].Alerts.Select(alert => alert.Labels["pod"]).ShouldBe(["c", "b", "a"]);
    }

    [Fact]
    public void A_recording_that_fails_makes_its_rule_fail()
    {
        var recording = Make.Planned("shop:rate", isAlert: false);
        var reading = Reading(State("inactive")) with
        {
            Rules =
            [
                new AuditedRule(recording, new RuleState { Health = "err", LastError = "many-to-many" }),
                new AuditedRule(Make.Planned(index: 1), State("inactive")),
            ],
        };

        var alert = LiveStateMerger.Merge(Plan, [reading]).Alerts[Rule];

        (alert.State, alert.Health, alert.LastError).ShouldBe(("inactive", "err", "many-to-many"));
    }

    [Theory]
    [InlineData("up", "down", "down")]
    [InlineData("down", "up", "down")]
    [InlineData("up", "unknown", "unknown")]
    [InlineData("unknown", "up", "unknown")]
    public void A_target_counts_once_as_the_replica_that_has_more_trouble_sees_it(string one, string two, string worse)
    {
        var live = LiveStateMerger.Merge(
            Plan,
            [
                Reading() with
                {
                    Targets = [Target("target/shop/api", "a", one)],
                },
                Reading() with
                {
                    Targets = [Target("target/shop/api", "a", two)],
                },
            ]
        );

        live.Targets[new ObjectKey("shop", "api")].Targets.ShouldHaveSingleItem().Health.ShouldBe(worse);
    }

    [Fact]
    public void Samples_are_summed_over_targets_and_not_over_replicas()
    {
        var reading = Reading() with
        {
            Targets = [Target("target/shop/api", "a", "up"), Target("target/shop/api", "b", "up")],
            Samples =
            [
                Sample("scrape_samples", "a", 100),
                Sample("scrape_samples", "b", 20),
                Sample("scrape_samples", "z", 7),
            ],
        };

        LiveStateMerger.Merge(Plan, [reading, reading]).Targets[new ObjectKey("shop", "api")].Samples.ShouldBe(120);
    }

    [Fact]
    public void The_failing_targets_come_first_and_pools_of_others_do_not_count()
    {
        var reading = Reading() with
        {
            Targets =
            [
                Target("target/shop/api", "a", "up"),
                Target("target/shop/api", "b", "down"),
                Target("somebody-elses", "c", "up"),
            ],
        };

        var targets = LiveStateMerger.Merge(Plan, [reading]).Targets;

        targets.Keys.ShouldBe([new ObjectKey("shop", "api")]);
        targets.Values.Single().Targets.Select(target => target.Labels["instance"]).ShouldBe(["b", "a"]);
    }

    [Fact]
    public void Measurements_belong_to_a_probe_by_job_namespace_and_instance()
    {
        var reading = Reading() with
        {
            Targets = [Target("probe/shop/front", "https://x", "up")],
            ProbeSamples =
            [
                Sample("probe_success", "https://x", 1),
                Sample("probe_duration_seconds", "https://x", 0.25),
                Sample("probe_http_status_code", "https://x", 204),
                Sample("probe_ssl_earliest_cert_expiry", "https://x", 1767225600),
                Sample("probe_success", "https://x", 0, home: "other"),
                Sample("probe_success", "https://x", 0, job: "other"),
                Sample("probe_success", "https://y", 0),
            ],
            ProbeP95 = [Sample("", "https://x", 0.4)],
        };

        var probe = LiveStateMerger.Merge(Plan, [reading]).Probes[new ObjectKey("shop", "front")];

        probe.P95Seconds.ShouldBe(0.4);
        probe
            .Targets.ShouldHaveSingleItem()
            .ShouldBe(
                new ProbedTarget(
                    "https://x",
                    true,
                    0.25,
                    204,
                    new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
                    ""
                )
            );
    }

    [Fact]
    public void Of_two_replicas_that_measure_the_worse_counts()
    {
        PrometheusReading Measured(double success, double took) =>
            Reading() with
            {
                Targets = [Target("probe/shop/front", "x", "up")],
                ProbeSamples = [Sample("probe_success", "x", success), Sample("probe_duration_seconds", "x", took)],
            };

        var target = LiveStateMerger
            .Merge(Plan, [Measured(1, 0.1), Measured(0, 0.9)])
            .Probes[new ObjectKey("shop", "front")]
            .Targets.ShouldHaveSingleItem();

        target.Success.ShouldBe(false);
        target.DurationSeconds.ShouldBe(0.9);
    }

    [Fact]
    public void What_a_prober_measured_that_cannot_be_asked_any_more_is_old_news()
    {
        var reading = Reading() with
        {
            Targets = [Target("probe/shop/front", "x", "down")],
            ProbeSamples = [Sample("probe_success", "x", 1)],
        };

        var target = LiveStateMerger.Merge(Plan, [reading]).Probes.Values.Single().Targets.Single();

        target.Success.ShouldBeNull();
        target.Error.ShouldBe("refused");
    }

    [Fact]
    public void A_probe_that_was_not_measured_yet_has_no_values()
    {
        var reading = Reading() with
        {
            Targets = [Target("probe/shop/front", "x", "unknown")],
            ProbeP95 = [Sample("", "x", double.NaN)],
        };

        var probe = LiveStateMerger.Merge(Plan, [reading]).Probes.Values.Single();

        probe.P95Seconds.ShouldBeNull();
        probe.Targets.Single().ShouldBe(new ProbedTarget("x", null, null, null, null, ""));
    }

    private static PrometheusReading Reading(RuleState? rule = null) =>
        new([new AuditedRule(Make.Planned(), rule)], [], [], [], []);

    private static RuleState State(string state, params ActiveAlert[] alerts) =>
        new()
        {
            Name = "TooSlow",
            State = state,
            Health = "ok",
            Alerts = alerts,
        };

    private static ActiveAlert Alert(string state, string pod, int minute = 0) =>
        new()
        {
            State = state,
            Labels = Make.Labels(("alertname", "TooSlow"), ("pod", pod)),
            ActiveAt = Make.Start.AddMinutes(minute),
            Value = "1",
        };

    private static TargetState Target(string pool, string instance, string health) =>
        new()
        {
            ScrapePool = pool,
            ScrapeUrl = $"http://{instance}/",
            Labels = Make.Labels(("job", "j"), ("namespace", "shop"), ("instance", instance)),
            Health = health,
            LastError = health == "down" ? "refused" : "",
        };

    private static VectorSample Sample(
        string name,
        string instance,
        double value,
        string home = "shop",
        string job = "j"
    )
    {
        var labels = new List<(string, string)> { ("job", job), ("namespace", home), ("instance", instance) };
        if (name.Length > 0)
        {
            labels.Add(("__name__", name));
        }

        using var json = JsonDocument.Parse(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"[1,\"{value}\"]")
        );
        return new VectorSample
        {
            Metric = Make.Labels([.. labels]),
            Value = [.. json.RootElement.EnumerateArray().Select(item => item.Clone())],
        };
    }
}
