using Binnacle.Api;
using Binnacle.Api.Validation;
using Binnacle.Rendering;
using Binnacle.Rendering.Dashboards;
using Kubernetes.Models;

namespace Binnacle.Operator.Observing;

/// <summary>Validates a resource alone, and puts what is wrong into one text.</summary>
internal static class ResourceCheck
{
    private const int Shown = 8;

    /// <summary>
    /// What is wrong or doubtful with a resource, as far as it can be told from the resource alone: what keeps it out of
    /// every stack, and what each render would say of it.
    /// </summary>
    /// <param name="resource">The resource.</param>
    /// <param name="deep">
    /// Also what a render would say of a resource that never gets that far, partly the same in other words.
    /// </param>
    public static IReadOnlyList<FieldProblem> Problems(KubernetesObject resource, bool deep = false)
    {
        var problems = Alone(resource);
        if (!deep && problems.Any(problem => problem.IsError))
        {
            return problems;
        }

        return resource switch
        {
            AlertRule rule => [.. problems, .. RuleReview.Check(rule)],
            Dashboard dashboard => [.. problems, .. DashboardReview.Check(dashboard)],
            _ => problems,
        };
    }

    // Alertmanager finds a bad template only when it is about to notify someone, and one bad regular expression keeps a
    // whole configuration from loading: such a resource must not get that far.
    private static IReadOnlyList<FieldProblem> Alone(KubernetesObject resource)
    {
        IReadOnlyList<FieldProblem> problems =
        [
            .. ResourceValidator.Validate(resource),
            .. RegexReview.Check(resource),
        ];
        return resource is MonitoringStack stack ? [.. problems, .. StackReview.Check(stack)] : problems;
    }

    /// <summary>Every error with its field, on a line each; null when there is none.</summary>
    public static string? Rejection(KubernetesObject resource)
    {
        var errors = Alone(resource).Where(problem => problem.IsError).ToList();
        if (errors.Count == 0)
        {
            return null;
        }

        var more = errors.Count > Shown ? $"\nand {errors.Count - Shown} more" : "";
        return string.Join('\n', errors.Take(Shown)) + more;
    }
}
