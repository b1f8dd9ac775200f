using Binnacle.Api;
using Binnacle.Operator.Components;
using Binnacle.Operator.Live;
using Binnacle.Operator.Reporting;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Rendering;
using Kubernetes.Models;
using Reported = Binnacle.Operator.Components.ActiveAlert;
using RuleState = Binnacle.Api.RuleState;

namespace Binnacle.Operator.Tests.Reporting;

public sealed class ResourceStatusBuilderTests
{
    private static readonly DateTimeOffset Now = Make.Start.AddMilliseconds(123);

    private static readonly Verdict Fine = new(
        Judgement.Yes("Valid"),
        Judgement.Yes("Selected", "taken by MonitoringStack monitoring/main"),
        Judgement.Yes("Loaded", "every replica reports it")
    );

    [Fact]
    public void A_rule_that_fires_says_since_when_and_for_whom()
    {
        var status = Rule(Firing(2), new NotificationPlan(["oncall"], "severity=\"critical\""));

        status.State.ShouldBe(RuleState.Firing);
        status.Active.ShouldBe(2);
        status.Since.ShouldBe(Make.Start.AddMinutes(-10));
        status.Health.ShouldBe(RuleHealth.Ok);
        status.Notification!.Receivers.ShouldBe(["oncall"]);
        var alert = status.Alerts![0];
        alert.Labels!.Keys.ShouldBe(["pod"]);
        alert.State.ShouldBe(AlertState.Firing);
        alert.Value.ShouldBe("0.1235");
    }

    [Fact]
    public void The_time_of_a_state_stays_while_the_state_does_whatever_the_series_are()
    {
        var before = Rule(Firing(1));
        var next = Rule(Firing(1, since: Make.Start.AddMinutes(-1)), before: before);

        next.Since.ShouldBe(before.Since);
    }

    [Fact]
    public void Of_many_alerts_ten_are_shown_and_all_are_counted()
    {
        var status = Rule(Firing(25));

        status.Active.ShouldBe(25);
        status.Alerts!.Count.ShouldBe(10);
    }

    [Theory]
    [InlineData("inactive", "ok", RuleState.Inactive, RuleHealth.Ok)]
    [InlineData("inactive", "err", RuleState.Unknown, RuleHealth.Error)]
    [InlineData("pending", "ok", RuleState.Pending, RuleHealth.Ok)]
    [InlineData("unknown", "unknown", RuleState.Unknown, null)]
    public void States_of_prometheus(string state, string health, RuleState expected, RuleHealth? expectedHealth)
    {
        var status = Rule(new AlertLive(state, health, "", []));

        status.State.ShouldBe(expected);
        status.Health.ShouldBe(expectedHealth);
    }

    [Fact]
    public void After_a_reload_the_health_is_what_it_was_and_without_any_reading_it_is_not_known()
    {
        var before = new AlertRuleStatus { Health = RuleHealth.Ok };

        Rule(new AlertLive("inactive", "unknown", "", []), before: before).Health.ShouldBe(RuleHealth.Ok);
        Rule(null, before: before).Health.ShouldBeNull();
        Rule(null, before: before).State.ShouldBe(RuleState.Unknown);
    }

    [Fact]
    public void A_disabled_rule_is_disabled_whatever_is_still_running()
    {
        var rule = Make.Rule();
        rule = rule with { Spec = rule.Spec with { Enabled = false } };

        var status = ResourceStatusBuilder.AlertRule(rule, null, Firing(1), null, null, Now);

        status.State.ShouldBe(RuleState.Disabled);
        status.Alerts.ShouldBeNull();
    }

    [Fact]
    public void A_scrape_target_counts_and_shows_the_failing_first()
    {
        var status = ResourceStatusBuilder.ScrapeTarget(null, Scraped(up: 2, down: 1));

        status.Up.ShouldBe("2/3");
        status.LastError.ShouldBe("read tcp 10.0.0.5->10.0.0.7:80: reset");
        status.Targets![0].Up.ShouldBeFalse();
    }

