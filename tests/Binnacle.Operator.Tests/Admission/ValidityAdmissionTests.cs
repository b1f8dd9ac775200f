using System.Text.Json;
using Binnacle.Api;
using Binnacle.Operator.Admission;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Rendering;
using Binnacle.Rendering.Rules;
using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Models;
using Kubernetes.Runtime.Webhooks;

namespace Binnacle.Operator.Tests.Admission;

public sealed class ValidityAdmissionTests
{
    private static readonly ValidityAdmission Admission = new(_ => RuleEnvironment.Unknown);

    [Theory]
    [InlineData("AlertRule", "{expr: 'sum('}", "spec.expr")]
    [InlineData("AlertRule", "{expr: up, recordings: [{name: a, expr: '1 +'}]}", "spec.recordings[0].expr")]
    [InlineData("AlertRule", "{expr: up == 0, summary: '{{ $labels.x '}", "spec.summary")]
    [InlineData("Dashboard", "{json: 'not json'}", "spec.json")]
    [InlineData("HealthProbe", "{type: HTTP, targets: ['not a url']}", "spec.targets[0]")]
    [InlineData("MonitoringStack", "{metrics: {scrapeInterval: 0s}}", "spec.metrics.scrapeInterval")]
    [InlineData("ScrapeTarget", "{static: {targets: ['a:1']}, interval: 10s, timeout: 20s}", "spec.timeout")]
    [InlineData("ScrapeTarget", "{static: {targets: ['a:1']}, keepMetrics: ['(?=a)']}", "spec.keepMetrics[0]")]
    [InlineData(
        "HealthProbe",
        "{type: HTTP, targets: ['http://a'], http: {bodyMatches: ['(']}}",
        "spec.http.bodyMatches[0]"
    )]
    [InlineData(
        "MonitoringStack",
        "{alerting: {channels: [{name: a, webhook: {urlRef: {name: a, key: b}}}], defaultChannels: [a], routes: [{channels: [a], matchers: ['a=~\"(\"']}]}}",
        "spec.alerting.routes[0].matchers[0]"
    )]
    [Trait("Guarantee", "V20")]
    public void A_wrong_object_of_each_kind_is_refused_by_field(string kind, string spec, string field)
    {
        var verdict = Admission.Review(Requests.Of(kind, spec));
        verdict.Allowed.ShouldBeFalse();
        verdict.Code.ShouldBe(422);
        verdict.Reason.ShouldBe("Invalid");
        verdict.Causes.ShouldHaveSingleItem().Field.ShouldBe(field);
        verdict.Causes[0].Reason.ShouldBe("FieldValueInvalid");
        verdict.Message.ShouldBe($"{kind} \"thing\" is invalid: {field}: {verdict.Causes[0].Message}");
    }

