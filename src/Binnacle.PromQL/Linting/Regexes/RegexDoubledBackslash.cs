namespace Binnacle.PromQL.Linting.Regexes;

/// <summary>Two backslashes where one was meant: the pattern asks for a backslash in the value.</summary>
internal sealed class RegexDoubledBackslash()
    : LintRule(
        "regex-doubled-backslash",
        LintSeverity.Warning,
        "a regular expression with an escaped backslash before a letter or dot"
    )
{
    internal override void Check(LintSubject subject)
    {
        foreach (var matcher in RegexMatchers.Of(subject))
        {
            if (
                matcher.Value.Contains(@"\\", StringComparison.Ordinal)
                && subject.Pattern(matcher).DoubledBackslashes is [var place, ..]
            )
            {
                var wrong = matcher.Value.Substring(place, 3);
                subject.Report(
                    this,
                    matcher.Span,
                    $"{wrong} in the pattern asks for a backslash in the value",
                    $"escape once less, so that the pattern has {wrong[1..]}"
                );
            }
        }
    }
}