    [Fact]
    public void Of_many_targets_twenty_are_shown()
    {
        ResourceStatusBuilder.ScrapeTarget(null, Scraped(30, 0)).Targets!.Count.ShouldBe(20);
        ResourceStatusBuilder.HealthProbe(null, null, Probed(30)).Targets!.Count.ShouldBe(20);
    }

    [Fact]
    public void A_target_that_fails_in_the_same_way_each_time_causes_no_writes()
    {
        var first = ResourceStatusBuilder.ScrapeTarget(null, Scraped(1, 1, port: 50842));
        var second = ResourceStatusBuilder.ScrapeTarget(first, Scraped(1, 1, port: 41000));

        second.LastError.ShouldBe(first.LastError);
        second.Targets!.ShouldBe(first.Targets!);
    }

    [Theory]
    [InlineData(true, 0.1, null, ProbeState.Healthy)]
    [InlineData(true, 0.6, 500, ProbeState.Degraded)]
    [InlineData(true, 0.5, 500, ProbeState.Healthy)]
    [InlineData(false, 0.1, 500, ProbeState.Unhealthy)]
    [InlineData(null, null, 500, ProbeState.Unknown)]
    public void States_of_a_probe(bool? success, double? took, int? limitMs, ProbeState expected)
    {
        var live = new ProbeLive([new("t", success, took, null, null, "")], null);
        TimeSpan? limit = limitMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null;

        ResourceStatusBuilder.HealthProbe(limit, null, live).State.ShouldBe(expected);
    }

    [Fact]
    public void Of_several_probed_targets_the_worst_counts_and_comes_first()
    {
        var live = new ProbeLive(
            [
                new("a", true, 0.1, 200, Make.Start.AddDays(9), ""),
                new("b", null, null, null, null, "connection refused"),
                new("c", false, 0.2, 500, Make.Start.AddDays(3), ""),
                new("d", true, 0.9, 200, null, ""),
            ],
            0.3
        );

        var status = ResourceStatusBuilder.HealthProbe(TimeSpan.FromMilliseconds(500), null, live);

        status.Targets!.Select(target => target.Target).ShouldBe(["c", "b", "d", "a"]);
        status.State.ShouldBe(ProbeState.Unhealthy);
        status.Up.ShouldBe("2/4");
        status.Latency!.Last.ShouldBe("900ms");
        status.Latency.P95.ShouldBe("300ms");
        status.CertificateExpires.ShouldBe(Make.Start.AddDays(3));
    }

    [Fact]
    public void Without_measurements_a_probe_is_unknown() =>
        ResourceStatusBuilder
            .HealthProbe(null, null, null)
            .ShouldBe(new HealthProbeStatus { State = ProbeState.Unknown });

    [Fact]
    public void Several_stacks_are_told_apart_and_one_is_not()
    {
        var other = new ObjectKey("ops", "other");
        var waiting = Fine with { Loaded = Judgement.No("Loading", "wait") };
        var one = ResourceStatusBuilder.Common(new AlertRuleStatus(), null, 3, Fine, [new(Make.StackKey, Fine)], Now);
        var two = ResourceStatusBuilder.Common(
            new AlertRuleStatus(),
            null,
            3,
            waiting,
            [new(Make.StackKey, Fine), new(other, waiting)],
            Now
        );

        one.Stacks.ShouldBeNull();
        one.Stack.ShouldBe("monitoring/main");
        one.ObservedGeneration.ShouldBe(3);
        two.Stack.ShouldBe("monitoring/main,ops/other");
        two.Stacks!.Select(stack => stack.Conditions![^1].Status).ShouldBe(["True", "False"]);
    }

