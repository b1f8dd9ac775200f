namespace Binnacle.PromQL.Linting.Regexes;

/// <summary>Anchors in a pattern that is anchored anyway; with one alone, the author took it for unanchored.</summary>
internal sealed class RegexAnchors()
    : LintRule("regex-anchors", LintSeverity.Warning, "^ or $ in a regular expression that is anchored already")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var matcher in RegexMatchers.Of(subject))
        {
            var pattern = matcher.Value;
            var (start, end) = (HasStart(pattern), HasEnd(pattern));
            if (start && end)
            {
                subject.Report(
                    this,
                    LintSeverity.Info,
                    matcher.Span,
                    "^ and $ change nothing, as matchers are anchored at both ends",
                    $"write \"{pattern[1..^1]}\""
                );
            }
            else if (start && EndsPlain(pattern))
            {
                subject.Report(
                    this,
                    matcher.Span,
                    "the pattern starts with ^ as if it could go on at its end, but matchers are anchored at both ends",
                    $"write \"{pattern[1..]}.*\" for a prefix, or \"{pattern[1..]}\""
                );
            }
            else if (start)
            {
                subject.Report(
                    this,
                    LintSeverity.Info,
                    matcher.Span,
                    "^ changes nothing, as matchers are anchored at both ends",
                    $"write \"{pattern[1..]}\""
                );
            }
            else if (end && pattern[0] is not ('.' or '['))
            {
                subject.Report(
                    this,
                    matcher.Span,
                    "the pattern ends in $ as if something could stand before it, but matchers are anchored at both ends",
                    $"write \".*{pattern[..^1]}\" for a suffix, or \"{pattern[..^1]}\""
                );
            }
            else if (end)
            {
                subject.Report(
                    this,
                    LintSeverity.Info,
                    matcher.Span,
                    "$ changes nothing, as matchers are anchored at both ends",
                    $"write \"{pattern[..^1]}\""
                );
            }
        }
    }

    public static bool HasAnchor(string pattern) => HasStart(pattern) || HasEnd(pattern);

    /// <summary>With alternatives outside of parentheses an anchor belongs to one of them, and is not judged here.</summary>
    private static bool HasStart(string pattern) =>
        pattern.Length > 1 && pattern[0] is '^' && !HasAlternatives(pattern);

    private static bool HasEnd(string pattern) =>
        pattern.Length > 1
        && pattern[^1] is '$'
        && !pattern.EndsWith(@"\$", StringComparison.Ordinal)
        && !HasAlternatives(pattern);

    /// <summary>A pattern such as <c>^5..</c> says itself how it goes on; <c>^nfs</c> does not.</summary>
    private static bool EndsPlain(string pattern) => pattern[^1] is not ('.' or '*' or '+' or '?' or ']' or '}');

    private static bool HasAlternatives(string pattern)
    {
        var depth = 0;
        foreach (var c in pattern)
        {
            depth +=
                c is '(' ? 1
                : c is ')' ? -1
                : 0;
            if (c is '|' && depth == 0)
            {
                return true;
            }
        }

        return false;
    }
}
