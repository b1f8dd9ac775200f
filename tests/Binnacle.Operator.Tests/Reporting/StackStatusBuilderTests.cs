using Binnacle.Api;
using Binnacle.Operator.Live;
using Binnacle.Operator.Loading;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Reporting;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Rendering;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Reporting;

public sealed class StackStatusBuilderTests
{
    private static readonly DesiredState Plan = Make.Desired(
        [Make.Plan(replicas: 2), Make.Plan("Alertmanager", "a1")],
        [Make.Planned(), Make.Planned("rec", isAlert: false), Make.Planned(source: Make.Ref("front", "HealthProbe"))]
    );

    private static readonly StackView Good = StackView.Empty with
    {
        Desired = Plan,
        Generation = 1,
        LastGood = Plan,
        LastGoodGeneration = 1,
        InPrometheus = Plan,
        Loads = new Dictionary<string, LoadOutcome>
        {
            ["prometheus"] = LoadOutcome.Done("h1"),
            ["alertmanager"] = LoadOutcome.Done("a1"),
        },
        Live = new LiveState
        {
            Plan = Plan,
            HasMetrics = true,
            Versions = new ObservedVersions { Prometheus = "3.5.3" },
            Alerts = new Dictionary<ObjectKey, AlertLive>
            {
                [new("shop", "a")] = new("firing", "ok", "", [new() { State = "firing" }, new() { State = "pending" }]),
                [new("shop", "b")] = AlertLive.Quiet,
            },
            Targets = new Dictionary<ObjectKey, ScrapeLive>
            {
                [new("shop", "api")] = new(
                    [new() { Health = "up" }, new() { Health = "down" }, new() { Health = "unknown" }],
                    1
                ),
            },
            Probes = new Dictionary<ObjectKey, ProbeLive>
            {
                [new("shop", "x")] = new([new("x", true, 1, null, null, "")], null),
                [new("shop", "y")] = new([new("y", true, 1, null, null, ""), new("z", false, 1, null, null, "")], null),
            },
        },
        History =
        [
            new RenderRecord
            {
                Hash = "c1",
                Outcome = "Loaded",
                Time = Make.Start.AddMilliseconds(7),
            },
        ],
    };

    private static readonly Dictionary<string, WorkloadFacts> Running = new()
    {
        ["prometheus"] = new(2, ""),
        ["alertmanager"] = new(1, ""),
    };

    [Fact]
    public void A_stack_that_is_well_is_ready_and_counts()
    {
        var status = Build(Good);

        status.Phase.ShouldBe(StackPhase.Ready);
        status.Conditions!.ShouldAllBe(condition => condition.Status == "True");
        status.Alerts.ShouldBe(
            new AlertCounts
            {
                Rules = 1,
                Pending = 1,
                Firing = 1,
            }
        );
        status.Targets.ShouldBe(new TargetCounts { Up = 1, Total = 3 });
        status.Probes.ShouldBe(new ProbeCounts { Healthy = 1, Total = 2 });
        status.Summary.ShouldBe(
            new StackSummary
            {
                Components = "2/2",
                Targets = "1/3",
                Probes = "1/2",
                Dashboards = "0/4",
                Versions = "Prometheus 3.5.3",
            }
        );
        status.Components![0].Ready.ShouldBe("2/2");
        status.Endpoints!.Prometheus.ShouldBe("http://main-prometheus.monitoring.svc:9090");
        status.Endpoints.Blackbox.ShouldBeNull();
    }

    public static TheoryData<string, StackPhase, string> Cases() =>
        new()
        {
            { "nothing yet", StackPhase.Pending, "Pending" },
            { "paused", StackPhase.Paused, "Paused" },
            { "invalid", StackPhase.Degraded, "Invalid" },
            { "apply failed", StackPhase.Degraded, "Forbidden" },
            { "refused", StackPhase.Degraded, "Refused" },
            { "searching", StackPhase.Degraded, "Searching" },
            { "component down", StackPhase.Degraded, "NotReady" },
            { "component down, rendered again", StackPhase.Degraded, "NotReady" },
            { "component down, operator restarted", StackPhase.Degraded, "NotReady" },
            { "first start", StackPhase.Progressing, "NotReady" },
            { "new configuration", StackPhase.Progressing, "Loading" },
            { "new spec, same configuration", StackPhase.Progressing, "NotReady" },
        };

