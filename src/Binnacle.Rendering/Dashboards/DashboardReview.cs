using Binnacle.Api;
using Binnacle.Api.Syntax;
using Binnacle.Api.Validation;
using Binnacle.PromQL.Grafana;

namespace Binnacle.Rendering.Dashboards;

/// <summary>Checks the PromQL of a dashboard: panels, variables and annotations. Pure.</summary>
public static class DashboardReview
{
    /// <summary>Errors listed of one dashboard; the others are counted.</summary>
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

        return content is null ? [] : Check(field, content);
    }

    /// <summary>What is wrong with the queries of a dashboard that was read from <paramref name="field"/>.</summary>
    internal static IReadOnlyList<FieldProblem> Check(string field, DashboardContent content)
    {
        var problems = new List<FieldProblem>();
        foreach (var query in content.PromQl)
        {
            var read = GrafanaQuery.Read(query.Text);
            foreach (var error in read.Errors)
            {
                problems.Add(
                    read.IsCertain
                        ? new FieldProblem(field, $"{query.Place}: {error}")
                        : new FieldProblem(
                            field,
                            $"{query.Place}: {error} (as far as can be told without the values of its variables)",
                            ProblemSeverity.Warning
                        )
                );
            }
        }

        return problems.Count <= Shown
            ? problems
            :
            [
                .. problems.OrderByDescending(problem => problem.IsError).Take(Shown),
                new FieldProblem(field, $"and {problems.Count - Shown} more", ProblemSeverity.Warning),
            ];
    }
}
