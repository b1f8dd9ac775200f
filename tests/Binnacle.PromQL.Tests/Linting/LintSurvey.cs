using Binnacle.PromQL.Linting;

namespace Binnacle.PromQL.Tests.Linting;

/// <summary>Counts what the lints find in a folder of rule files, and shows samples to judge them by.</summary>
internal static class LintSurvey
{
    private const int SampleSize = 20;

    /// <summary><c>FOLDER [ID]</c>: the table of hits, or with an id a sample of them, the same one each time.</summary>
    public static int Run(string[] arguments, TextWriter output)
    {
        if (arguments.Length is 0 or > 2 || !Directory.Exists(arguments[0]))
        {
            output.WriteLine("usage: lint-survey FOLDER [LINT-ID]");
            return 2;
        }

        var rules = RuleFile.ReadAll(arguments[0]);
        var contexts = rules.Select(rule => (rule, context: rule.Context())).ToList();
        var read = contexts.Where(pair => pair.context is not null).ToList();
        var siblings = Siblings(read!);
        var hits = new List<(FiledRule Rule, LintFinding Finding)>();
        foreach (var (rule, context) in read)
        {
            // What prometheus-operator takes where nothing is said, as rule files do not say it.
            var complete = context! with
            {
                ScrapeInterval = TimeSpan.FromSeconds(30),
                EvaluationInterval = TimeSpan.FromSeconds(30),
                Siblings = siblings,
                Origin = rule.Origin,
                Policy = new LintPolicy(RequireSummary: true, RequireRunbook: true),
            };
            hits.AddRange(Linter.Check(complete).Select(finding => (rule, finding)));
        }

        if (arguments is [_, var id])
        {
            ShowSample(id, hits, output);
            return 0;
        }

        output.WriteLine(
            $"{read.Count} of {rules.Count} rules in {rules.Select(rule => rule.File).Distinct().Count()} files"
        );
        output.WriteLine("| lint | severity | hits | rules |");
        output.WriteLine("|---|---|---:|---:|");
        foreach (var lint in LintCatalog.All.OrderBy(lint => lint.Id, StringComparer.Ordinal))
        {
            var found = hits.Where(hit => hit.Finding.Id == lint.Id).ToList();
            output.WriteLine(
                $"| {lint.Id} | {lint.Severity} | {found.Count} | {found.Select(hit => hit.Rule).Distinct().Count()} |"
            );
        }

        return 0;
    }

    private static RuleIndex Siblings(IEnumerable<(FiledRule Rule, LintContext Context)> rules) =>
        new(
            rules.Select(pair => new RuleIdentity(
                pair.Rule.Origin,
                pair.Rule.Use,
                pair.Context.Root!,
                pair.Rule.Name,
                pair.Rule.For,
                pair.Context.Labels
            ))
        );

    /// <summary>Hits spread evenly over all, one per different message.</summary>
    private static void ShowSample(string id, List<(FiledRule Rule, LintFinding Finding)> hits, TextWriter output)
    {
        var found = hits.Where(hit => hit.Finding.Id == id)
            .DistinctBy(hit => (hit.Rule.Name, hit.Rule.Expression, hit.Finding.Message))
            .ToList();
        output.WriteLine($"{found.Count} different hits of {id}");
        for (var i = 0; i < Math.Min(SampleSize, found.Count); i++)
        {
            var (rule, finding) = found[i * found.Count / Math.Min(SampleSize, found.Count)];
            output.WriteLine($"--- {rule.Origin}{(rule.For is null ? "" : $" for {rule.For}")}");
            output.WriteLine($"    {rule.Expression.Trim().ReplaceLineEndings(" ")}");
            if (finding.Field != "expr")
            {
                output.WriteLine($"    {finding.Source.Text.Trim().ReplaceLineEndings(" ")}");
            }

            output.WriteLine($"  {finding.Severity} {finding}");
        }
    }
}
