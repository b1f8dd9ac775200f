using System.Text.Json.Nodes;
using Binnacle.Api;
using Binnacle.Operator.Advice;
using Binnacle.Operator.Live;
using Binnacle.Operator.Loading;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Reporting;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Rendering;
using Kubernetes.Models;
using Kubernetes.Runtime.Events;
using Kubernetes.Runtime.Status;
using Microsoft.Extensions.Logging.Abstractions;

namespace Binnacle.Operator.Tests.Reporting;

public sealed class ReportTests : IDisposable
{
    private readonly Harness _it = new();
    private readonly List<ResourceRef> _due = [];
    private readonly EventRecorder _recorder;
    private readonly ReportReconciler _report;
    private readonly StatusReconciler _status;

    public ReportTests()
    {
        _recorder = new EventRecorder(_it.Client, "test", "test", _it.Clock, NullLogger.Instance);
        var events = new StackEvents(_it.World, _recorder);
        var writer = new StatusWriter(_it.Client, "test", _it.Clock);
        _report = new ReportReconciler(_it.World, _it.Registry, writer, events, _due.Add, _it.Clock);
        _status = new StatusReconciler(_it.World, _it.Registry, writer, events, _it.Clock);
        var next = 1000;
        _it.Client.Answer = request =>
            request.Kind switch
            {
                "MonitoringStack" => Make.Stack(version: $"{next++}"),
                "AlertRule" => Make.Rule(version: $"{next++}"),
                "Event" => new Event { Metadata = Make.Meta("e") },
                _ => null,
            };
    }

    public void Dispose() => _it.Dispose();

    [Fact]
    public async Task After_a_start_nothing_is_said_of_what_a_status_knows_better_until_everybody_was_asked()
    {
        var desired = Make.Desired();
        _it.Know(
            view => view with { Desired = desired },
            Make.Stack() with
            {
                Status = new MonitoringStackStatus { Phase = StackPhase.Ready },
            }
        );
        _it.World.AlertRuleStore.Set(Make.Rule() with { Status = new AlertRuleStatus { State = RuleState.Firing } });
        await BothAsync();
        _it.Runtime.Update(view =>
            view with
            {
                Loads = new Dictionary<string, LoadOutcome> { ["prometheus"] = LoadOutcome.Done("h1") },
            }
        );
        await BothAsync();
        _it.Client.Writes.ShouldBeEmpty();
        _due.ShouldBeEmpty();

        _it.Runtime.Update(view => view with { Live = LiveState.Unknown with { Plan = desired } });
        await BothAsync();
        _it.Client.Writes.Select(write => write.Kind).ShouldBe(["MonitoringStack", "AlertRule"]);
        _due.ShouldBe([Make.Ref()]);
    }

    [Fact]
    public async Task What_has_no_status_yet_gets_one_at_once()
    {
        _it.Know(view => view);
        _it.World.AlertRuleStore.Set(Make.Rule());

        await BothAsync();

        _it.Client.Writes.Count.ShouldBe(2);
        _it.Client.Writes.ShouldAllBe(write => write.Subresource == "status");
    }

    [Fact]
    public async Task Only_resources_whose_story_changed_are_handed_on()
    {
        _it.Know(Settled);
        _it.World.AlertRuleStore.Set(Make.Rule());
        _it.World.AlertRuleStore.Set(Make.Rule("other"));
        await _report.ReconcileAsync(Make.StackKey, default);
        _due.Clear();

        await _report.ReconcileAsync(Make.StackKey, default);
        _due.ShouldBeEmpty();

        var firing = new AlertLive("firing", "ok", "", []);
        _it.Runtime.Update(view =>
            view with
            {
                Live = view.Live with
                {
                    Alerts = new Dictionary<ObjectKey, AlertLive> { [new("shop", "other")] = firing },
                },
            }
        );
        await _report.ReconcileAsync(Make.StackKey, default);
        _due.ShouldBe([Make.Ref("other")]);

        _due.Clear();
        _it.Runtime.Update(Settled);
        await _report.ReconcileAsync(Make.StackKey, default);
        _due.ShouldBe([Make.Ref("other")], "what was known of it is known no more");
    }

