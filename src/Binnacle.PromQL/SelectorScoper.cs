using System.Text;
using Binnacle.PromQL.Checking;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL;

/// <summary>What became of an expression that was to be confined to one label value.</summary>
/// <param name="Expression">The confined expression; null when <paramref name="Errors"/> has any.</param>
/// <param name="Errors">Why it cannot be confined, with places in the original text.</param>
public sealed record ScopedExpression(string? Expression, IReadOnlyList<SyntaxError> Errors);

/// <summary>
/// Confines an expression to the series with one label value, as prom-label-proxy does: every vector selector, also in
/// subqueries and in functions, gets the matcher. The rest of the text stays as the user wrote it, comments included.
/// </summary>
public static class SelectorScoper
{
    /// <summary>
    /// Puts <c>label="value"</c> into every selector of <paramref name="expression"/>. Matchers on the label that let
    /// <paramref name="value"/> through are replaced by it; one that does not is an error, since the author asks for
    /// series that the confined rule can never see.
    /// </summary>
    public static ScopedExpression Enforce(string expression, string label, string value)
    {
        var parsed = SyntaxCheck.Analyze(expression, PromQlOptions.Any);
        if (parsed.Faults.Count > 0)
        {
            return new ScopedExpression(null, parsed.Faults);
        }

        var matcher = LabelText.Of(label) + "=" + StringText.Quote(value);
        var edits = new List<(TextSpan Span, string Text)>();
        var errors = new List<SyntaxError>();
        parsed.Root!.Walk(node =>
        {
            if (node is VectorSelector selector)
            {
                Confine(expression, selector, label, value, matcher, edits, errors);
            }
            else if (node is Call { Function: "info", Arguments.Count: 1 } info)
            {
                errors.Add(
                    SyntaxError.At(
                        expression,
                        info.Span.Start,
                        $"info() without a selector reads target_info of every {label}",
                        $"a second argument, such as info(…, {{{matcher}}})"
                    )
                );
            }
        });
        return errors.Count > 0
            ? new ScopedExpression(null, errors)
            : new ScopedExpression(Apply(expression, edits), []);
    }

    private static void Confine(
        string text,
        VectorSelector selector,
        string label,
        string value,
        string matcher,
        List<(TextSpan Span, string Text)> edits,
        List<SyntaxError> errors
    )
    {
        var replaced = false;
        foreach (var existing in selector.Matchers.Where(m => m.Label == label))
        {
            switch (LetsThrough(existing, value))
            {
                case true:
                    edits.Add((existing.Span, matcher));
                    replaced = true;
                    break;
                case false:
                    errors.Add(
                        SyntaxError.At(
                            text,
                            existing.Span.Start,
                            $"{text[existing.Span.Start..existing.Span.End]} excludes {matcher}, to which this rule is confined",
                            $"{matcher}, or no matcher on {label}"
                        )
                    );
                    break;
                // A pattern that only RE2 can judge stays beside the matcher: both must hold.
                default:
                    break;
            }
        }

        if (replaced)
        {
            return;
        }

        if (selector.Braces is not { } braces)
        {
            var end = selector.Span.Start + selector.Name!.Length;
            edits.Add((new TextSpan(end, end), $"{{{matcher}}}"));
        }
        else if (selector.Matchers.Count == 0)
        {
            edits.Add((new TextSpan(braces.Start + 1, braces.Start + 1), matcher));
        }
        else
        {
            // Behind the last matcher rather than before the brace: a comment may stand there. A trailing comma goes on.
            var end = selector.Matchers[^1].Span.End;
            edits.Add((new TextSpan(end, end), $",{matcher}"));
        }
    }

    private static bool? LetsThrough(LabelMatcher matcher, string value) =>
        matcher.Operator switch
        {
            TokenKind.Assign => matcher.Value == value,
            TokenKind.NotEqual => matcher.Value != value,
            TokenKind.RegexMatch => RegexMatch.Of(matcher.Value, value),
            _ => !RegexMatch.Of(matcher.Value, value),
        };

    private static string Apply(string text, List<(TextSpan Span, string Text)> edits)
    {
        var result = new StringBuilder(text.Length + edits.Count * 32);
        var copied = 0;
        foreach (var (span, replacement) in edits.OrderBy(edit => edit.Span.Start))
        {
            result.Append(text, copied, span.Start - copied).Append(replacement);
            copied = span.End;
        }

        return result.Append(text, copied, text.Length - copied).ToString();
    }
}
