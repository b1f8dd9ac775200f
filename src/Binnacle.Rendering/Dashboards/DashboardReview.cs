using Binnacle.Api;
using Binnacle.Api.Syntax;
using Binnacle.Api.Validation;
using Binnacle.PromQL;
using Binnacle.PromQL.Grafana;
using Binnacle.PromQL.Linting;
using Binnacle.Rendering.Common;

namespace Binnacle.Rendering.Dashboards;

/// <summary>Checks the PromQL of a dashboard: panels, variables and annotations. Pure.</summary>
public static class DashboardReview
{
    /// <summary>Problems listed of one dashboard; the others are counted.</summary>
    private const int Shown = 20;

    /// <summary>
    /// What is wrong with the queries that the dashboard itself holds; content of a ConfigMap is not looked at here.
    /// </summary>
    public static IReadOnlyList<FieldProblem> Check(Dashboard dashboard)
    {
        DashboardContent? content = null;
        var field = "spec.json";
        if (dashboard.Spec.Json is { } json)
        {
            DashboardContent.TryReadJson(json, out content, out _);
        }
        else if (dashboard.Spec.GzipJson is { } gzip)
        {
            field = "spec.gzipJson";
            DashboardContent.TryReadGzip(gzip, out content, out _);
        }

        return content is null ? [] : Check(dashboard, field, content);
    }

    /// <summary>What is wrong or doubtful with the queries of a dashboard that was read from <paramref name="field"/>.</summary>
    internal static IReadOnlyList<FieldProblem> Check(Dashboard dashboard, string field, DashboardContent content)
    {
        var problems = new List<FieldProblem>();
        var findings = new List<LintFinding>();
        foreach (var query in content.PromQl)
        {
            var read = GrafanaQuery.Read(query.Text);
            problems.AddRange(read.Errors.Select(error => Problem(field, query, read, error)));
            findings.AddRange(GrafanaLints.Check(read, new LintSource(query.Place, query.Text)));
        }

        var silences = LintSilences.Parse(dashboard.Metadata.Annotations?.GetValueOrDefault(LintSilences.Annotation));
        problems.AddRange(
            silences
                .Apply(findings)
                .Where(finding => finding.Severity is not LintSeverity.Info)
                .Select(finding => new FieldProblem(field, Marked.Finding(finding), ProblemSeverity.Warning))
        );
        return problems.Count <= Shown
            ? problems
            :
            [
                .. problems.OrderByDescending(problem => problem.IsError).Take(Shown),
                new FieldProblem(field, $"and {problems.Count - Shown} more", ProblemSeverity.Warning),
            ];
    }

    private static FieldProblem Problem(string field, DashboardQuery query, GrafanaQuery read, SyntaxError error) =>
        read.IsCertain
            ? new FieldProblem(field, $"{query.Place}:{error}{Marked.Excerpt(query.Text, error.Offset, error.End)}")
            : new FieldProblem(
                field,
                $"{query.Place}:{error} (as far as can be told without the values of its variables)"
                    + Marked.Excerpt(query.Text, error.Offset, error.End),
                ProblemSeverity.Warning
            );
}
