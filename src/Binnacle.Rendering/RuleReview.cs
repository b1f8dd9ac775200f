using Binnacle.Api;
using Binnacle.Api.Validation;
using Binnacle.Rendering.Rules;

namespace Binnacle.Rendering;

/// <summary>
/// What rendering an AlertRule would say of it: PromQL, templates, labels that overrule each other, lints. The same code
/// as the render's, hence the same words. Pure.
/// </summary>
public static class RuleReview
{
    /// <summary>Problems by field; none for a rule that is not enabled, as nothing of it is rendered.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="environment">The stack that takes it, or <see cref="RuleEnvironment.Unknown"/>.</param>
    public static IReadOnlyList<FieldProblem> Check(AlertRule rule, RuleEnvironment environment) =>
        [.. new AlertRuleFragments(enforcedLabel: null, environment).Render(rule).Problems.Where(problem => !problem.IsRemark).Select(ByField)];

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