    [Fact]
    public async Task What_the_data_said_before_a_restart_stays_until_it_is_asked_again()
    {
        var intents = new Dictionary<ResourceRef, IntentId> { [Make.Ref()] = new("uid-too-slow", 1) };
        _it.Know(view => Settled(view) with { Rendered = intents });
        var told = new Condition
        {
            Type = ConditionTypes.ChecksPassed,
            Status = "False",
            Reason = "QueryAdvice",
            Message = "no such metric",
            ObservedGeneration = 1,
        };
        var status = new AlertRuleStatus
        {
            Cost = new RuleCost { Series = 1 },
            Conditions = [told],
        };
        _it.World.AlertRuleStore.Set(Make.Rule() with { Status = status });

        await BothAsync();
        Checks().ShouldBe(("QueryAdvice", "no such metric"));

        _it.Runtime.Update(view =>
            view with
            {
                Advice = view.Advice.Add(Make.Ref(), new RuleAdvice(intents[Make.Ref()], Make.Start)),
            }
        );
        await BothAsync();
        Checks().ShouldBe(("NothingDoubtful", ""));

        (string?, string?) Checks()
        {
            var written = JsonNode.Parse(_it.Client.Writes.Last(write => write.Kind == "AlertRule").Text)!;
            var checks = written["status"]!["conditions"]!
                .AsArray()
                .Single(condition => (string?)condition!["type"] == ConditionTypes.ChecksPassed)!;
            return ((string?)checks["reason"], (string?)checks["message"]);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(900)]
    public async Task A_resource_that_stays_rejected_is_announced_once_however_long_its_faults_are(int length)
    {
        using var stop = new CancellationTokenSource();
        var recording = _recorder.RunAsync(stop.Token);
        _it.Know(Settled);
        // Two long faults make a message that a condition does not hold whole.
        var words = new string('x', length);
        var bad = Make.Rule();
        bad = bad with
        {
            Spec = bad.Spec with { For = $"{words}1", Interval = $"{words}2", KeepFiringFor = $"{words}3" },
        };
        var written = default(AlertRuleStatus);
        for (var round = 0; round < 3; round++)
        {
            _it.World.AlertRuleStore.Set(
                bad with
                {
                    Metadata = bad.Metadata with { ResourceVersion = $"{2000 + round}" },
                    Status = written,
                }
            );
            await _status.ReconcileAsync(Make.Ref(), default);
            written = ResourceStatusBuilder.Common(
                // Something else has changed each time, so there is something to write.
                new AlertRuleStatus { Active = round },
                null,
                1,
                Judge.ByStack(_it.World.Find(Make.Ref())!, _it.View),
                [],
                Make.Start
            );
        }

        // The recorder writes by itself; on this clock there is nothing to wait for.
        var start = TimeProvider.System.GetTimestamp();
        while (!_it.Client.Writes.Any(write => write.Kind == "Event"))
        {
            TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(60));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        await recording.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        _it.Client.Writes.Count(write => write.Kind == "AlertRule").ShouldBe(3);
        _it.Client.Writes.Count(write => write.Kind == "Event").ShouldBe(1);
    }

    private static StackView Settled(StackView view)
    {
        var desired = view.Desired ?? Make.Desired();
        return view with
        {
            Desired = desired,
            Loads = new Dictionary<string, LoadOutcome> { ["prometheus"] = LoadOutcome.Done("h1") },
            Live = LiveState.Unknown with { Plan = desired },
        };
    }

    private async Task BothAsync()
    {
        await _report.ReconcileAsync(Make.StackKey, default);
        await _status.ReconcileAsync(Make.Ref(), default);
    }
}
