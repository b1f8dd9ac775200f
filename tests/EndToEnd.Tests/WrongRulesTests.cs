using System.Text.Json;
using Binnacle.Api;
using EndToEnd.Tests.Harness;
using Kubernetes.Models;

namespace EndToEnd.Tests;

/// <summary>
/// Five hundred rules of which a hundred are wrong, each in its own way: the wrong ones say why, all others load, and
/// Prometheus never sees one that it would refuse. Once with admission in force, and once without.
/// </summary>
[Collection(SharedStackTests.Name)]
public sealed class WrongRulesTests(ClusterFixture cluster, SharedStack stack) : EndToEndTest(cluster)
{
    private const int Good = 400;

    /// <summary>What Prometheus refuses to parse, one fault each.</summary>
    private static readonly string[] Expressions =
    [
        "sum(",
        "rate(up)",
        "rate(up[5m]",
        "up ==",
        "frobnicate(up)",
        "up{job=~\"(\"}",
        "up{job=}",
        "up > > 1",
        "{}",
        "up{job=\"a\",,}",
        "sum by (job up",
        "histogram_quantile(up)",
        "up offset x",
        "up @ foo",
        "1 and up",
        "up + on(a) group_left(a) up",
        "topk(up)",
        "1 == 1",
        "label_replace(up, \"a\", \"b\", \"c\")",
        "up[5m:",
        "up{__name__=\"x\"}",
        "time(1)",
        "rate(up[5x])",
        "sum(up[5m])",
    ];

    /// <summary>What Prometheus refuses to load as a template.</summary>
    private static readonly string[] Templates =
    [
        "{{ frobnicate $value }}",
        "{{ $labels.x ",
        "{{ if }}a{{ end }}",
        "{{ end }}",
        "{{ $x }}",
        "{{ range $value }}",
        "{{ template }}",
        "{{ \"abc }}",
        "{{ else }}",
        "{{ $value | 5 }}",
    ];

    private AdmittingOperator _admission = null!;

    /// <inheritdoc />
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _admission = await AdmittingOperator.PrepareAsync(Cluster);
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Cluster.Unavailable is null)
        {
            await _admission.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Guarantee", "P8")]
    public async Task All_good_ones_load_and_all_wrong_ones_say_why(bool admission)
    {
        await using var home = await stack.NamespaceAsync(admission ? "told" : "untold");
        if (admission)
        {
            await home.LabelAsync(stack.Selected, _admission.Checked);
            await _admission.InstallAsync();
            await _admission.StartAsync();
            await _admission.RefusesAsync(home);
        }

        var wrong = Wrong().Index().ToDictionary(rule => $"wrong-{rule.Index}", rule => rule.Item);
        wrong.Count.ShouldBe(100);
        wrong.Values.Distinct().Count().ShouldBe(100);
        await home.ApplyAllAsync(
            Enumerable.Range(0, Good).Select(i => AlertRuleTests.Rule($"right-{i}", $"up{{job=\"j{i}\"}} == 0"))
        );
        await Parallel.ForEachAsync(
            wrong,
            Cancellation,
            async (rule, _) =>
            {
                var manifest = AlertRuleTests.Rule(rule.Key, Json(rule.Value.Expr), rule.Value.More);
                if (admission)
                {
                    (await home.RefusalAsync(manifest)).ShouldContain(rule.Value.Field);
                }
                else
                {
                    await home.ApplyAsync(manifest);
                }
            }
        );

        await home.ShouldAllAsync<AlertRule>(rules =>
        {
            rules.Count.ShouldBe(admission ? Good : Good + wrong.Count);
            rules.Count(rule => Has(rule, ConditionTypes.Loaded, "True")).ShouldBe(Good, "loaded rules");
            rules
                .Count(rule => Has(rule, ConditionTypes.Accepted, "False"))
                .ShouldBe(rules.Count - Good, "refused rules");
        });
        foreach (var rule in (await home.ListAsync<AlertRule>()).Where(rule => wrong.ContainsKey(rule.Metadata.Name!)))
        {
            rule.Status!.Conditions.ShouldFail(ConditionTypes.Accepted)
                .Message.ShouldContain(wrong[rule.Metadata.Name!].Field, customMessage: rule.Spec.Expr);
        }

        (await Cluster.Operator.MetricAsync("binnacle_config_refusals_total", Cancellation)).ShouldBe(0);
        (await Cluster.Operator.MetricAsync("binnacle_refusal_searches_total", Cancellation)).ShouldBe(0);
        foreach (var pod in await stack.Components.PodsAsync("prometheus"))
        {
            (await LogAsync(pod)).ShouldNotContain("loading groups failed");
        }
    }

    private static bool Has(AlertRule rule, string condition, string status) =>
        rule.Status?.ObservedGeneration == rule.Metadata.Generation
        && rule.Status?.Conditions?.Any(c => c.Type == condition && c.Status == status) == true;

    /// <summary>A hundred faults: where they are told, and the rule that has them.</summary>
    private static IEnumerable<(string Field, string Expr, string More)> Wrong()
    {
        foreach (var expression in Expressions)
        {
            yield return ("spec.expr", expression, "");
            yield return ("spec.recordings[0].expr", "up == 0", $"recordings: [{{name: r, expr: {Json(expression)}}}]");
        }

        foreach (var expression in Expressions.Take(12))
        {
            yield return ("spec.expr", $"absent(up)\nor ({expression})", "");
        }

        foreach (var template in Templates)
        {
            yield return ("spec.summary", "up == 0", $"summary: {Json(template)}");
            yield return ("spec.description", "up == 0", $"description: {Json(template)}");
            yield return ("spec.labels.x", "up == 0", $"labels: {{x: {Json(template)}}}");
            yield return ("spec.annotations.y", "up == 0", $"annotations: {{y: {Json(template)}}}");
        }
    }

    private async Task<string> LogAsync(Pod pod)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"/api/v1/namespaces/{pod.Metadata.Namespace}/pods/{pod.Metadata.Name}/log?container=prometheus"
        );
        using var answer = await Cluster.Client.SendAsync(request, Cancellation);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }

    /// <summary>A YAML text as well as a JSON one.</summary>
    private static string Json(string text) => JsonSerializer.Serialize(text);
}