    [Fact]
    public void Built_again_from_what_the_api_server_gives_back_an_alert_rule_is_the_same()
    {
        AlertRule Next(AlertRule rule, DateTimeOffset now, string value) =>
            rule with
            {
                Status = ResourceStatusBuilder.Common(
                    ResourceStatusBuilder.AlertRule(
                        rule,
                        rule.Status,
                        Firing(12, value: value),
                        new NotificationPlan(["oncall"], "r"),
                        null,
                        now
                    ),
                    rule.Status,
                    1,
                    Fine,
                    [new(Make.StackKey, Fine), new(new ObjectKey("ops", "b"), Fine)],
                    now
                ),
            };

        StaysTheSame(Make.Rule(), (rule, round) => Next(rule, Now.AddSeconds(15.7 * round), $"0.12{round}"));
    }

    [Fact]
    public void Built_again_a_scrape_target_is_the_same() =>
        StaysTheSame(
            Make.Target(),
            (target, round) =>
                target with
                {
                    Status = ResourceStatusBuilder.Common(
                        ResourceStatusBuilder.ScrapeTarget(
                            target.Status,
                            Scraped(3, 2, port: 50000 + round, samples: 1000 + round)
                        ),
                        target.Status,
                        1,
                        Fine,
                        [new(Make.StackKey, Fine)],
                        Now.AddSeconds(15.7 * round)
                    ),
                }
        );

    [Fact]
    public void Built_again_a_health_probe_is_the_same() =>
        StaysTheSame(
            Make.Probe(),
            (probe, round) =>
                probe with
                {
                    Status = ResourceStatusBuilder.Common(
                        ResourceStatusBuilder.HealthProbe(
                            TimeSpan.FromSeconds(1),
                            probe.Status,
                            Probed(3, jitter: 0.001 * round)
                        ),
                        probe.Status,
                        1,
                        Fine,
                        [new(Make.StackKey, Fine)],
                        Now.AddSeconds(15.7 * round)
                    ),
                }
        );

    /// <summary>As the API server sees it: the text of the second build, and of the third, is that of the first.</summary>
    private static void StaysTheSame<T>(T resource, Func<T, int, T> next)
        where T : KubernetesObject
    {
        var current = Make.RoundTrip(next(resource, 0));
        var text = System.Text.Encoding.UTF8.GetString(current.ToUtf8Json());
        for (var round = 1; round < 4; round++)
        {
            current = Make.RoundTrip(next(current, round));
            System.Text.Encoding.UTF8.GetString(current.ToUtf8Json()).ShouldBe(text);
        }
    }

    private static AlertRuleStatus Rule(
        AlertLive? live,
        NotificationPlan? notification = null,
        AlertRuleStatus? before = null
    ) => ResourceStatusBuilder.AlertRule(Make.Rule(), before, live, notification, null, Now);

    private static AlertLive Firing(int count, DateTimeOffset? since = null, string value = "0.123456") =>
        new(
            "firing",
            "ok",
            "",
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(i => new Reported
                    {
                        Labels = Make.Labels(("alertname", "TooSlow"), ("pod", $"p{i}")),
                        State = "firing",
                        ActiveAt = (since ?? Make.Start.AddMinutes(-10)).AddSeconds(i),
                        Value = value,
                    }),
            ]
        );

    private static ScrapeLive Scraped(int up, int down, int port = 50842, long? samples = 10) =>
        new(
            [
                .. Enumerable
                    .Range(0, up + down)
                    .Select(i => new TargetState
                    {
                        ScrapeUrl = $"http://t{i}/metrics",
                        Labels = Make.Labels(("instance", $"t{i}")),
                        Health = i < down ? "down" : "up",
                        LastError = i < down ? $"read tcp 10.0.0.5:{port}->10.0.0.7:80: reset" : "",
                    }),
            ],
            samples
        );

    private static ProbeLive Probed(int count, double jitter = 0) =>
        new(
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(i => new Operator.Live.ProbedTarget(
                        $"t{i:00}",
                        true,
                        0.1 + jitter,
                        200,
                        Make.Start.AddDays(30),
                        ""
                    )),
            ],
            0.2 + jitter
        );
}