    [Theory, MemberData(nameof(Cases))]
    public void Phases_and_reasons(string what, StackPhase phase, string reason)
    {
        var down = Running.ToDictionary();
        down["alertmanager"] = new WorkloadFacts(0, "main-alertmanager-0: CrashLoopBackOff");
        var wasReady = Make.Stack() with
        {
            Status = new MonitoringStackStatus { Phase = StackPhase.Ready, ObservedGeneration = 1 },
        };
        var status = what switch
        {
            "nothing yet" => Build(StackView.Empty, new Dictionary<string, WorkloadFacts>()),
            "paused" => Build(Good with { Paused = true }),
            "invalid" => Build(Good with { Rejection = "spec.x: no" }),
            "apply failed" => Build(
                Good with
                {
                    ObjectIssues = [new ObjectIssue("Forbidden", "ConfigMap x: forbidden")],
                }
            ),
            "refused" => Build(Good with { RefusedStack = new RefusedConfig(1, "no") }),
            "searching" => Build(Good with { Search = RefusalSearch.Start([], "prometheus") }),
            "component down" => Build(Good, down),
            "component down, rendered again" => Build(Good with { Desired = Plan with { } }, down),
            "component down, operator restarted" => Build(Good with { LastGood = null }, down, wasReady),
            "first start" => Build(Good with { LastGood = null }, down),
            "new configuration" => Build(
                Good with
                {
                    Desired = Make.Desired(
                        [Make.Plan(replicas: 2, hash: "h2"), Make.Plan("Alertmanager", "a1")],
                        hash: "c2"
                    ),
                }
            ),
            _ => Build(Good with { Generation = 2 }, down, Make.Stack(generation: 2)),
        };

        var ready = status.Conditions!.Single(condition => condition.Type == "Ready");
        ready.Status.ShouldBe("False");
        ready.Reason.ShouldBe(reason);
        status.Phase.ShouldBe(phase);
    }

