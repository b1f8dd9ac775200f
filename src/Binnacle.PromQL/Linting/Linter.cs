namespace Binnacle.PromQL.Linting;

/// <summary>Runs all lints.</summary>
public static class Linter
{
    /// <summary>What is wrong with one expression and what stands around it, in the order of the text; silences are not looked at.</summary>
    public static IReadOnlyList<LintFinding> Check(LintContext context)
    {
        var subject = new LintSubject(context);
        foreach (var lint in LintCatalog.Lints)
        {
            lint.Check(subject);
        }

        return subject.Findings.Count < 2
            ? subject.Findings
            :
            [
                .. subject
                    .Findings.OrderBy(finding => finding.Source == context.Source ? 0 : 1)
                    .ThenBy(finding => finding.Span.Start),
            ];
    }

    /// <summary>
    /// The same for all expressions of one resource. What <paramref name="silences"/> names is left out, and what is wrong
    /// with the silences is added.
    /// </summary>
    /// <param name="contexts">The expressions.</param>
    /// <param name="silences">What their author does not want to hear of.</param>
    /// <param name="judgedElsewhere">Lints that were not asked here, as <see cref="LintSilences.Apply"/> takes them.</param>
    public static IReadOnlyList<LintFinding> Check(
        IEnumerable<LintContext> contexts,
        LintSilences silences,
        IReadOnlyCollection<string>? judgedElsewhere = null
    ) => silences.Apply([.. contexts.SelectMany(Check)], judgedElsewhere);
}
