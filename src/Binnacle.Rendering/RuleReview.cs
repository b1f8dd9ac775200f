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
        [.. Problems(rule, environment).Where(problem => !problem.IsRemark).Select(ByField)];

    private static IReadOnlyList<ResourceProblem> Problems(AlertRule rule, RuleEnvironment environment)
    {
        var fragment = new AlertRuleFragments(environment).Render(rule);
        return environment.Twin is null
            ? fragment.Problems
            : [.. fragment.Problems, .. DuplicateRules.Find(fragment, environment.Twin)];
    }

    /// <summary>A number for each rule of a resource: two rules that do the same have the same.</summary>
    public static IReadOnlyList<ulong> Numbers(AlertRule rule, RuleEnvironment environment) =>
        [.. new AlertRuleFragments(environment).Render(rule).Keys.Select(key => key.Hash)];

    /// <summary>
    /// What the types that targets tell of a rule's metrics change in what lints find by their names, in the words of the
    /// render.
    /// </summary>
    public static (IReadOnlyList<string> Found, IReadOnlyList<string> Denied) ByTypes(
        AlertRule rule,
        RuleEnvironment environment
    )
    {
        if (environment.MetricTypes is null)
        {
            return ([], []);
        }

        var typed = Problems(rule, environment).Where(problem => !problem.IsError).ToList();
        var named = Problems(rule, environment with { MetricTypes = null })
            .Where(problem => !problem.IsError)
            .Select(problem => problem.Message)
            .ToList();
        return (
            [.. typed.Where(problem => !problem.IsRemark).Select(problem => problem.Message).Except(named)],
            [.. named.Except(typed.Select(problem => problem.Message))]
        );
    }

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
