using Binnacle.Api;
using Binnacle.Api.Validation;
using Binnacle.Rendering.Rules;

namespace Binnacle.Rendering;

/// <summary>
/// What rendering an AlertRule would say of it, without a stack: PromQL, templates, labels that overrule each other.
/// The same code as the render's, hence the same words. Pure.
/// </summary>
public static class RuleReview
{
    /// <summary>Problems by field; none for a rule that is not enabled, as nothing of it is rendered.</summary>
    public static IReadOnlyList<FieldProblem> Check(AlertRule rule) =>
        [.. new AlertRuleFragments(enforcedLabel: null).Render(rule).Problems.Select(ByField)];

    /// <summary>The render puts the field before the first colon.</summary>
    private static FieldProblem ByField(ResourceProblem problem)
    {
        var colon = problem.Message.IndexOf(':', StringComparison.Ordinal);
        var severity = problem.IsError ? ProblemSeverity.Error : ProblemSeverity.Warning;
        return colon < 0
            ? new FieldProblem("spec", problem.Message, severity)
            : new FieldProblem(problem.Message[..colon], problem.Message[(colon + 1)..].TrimStart(), severity);
    }
}
