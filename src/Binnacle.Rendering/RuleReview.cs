using System.Text.RegularExpressions;
using Binnacle.Api;
using Binnacle.Api.Validation;
using Binnacle.Rendering.Rules;

namespace Binnacle.Rendering;

/// <summary>
/// What rendering an AlertRule would say of it: PromQL, templates, labels that overrule each other, lints. The same code
/// as the render's, hence the same words. Pure.
/// </summary>
public static partial class RuleReview
{
    /// <summary>Problems by field; none for a rule that is not enabled, as nothing of it is rendered.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="environment">The stack that takes it, or <see cref="RuleEnvironment.Unknown"/>.</param>
    public static IReadOnlyList<FieldProblem> Check(AlertRule rule, RuleEnvironment environment) =>
        [
            .. new AlertRuleFragments(enforcedLabel: null, environment)
                .Render(rule)
                .Problems.Where(problem => !problem.IsRemark)
                .Select(ByField),
        ];

    /// <summary>
    /// What lints find in a rule with the types that targets tell of its metrics, and would not find by their names: each
    /// as <c>spec.expr:1:17: …</c>.
    /// </summary>
    public static IReadOnlyList<string> ByTypes(AlertRule rule, RuleEnvironment environment) =>
        environment.MetricTypes is null
            ? []
            : [.. Warnings(rule, environment).Except(Warnings(rule, environment with { MetricTypes = null }))];

    private static IEnumerable<string> Warnings(AlertRule rule, RuleEnvironment environment) =>
        Check(rule, environment).Where(problem => !problem.IsError).Select(problem => problem.ToString());

    /// <summary>The render says <c>field: message</c> or, of a place in a text, <c>field:line:column: message</c>.</summary>
    private static FieldProblem ByField(ResourceProblem problem)
    {
        var match = FieldAndPlace().Match(problem.Message);
        var severity = problem.IsError ? ProblemSeverity.Error : ProblemSeverity.Warning;
        return match.Success
            ? new FieldProblem(match.Groups["field"].Value, problem.Message[match.Length..], severity)
            {
                Place = match.Groups["place"].Value,
            }
            : new FieldProblem("spec", problem.Message, severity);
    }

    [GeneratedRegex(
        @"\A(?<field>(spec|metadata)[^:\s]*)(:(?<place>\d+:\d+))?:\s+",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex FieldAndPlace();
}