    [Fact]
    public void What_was_not_rendered_yet_is_not_said_to_be_observed()
    {
        var status = Build(Good, stack: Make.Stack(generation: 2));

        status.ObservedGeneration.ShouldBe(1);
        status.Conditions!.ShouldAllBe(condition => condition.ObservedGeneration == 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_a_restart_a_stack_that_is_left_alone_keeps_what_was_known_of_it(bool paused)
    {
        var stack = Make.RoundTrip(Make.Stack() with { Status = Build(Good) });
        var view = StackView.Empty with { Paused = paused, Rejection = paused ? null : "spec.x: no" };

        var status = Build(view, new Dictionary<string, WorkloadFacts>(), stack);

        status.Phase.ShouldBe(paused ? StackPhase.Paused : StackPhase.Degraded);
        status.Components!.Count.ShouldBe(2);
        status.Summary.ShouldBe(stack.Status!.Summary);
        status
            .Conditions!.Select(condition => $"{condition.Type} {condition.Status}")
            .ShouldBe(["ObjectsApplied True", "ComponentsReady True", "ConfigLoaded True", "Ready False"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Guarantee", "A22")]
    public void After_a_restart_a_stack_that_is_left_alone_still_tells_of_pods_that_fail(bool paused)
    {
        var stack = Make.RoundTrip(Make.Stack() with { Status = Build(Good) });
        var view = StackView.Empty with { Paused = paused, Rejection = paused ? null : "spec.x: no" };
        var failing = new Dictionary<string, WorkloadFacts>
        {
            ["prometheus"] = new(1, "main-prometheus-0: ImagePullBackOff"),
            ["alertmanager"] = new(1, ""),
        };

        var status = Build(view, failing, stack);

        status.Components![0].Ready.ShouldBe("1/2");
        status.Components[0].Message.ShouldBe("main-prometheus-0: ImagePullBackOff");
        status.Summary!.Components.ShouldBe("1/2");
        var condition = status.Conditions!.Single(it => it.Type == ConditionTypes.ComponentsReady);
        condition.Status.ShouldBe("False");
        condition.Message.ShouldContain("ImagePullBackOff");
        status.Conditions!.Single(it => it.Type == ConditionTypes.Ready).Reason.ShouldBe(paused ? "Paused" : "Invalid");
    }

    [Fact]
    [Trait("Guarantee", "A13")]
    public void What_is_not_as_rendered_is_named_with_its_reason_and_the_components_go_on()
    {
        var view = Good with
        {
            ObjectIssues =
            [
                .. Enumerable
                    .Range(1, 7)
                    .Select(i => new ObjectIssue("ForeignObject", $"ConfigMap monitoring/c{i}: is somebody else's")),
            ],
        };

        var status = Build(view);

        var applied = status.Conditions!.Single(it => it.Type == ConditionTypes.ObjectsApplied);
        applied.Status.ShouldBe("False");
        applied.Reason.ShouldBe("ForeignObject");
        applied.Message.ShouldStartWith("ConfigMap monitoring/c1: is somebody else's; ConfigMap monitoring/c2");
        applied.Message.ShouldEndWith("; and 2 more");
        applied.ObservedGeneration.ShouldBe(1);
        status.Conditions!.Single(it => it.Type == ConditionTypes.ComponentsReady).Status.ShouldBe("True");
        status.Conditions!.Single(it => it.Type == ConditionTypes.Ready).Reason.ShouldBe("ForeignObject");
        status.Phase.ShouldBe(StackPhase.Degraded);
    }

    [Fact]
    [Trait("Guarantee", "A19")]
    public void A_stack_that_is_being_deleted_says_what_it_waits_for_or_what_went_wrong()
    {
        var waiting = Build(Good with { Removal = Removal.Waiting("Role shop/x") });
        waiting.Phase.ShouldBe(StackPhase.Progressing);
        var ready = waiting.Conditions!.Single(it => it.Type == ConditionTypes.Ready);
        ready.Reason.ShouldBe("Deleting");
        ready.Message.ShouldContain("waits for Role shop/x");

        var failed = Build(Good with { Removal = Removal.Failure(new InvalidOperationException("no right to")) });
        failed.Phase.ShouldBe(StackPhase.Degraded);
        ready = failed.Conditions!.Single(it => it.Type == ConditionTypes.Ready);
        ready.Reason.ShouldBe("CleanupFailed");
        ready.Message.ShouldContain("no right to");
        ready.Message.ShouldContain("remove the finalizer binnacle.dev/cleanup");
    }

    [Fact]
    public void Built_again_from_what_the_api_server_gives_back_it_is_the_same()
    {
        var down = Running.ToDictionary();
        var stack = Make.Stack();
        string? text = null;
        for (var round = 0; round < 4; round++)
        {
            down["prometheus"] = new WorkloadFacts(
                1,
                $"main-prometheus-0: CrashLoopBackOff: back-off {20 * (round + 1)}s restarting"
            );
            stack = Make.RoundTrip(
                stack with
                {
                    Status = StackStatusBuilder.Build(stack, Good, down, 4, Make.Start.AddSeconds(15.7 * round)),
                }
            );
            var next = System.Text.Encoding.UTF8.GetString(stack.ToUtf8Json());
            text ??= next;
            next.ShouldBe(text);
        }
    }

    private static MonitoringStackStatus Build(
        StackView view,
        IReadOnlyDictionary<string, WorkloadFacts>? workloads = null,
        MonitoringStack? stack = null
    ) => StackStatusBuilder.Build(stack ?? Make.Stack(), view, workloads ?? Running, 4, Make.Start);
}
