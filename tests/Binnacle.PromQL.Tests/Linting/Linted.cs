using Binnacle.PromQL.Linting;

namespace Binnacle.PromQL.Tests.Linting;

/// <summary>Runs one lint over what a test gives it.</summary>
internal static class Linted
{
    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(30);

    /// <summary>The lint's findings on an expression, as one line each.</summary>
    public static IReadOnlyList<string> Find<TLint>(
        string expression,
        LintUse use = LintUse.Alert,
        Func<LintContext, LintContext>? change = null
    )
        where TLint : LintRule, new() => [.. Findings<TLint>(Expression(expression, use), change).Select(Line)];

    /// <summary>The lint's findings on a rule as YAML has it, as one line each.</summary>
    public static IReadOnlyList<string> FindInRule<TLint>(string yaml, Func<LintContext, LintContext>? change = null)
        where TLint : LintRule, new() => [.. Findings<TLint>(Rule(yaml), change).Select(Line)];

    /// <summary>The lint's findings, whole.</summary>
    public static IEnumerable<LintFinding> Findings<TLint>(
        LintContext context,
        Func<LintContext, LintContext>? change = null
    )
        where TLint : LintRule, new()
    {
        var id = new TLint().Id;
        return Linter.Check(change is null ? context : change(context)).Where(finding => finding.Id == id);
    }

    public static LintContext Expression(string expression, LintUse use = LintUse.Alert)
    {
        var parsed = PromQlExpression.Parse(expression, PromQlOptions.Any);
        parsed.Errors.ShouldBeEmpty();
        return new LintContext(use, new LintSource("expr", expression), parsed.Root)
        {
            ScrapeInterval = ScrapeInterval,
        };
    }

    public static LintContext Rule(string yaml) =>
        RuleFile.Read("", yaml).ShouldHaveSingleItem().Context().ShouldNotBeNull();

    /// <summary>Metadata of the metrics named, and of no other.</summary>
    public static Func<LintContext, LintContext> WithTypes(params (string Metric, MetricType Type)[] types) =>
        context =>
            context with
            {
                MetricTypes = name =>
                    types.Where(type => type.Metric == name).Select(type => (MetricType?)type.Type).FirstOrDefault(),
            };

    private static string Line(LintFinding finding) => finding.ToString();
}
