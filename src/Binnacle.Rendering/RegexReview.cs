using Binnacle.Api;
using Binnacle.Api.Syntax;
using Binnacle.Api.Validation;
using Binnacle.PromQL.RegularExpressions;
using Kubernetes.Models;

namespace Binnacle.Rendering;

/// <summary>
/// Checks the regular expressions of a resource as the component that gets them would, so that none of them keeps a
/// configuration from loading. Pure.
/// </summary>
public static class RegexReview
{
    /// <summary>What is wrong, by field; empty for kinds without regular expressions.</summary>
    public static IReadOnlyList<FieldProblem> Check(KubernetesObject resource) =>
        resource switch
        {
            ScrapeTarget target => [.. Target(target.Spec)],
            HealthProbe probe => [.. Probe(probe.Spec)],
            MonitoringStack stack => [.. Routes(stack.Spec.Alerting)],
            _ => [],
        };

    private static IEnumerable<FieldProblem> Target(ScrapeTargetSpec spec) =>
        Each("spec.keepMetrics", spec.KeepMetrics, Listed)
            .Concat(Each("spec.dropMetrics", spec.DropMetrics, Listed))
            .Concat(Each("spec.dropLabels", spec.DropLabels, Listed))
            .Concat(Steps("spec.relabelings", spec.Relabelings))
            .Concat(Steps("spec.metricRelabelings", spec.MetricRelabelings));

    private static IEnumerable<FieldProblem> Steps(string field, IReadOnlyList<Relabeling> steps) =>
        steps.SelectMany(
            (step, i) =>
                step.Regex is { } regex && Problem(regex, Re2Use.Relabeling) is { } message
                    ? [new FieldProblem($"{field}[{i}].regex", message)]
                    : Enumerable.Empty<FieldProblem>()
        );

    private static IEnumerable<FieldProblem> Probe(HealthProbeSpec spec) =>
        Each("spec.http.bodyMatches", spec.Http?.BodyMatches, Found)
            .Concat(Each("spec.http.bodyNotMatches", spec.Http?.BodyNotMatches, Found))
            .Concat(Each("spec.tcp.expect", spec.Tcp?.Expect, Found))
            .Concat(Each("spec.dns.answerMatches", spec.Dns?.AnswerMatches, Found));

    private static IEnumerable<FieldProblem> Routes(AlertingSpec alerting)
    {
        for (var i = 0; i < alerting.Routes.Count; i++)
        {
            var texts = alerting.Routes[i].Matchers;
            for (var j = 0; j < texts.Count; j++)
            {
                // What is no matcher at all is told by those who check fields.
                foreach (var matcher in Matcher.TryParse(texts[j], out var matchers, out _) ? matchers : [])
                {
                    if (
                        matcher.Operator is MatchOperator.Matches or MatchOperator.NotMatches
                        && Problem(matcher.Value, Re2Use.WholeText) is { } message
                    )
                    {
                        yield return new FieldProblem(
                            $"spec.alerting.routes[{i}].matchers[{j}]",
                            $"'{texts[j]}': {message}"
                        );
                    }
                }
            }
        }
    }

    private static IEnumerable<FieldProblem> Each(
        string field,
        IReadOnlyList<string>? patterns,
        Func<string, string?> problem
    ) =>
        (patterns ?? []).SelectMany(
            (pattern, i) =>
                problem(pattern) is { } message
                    ? [new FieldProblem($"{field}[{i}]", message)]
                    : Enumerable.Empty<FieldProblem>()
        );

    private static string? Found(string pattern) => Problem(pattern, Re2Use.Search);

    /// <summary>One of several that are joined to one: it must be whole in itself, and close what it opens.</summary>
    private static string? Listed(string pattern) =>
        Problem(pattern, Re2Use.Search) ?? Problem(pattern, Re2Use.Relabeling);

    private static string? Problem(string pattern, Re2Use use) =>
        Re2Pattern.Check(pattern, use) is { } fault ? $"'{pattern}' is no regular expression: {fault}" : null;
}
