namespace Binnacle.PromQL.Linting.Regexes;

/// <summary>A regular expression that is one string.</summary>
internal sealed class RegexPlainString()
    : LintRule("regex-plain-string", LintSeverity.Info, "a regular expression that matches one string only")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var matcher in RegexMatchers.Of(subject))
        {
            if (RegexAnchors.HasAnchor(matcher.Value) || subject.Pattern(matcher).Literal is not { } literal)
            {
                continue;
            }

            var op = RegexMatchers.IsNegative(matcher) ? "!=" : "=";
            subject.Report(
                this,
                matcher.Span,
                $"\"{matcher.Value}\" matches one string only, {(literal.Length == 0 ? "the empty one" : "as a whole")}",
                literal.Length == 0
                    ? $"write {matcher.Label}{op}\"\""
                    : $"write {matcher.Label}{op}\"{literal}\", or \".*{literal}.*\" if a part of it is meant"
            );
        }
    }
}