    [Fact]
    [Trait("Guarantee", "V20")]
    public void Every_error_is_a_cause_of_its_own()
    {
        var verdict = Admission.Review(
            Requests.Of("AlertRule", "{expr: up == 0, for: often, labels: {bad-name: x, alertname: y}}")
        );
        verdict
            .Causes.Select(cause => cause.Field)
            .ShouldBe(["spec.for", "spec.labels[bad-name]", "spec.labels[alertname]"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("AlertRule", "{expr: 'sum('}")]
    [InlineData("AlertRule", "{expr: up, for: often}")]
    [InlineData("AlertRule", "{expr: 'rate(up)', labels: {a: '{{ nope'}}")]
    [InlineData("ScrapeTarget", "{static: {targets: ['http://a:1/metrics']}}")]
    [InlineData("Dashboard", "{json: '[]'}")]
    [Trait("Guarantee", "V21")]
    public void Admission_and_reconciling_say_the_same(string kind, string spec)
    {
        var request = Requests.Of(kind, spec);
        var resource = AdmissionObjects.Read(request, out _)!.New;
        var later =
            ResourceCheck.Rejection(resource)
            ?? string.Join(
                '\n',
                new StackRenderer()
                    .Render(
                        new StackSnapshot
                        {
                            Stack = new MonitoringStack
                            {
                                Metadata = new ObjectMeta { Name = "s", Namespace = "m" },
                            },
                            AlertRules = [(AlertRule)resource],
                        }
                    )
                    .Problems.Select(problem => problem.Message)
            );
        var now = Admission.Review(request).Causes.Select(cause => $"{cause.Field}: {cause.Message}");
        Plain(string.Join('\n', now)).ShouldBe(Plain(later));

        // Positions follow the field without a space.
        static string Plain(string text) => text.Replace(": ", ":", StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Guarantee", "V11")]
    public void What_is_doubtful_is_allowed_with_a_warning()
    {
        var verdict = Admission.Review(Requests.Of("AlertRule", "{expr: up == 0, for: 10s, interval: 1m}"));
        verdict.Allowed.ShouldBeTrue();
        verdict
            .Warnings.ShouldHaveSingleItem()
            .ShouldStartWith("spec.for:1:1: 10s is over before the next evaluation, 1m later");
        Admission
            .Review(Requests.Of("AlertRule", "{expr: up == 0, stackRef: {name: no-such-stack}}"))
            .ShouldBe(AdmissionVerdict.Allow);
    }

    [Fact]
    [Trait("Guarantee", "V11")]
    public void A_warning_marks_the_part_that_is_meant_on_its_one_line()
    {
        var verdict = Admission.Review(Requests.Of("AlertRule", "{expr: 'sum(rate(node_memory_free_bytes[5m])) > 5'}"));
        verdict.Allowed.ShouldBeTrue();
        var warning = verdict.Warnings.ShouldHaveSingleItem();
        warning.ShouldStartWith("spec.expr:1:");
        warning.ShouldEndWith("(rate-of-gauge): sum(rate(>>>node_memory_free_bytes<<<[5m])) > 5");
        warning.ShouldNotContain('\n');
    }

    [Fact]
    public void A_rule_that_repeats_another_is_told_so()
    {
        using var it = new Harness();
        it.Know(view => view);
        it.World.AlertRuleStore.Set(Make.Rule("known", "sum by (job) (rate(errors_total[5m])) > 1"));
        it.World.AlertRuleStore.Set(Make.Rule("thing", "sum by (job) (rate(errors_total[5m])) > 1"));
        var admission = new ValidityAdmission(it.World.EnvironmentOf);

        // Itself is no twin, and a rule with other labels does something else.
        Twins("{expr: 'sum by(job)(rate( errors_total[5m])) > 1'}").ShouldBe(["AlertRule shop/known"]);
        Twins("{expr: 'sum by(job)(rate( errors_total[5m])) > 1', severity: Critical}").ShouldBeEmpty();
        Twins("{expr: 'sum by (job) (rate(errors_total[5m])) > 2'}").ShouldBeEmpty();

        it.World.AlertRuleStore.Set(
            Make.Rule("known", "sum by (job) (rate(errors_total[5m])) > 2", version: "7", generation: 2)
        );
        Twins("{expr: 'sum by (job) (rate(errors_total[5m])) > 1'}").ShouldBeEmpty();
        Twins("{expr: 'sum by (job) (rate(errors_total[5m])) > 2'}").ShouldBe(["AlertRule shop/known"]);

        IEnumerable<string> Twins(string spec) =>
            admission
                .Review(Requests.Of("AlertRule", spec))
                .Warnings.Where(warning => warning.Contains("(duplicate-rule)", StringComparison.Ordinal))
                .Select(warning =>
                    warning["spec.expr:1:1: ".Length..warning.IndexOf(" has ", StringComparison.Ordinal)]
                );
    }

    [Theory]
    [InlineData("{expr: 'sum('}", "{expr: 'sum('}", true)]
    [InlineData("{expr: 'sum('}", "{expr: 'sum(', for: 5m}", true)]
    [InlineData("{expr: 'sum(', for: often}", "{expr: 'sum(', for: 5m}", true)]
    [InlineData("{expr: 'sum('}", "{expr: 'sum(', for: often}", false)]
    [InlineData("{expr: 'sum('}", "{expr: 'sum(('}", false)]
    [InlineData("{expr: up}", "{expr: 'sum('}", false)]
    [Trait("Guarantee", "V22")]
    public void An_update_is_refused_for_what_it_makes_wrong(string before, string after, bool allowed)
    {
        var verdict = Admission.Review(Requests.Of("AlertRule", after, before));
        verdict.Allowed.ShouldBe(allowed);
    }

    [Fact]
    [Trait("Guarantee", "V22")]
    public void A_wrong_object_can_lose_its_finalizers_and_labels_and_can_be_deleted()
    {
        const string Wrong = "{expr: 'sum('}";
        const string Kept = "{name: thing, namespace: shop, finalizers: [a.example.com/b], labels: {a: b}}";
        const string Dying =
            "{name: thing, namespace: shop, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [a.example.com/b]}";
        Review(Requests.Of("AlertRule", Wrong, Wrong, oldMetadata: Kept)).ShouldBe(AdmissionVerdict.Allow);
        Review(Requests.Of("AlertRule", Wrong, "{expr: up}", metadata: Dying)).ShouldBe(AdmissionVerdict.Allow);
        Review(Requests.Of("AlertRule", null, Wrong, operation: "DELETE")).ShouldBe(AdmissionVerdict.Allow);
        Review(Requests.Of("AlertRule", Wrong) with { SubResource = "status" }).ShouldBe(AdmissionVerdict.Allow);
    }

    [Fact]
    [Trait("Guarantee", "V12")]
    public void Reviews_of_something_else_are_refused_in_words()
    {
        Review(Requests.Of("AlertRule", null)).Message.ShouldBe("request.object is missing, expected a AlertRule");
        Review(Requests.Of("AlertRule", "{expr: up}") with { Object = JsonElement.Parse("null") }).Code.ShouldBe(400);
        Review(Requests.Of("AlertRule", "{expr: up}") with { Object = JsonElement.Parse("[1]") }).Code.ShouldBe(400);
        Review(Requests.Of("AlertRule", "{expr: [1]}"))
            .Message.ShouldBe("request.object is no AlertRule: $.spec.expr is not of the right type");
        var other = Requests.Of("AlertRule", "{expr: up}");
        Review(other with { Object = Requests.Of("Dashboard", "{json: '{}'}").Object })
            .Message.ShouldBe("request.object is no AlertRule: it says binnacle.dev/v1alpha1 Dashboard");
        Review(
            other with
            {
                Kind = new GroupVersionKind { Version = "v1", Kind = "Pod" },
            }
        )
            .Code.ShouldBe(400);
        Review(other with { Kind = null }).Code.ShouldBe(400);
    }

    /// <summary>Any JSON at all in the place of an object: a verdict, never an exception.</summary>
    [Fact]
    [Trait("Guarantee", "V12")]
    public void Whatever_the_object_is_there_is_a_verdict()
    {
        var scalars = Gen.Elements("null", "true", "-1e400", "\"\\ud800\"", "\"x\"", "{}", "[]", "[[[]]]", "1");
        var fields = Gen.Elements(
            "expr",
            "for",
            "labels",
            "recordings",
            "interval",
            "json",
            "targets",
            "services",
            "type"
        );
        var spec = Gen.Zip(fields, scalars)
            .ListOf()
            .Select(pairs =>
                "{" + string.Join(',', pairs.DistinctBy(p => p.Item1).Select(p => $"\"{p.Item1}\":{p.Item2}")) + "}"
            );
        var kinds = Gen.Elements(BinnacleResources.All.Select(type => type.Kind).ToArray());
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Gen.Zip(kinds, spec).ToArbitrary(),
                it =>
                {
                    var json =
                        $$"""{"apiVersion":"binnacle.dev/v1alpha1","kind":"{{it.Item1}}","metadata":{"name":"a"},"spec":{{it.Item2}}}""";
                    var request = Requests.Of(it.Item1, "{}") with { Object = JsonElement.Parse(json) };
                    Review(request).ShouldNotBeNull();
                }
            )
        );
    }

    private static AdmissionVerdict Review(AdmissionRequest request) => Admission.Review(request);
}
