using Binnacle.Operator.Advice;
using Binnacle.Operator.Live;
using Binnacle.Operator.Loading;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Reporting;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Rendering;

namespace Binnacle.Operator.Tests.Reporting;

public sealed class JudgeTests
{
    private static readonly ResourceEntry Rule = Make.Entry(Make.Rule());
    private static readonly DesiredState Plan = Make.Desired(rules: [Make.Planned()]);

    private static readonly Dictionary<ResourceRef, IntentId> Intents = new()
    {
        [Make.Ref()] = new IntentId("uid-too-slow", 1),
        [Make.Ref("front", "HealthProbe")] = new IntentId("uid-front", 1),
        [Make.Ref("board", "Dashboard")] = new IntentId("uid-board", 1),
    };

    /// <summary>Everything went well.</summary>
    private static readonly StackView Loaded = StackView.Empty with
    {
        Desired = Plan,
        Rendered = Intents,
        InPrometheus = Plan,
        InPrometheusRendered = Intents,
        Loads = new Dictionary<string, LoadOutcome>
        {
            ["prometheus"] = LoadOutcome.Done("h1"),
            ["blackbox-exporter"] = LoadOutcome.Done("h2"),
        },
        Live = new LiveState
        {
            Plan = Plan,
            HasMetrics = true,
            LoadedRules = new HashSet<ResourceRef> { Make.Ref() },
        },
    };

    [Fact]
    public void What_every_replica_reports_is_ready() =>
        Reasons(By(Rule, Loaded))
            .ShouldBe(
                "Accepted True Valid, Selected True Selected, Loaded True Loaded, ChecksPassed True NothingDoubtful, "
                    + "Ready True Ready"
            );

    [Fact]
    public void What_is_doubtful_is_told_and_ready_all_the_same()
    {
        var view = Loaded with
        {
            Desired = Make.Desired(
                rules: [Make.Planned()],
                problems:
                [
                    new ResourceProblem(Make.Ref(), "Lint", "spec.expr: a doubt", IsError: false),
                    new ResourceProblem(Make.Ref(), "Lint", "spec.for: another", IsError: false),
                ]
            ),
            Advice = Loaded.Advice.Add(
                Make.Ref(),
                new RuleAdvice(Intents[Make.Ref()], DateTimeOffset.UnixEpoch) { Doubts = ["no such metric"] }
            ),
        };

        var verdict = Judge.ByStack(Rule, view);

        verdict.Checks.ShouldBe(Judgement.No("LintFindings", "spec.expr: a doubt\nspec.for: another\nno such metric"));
        verdict.Accepted.Status.ShouldBe("True");
    }

    [Fact]
    public void A_remark_is_told_and_no_doubt()
    {
        var remark = new ResourceProblem(Make.Ref(), "LintInfo", "spec.expr: a remark", IsError: false);
        var view = Loaded with { Desired = Make.Desired(rules: [Make.Planned()], problems: [remark]) };

        Judge.ByStack(Rule, view).Checks.ShouldBe(Judgement.Yes("NothingDoubtful", "spec.expr: a remark"));
    }

    [Fact]
    public void What_the_data_denies_is_not_told()
    {
        var view = Loaded with
        {
            Desired = Make.Desired(
                rules: [Make.Planned()],
                problems:
                [
                    new ResourceProblem(Make.Ref(), "Lint", "spec.expr: a doubt by name", IsError: false),
                    new ResourceProblem(Make.Ref(), "LintInfo", "spec.for: a remark", IsError: false),
                ]
            ),
            Advice = Loaded.Advice.Add(
                Make.Ref(),
                new RuleAdvice(Intents[Make.Ref()], DateTimeOffset.UnixEpoch)
                {
                    Denied = ["spec.expr: a doubt by name"],
                }
            ),
        };

        Judge.ByStack(Rule, view).Checks.ShouldBe(Judgement.Yes("NothingDoubtful", "spec.for: a remark"));
    }

    [Fact]
    public void Advice_about_an_older_spec_is_over()
    {
        var view = Loaded with
        {
            Advice = Loaded.Advice.Add(
                Make.Ref(),
                new RuleAdvice(new IntentId("uid-too-slow", 0), DateTimeOffset.UnixEpoch)
                {
                    Doubts = ["no such metric"],
                }
            ),
        };

        Judge.ByStack(Rule, view).Checks.ShouldBe(Judgement.Yes("NothingDoubtful"));
    }

    [Fact]
    public void What_is_not_valid_is_left_out() =>
        Reasons(By(Make.Entry(Make.Rule(), "spec.expr: no"), Loaded))
            .ShouldBe("Accepted False Invalid, Selected True Selected, Loaded False NotAccepted, Ready False Invalid");

    [Fact]
    public void What_rendering_finds_wrong_is_told_with_its_reason()
    {
        var problem = new ResourceProblem(Make.Ref(), "SecretNotFound", "spec.x: no such Secret");
        var view = Loaded with { Desired = Make.Desired(problems: [problem]) };

        var verdict = Judge.ByStack(Rule, view);
        verdict.Accepted.ShouldBe(Judgement.No("SecretNotFound", "spec.x: no such Secret"));
        verdict.Ready.Reason.ShouldBe("SecretNotFound");
    }

