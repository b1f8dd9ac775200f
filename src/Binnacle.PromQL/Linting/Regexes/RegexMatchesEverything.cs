namespace Binnacle.PromQL.Linting.Regexes;

/// <summary>A matcher that lets every series through, or none.</summary>
internal sealed class RegexMatchesEverything()
    : LintRule("regex-matches-everything", LintSeverity.Warning, "a regular expression that matches everything")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var matcher in RegexMatchers.Of(subject))
        {
            if (!subject.Pattern(matcher).MatchesEverything)
            {
                continue;
            }

            if (RegexMatchers.IsNegative(matcher))
            {
                subject.Report(
                    this,
                    matcher.Span,
                    $"{matcher.Label}!~\"{matcher.Value}\" lets no series through",
                    $"write {matcher.Label}=\"\" for series without the label"
                );
            }
            else
            {
                subject.Report(
                    this,
                    LintSeverity.Info,
                    matcher.Span,
                    $"{matcher.Label}=~\"{matcher.Value}\" lets every series through, those without the label too",
                    $"remove it, or write {matcher.Label}!=\"\" for series with the label"
                );
            }
        }
    }
}