    [Fact]
    public void A_warning_leaves_it_accepted()
    {
        var problem = new ResourceProblem(Make.Ref(), "Doubtful", "hm", IsError: false);
        var view = Loaded with { Desired = Make.Desired(problems: [problem]) };

        Judge.ByStack(Rule, view).Accepted.Status.ShouldBe("True");
    }

    [Fact]
    public void What_a_component_refused_says_so_until_its_spec_changes()
    {
        var view = Loaded with
        {
            Refused = new Dictionary<ResourceRef, RefusedResource>
            {
                [Make.Ref()] = new(new IntentId("uid-too-slow", 1), "parse error"),
            },
        };

        By(Rule, view).Accepted.ShouldBe(Judgement.No("RefusedByComponent", "parse error"));
        By(Make.Entry(Make.Rule(generation: 2)), view).Accepted.Status.ShouldBe("True");
    }

    public static TheoryData<string, string, string> NotLoaded() =>
        new()
        {
            { "paused", "Unknown", "Paused" },
            { "edited", "False", "Pending" },
            { "searching", "False", "Withheld" },
            { "not in prometheus", "False", "Loading" },
            { "no answer", "Unknown", "NoAnswer" },
            { "not reported", "False", "NotReported" },
            { "reading of another plan", "True", "Loaded" },
        };

    [Theory, MemberData(nameof(NotLoaded))]
    public void Why_a_rule_is_not_loaded(string why, string status, string reason)
    {
        var entry = why is "edited" or "searching" ? Make.Entry(Make.Rule(generation: 2)) : Rule;
        var view = why switch
        {
            "paused" => Loaded with { Paused = true },
            "searching" => Loaded with { Search = RefusalSearch.Start([Make.Ref()], "prometheus") },
            "not in prometheus" => Loaded with { InPrometheusRendered = new Dictionary<ResourceRef, IntentId>() },
            "no answer" => Loaded with { Live = LiveState.Unknown with { Plan = Plan } },
            "not reported" => Loaded with { Live = Loaded.Live with { LoadedRules = new HashSet<ResourceRef>() } },
            "reading of another plan" => Loaded with { Live = LiveState.Unknown with { Plan = Make.Desired() } },
            _ => Loaded,
        };

        var loaded = By(entry, view).Loaded.ShouldNotBeNull();
        (loaded.Status, loaded.Reason).ShouldBe((status, reason));
    }

    [Fact]
    public void A_disabled_rule_is_done_with_once_it_is_out_of_the_files_and_not_before()
    {
        var rule = Make.Rule(generation: 2);
        var disabled = Make.Entry(rule with { Spec = rule.Spec with { Enabled = false } });
        By(disabled, Loaded).Loaded!.Value.Reason.ShouldBe("Pending");

        var now = new Dictionary<ResourceRef, IntentId> { [Make.Ref()] = new IntentId("uid-too-slow", 2) };
        By(disabled, Loaded with { Rendered = now }).Loaded!.Value.Reason.ShouldBe("Loading");
        By(disabled, Loaded with { Rendered = now, InPrometheusRendered = now })
            .Loaded!.Value.ShouldBe(Judgement.Yes("Disabled", "the rule is disabled and in no rule file"));
    }

    [Fact]
    public void A_probe_needs_the_prober_too()
    {
        var entry = new ResourceEntry<Api.HealthProbe>(
            Make.Probe(),
            Make.Ref("front", "HealthProbe"),
            Make.Taken(Make.StackKey),
            null
        );
        By(entry, Loaded).Loaded!.Value.Status.ShouldBe("True");

        var loads = new Dictionary<string, LoadOutcome>
        {
            ["blackbox-exporter"] = new(LoadState.Waiting, null, "no replica of blackbox-exporter is ready"),
        };
        By(entry, Loaded with { Loads = loads })
            .Loaded!.Value.ShouldBe(Judgement.No("Loading", "no replica of blackbox-exporter is ready"));
    }

    [Fact]
    public void A_dashboard_is_loaded_by_nobody()
    {
        var entry = new ResourceEntry<Api.Dashboard>(
            new Api.Dashboard { Metadata = Make.Meta("board") },
            Make.Ref("board", "Dashboard"),
            Make.Taken(Make.StackKey),
            null
        );
        Reasons(By(entry, Loaded)).ShouldBe("Accepted Unknown Pending, Selected True Selected, Ready Unknown Pending");

        var rendered = Plan with
        {
            Dashboards = new Dictionary<Kubernetes.Models.ObjectKey, RenderedDashboard>
            {
                [entry.Reference.Key] = new("u", "t", 1, 1),
            },
        };
        Reasons(By(entry, Loaded with { Desired = rendered }))
            .ShouldBe(
                "Accepted True Valid, Selected True Selected, ChecksPassed True NothingDoubtful, Ready True Ready"
            );
    }

    [Fact]
    public void What_no_stack_takes_says_why()
    {
        var entry = Rule with { Selection = new SelectionResult([], "LabelsNotSelected", "label it") };

        Reasons(Judge.Unselected(entry))
            .ShouldBe(
                "Accepted True Valid, Selected False LabelsNotSelected, Loaded False NotSelected, Ready False LabelsNotSelected"
            );
    }

    private static Verdict By(ResourceEntry entry, StackView view) => Judge.ByStack(entry, view);

    private static string Reasons(Verdict verdict) =>
        string.Join(", ", verdict.Conditions().Select(it => $"{it.Type} {it.Judgement.Status} {it.Judgement.Reason}"));
}
