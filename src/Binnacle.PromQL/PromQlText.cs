using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Printing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL;

/// <summary>Compares texts of expressions.</summary>
public static class PromQlText
{
    /// <summary>
    /// True when both texts are the same query: apart from white space, comments, quoting and what Prometheus changes when it
    /// prints an expression (order of matchers, place of by, units of durations, numbers), as <c>/api/v1/rules</c> does.
    /// Texts that do not parse are equal only token by token.
    /// </summary>
    public static bool Equivalent(string a, string b)
    {
        if (string.Equals(a, b, StringComparison.Ordinal) || SameTokens(a, b))
        {
            return true;
        }

        return Parsed(a) is { } first
            && Parsed(b) is { } second
            && string.Equals(PromQlPrinter.Canonical(first), PromQlPrinter.Canonical(second), StringComparison.Ordinal);
    }

    private static Expression? Parsed(string text) =>
        Parser.Parse(text, PromQlOptions.Any) is { Whole: true, Root: { } root } ? root : null;

    private static bool SameTokens(string a, string b)
    {
        var first = new Lexer(a);
        var second = new Lexer(b);
        while (true)
        {
            var left = NextSignificant(ref first);
            var right = NextSignificant(ref second);
            if (left.Kind != right.Kind || left.Kind is TokenKind.Error)
            {
                return false;
            }

            if (left.Kind is TokenKind.End)
            {
                return true;
            }

            var same =
                left.Kind is TokenKind.String
                    ? SameString(left.In(a), right.In(b))
                    : left.In(a).SequenceEqual(right.In(b));
            if (!same)
            {
                return false;
            }
        }
    }

    private static bool SameString(ReadOnlySpan<char> a, ReadOnlySpan<char> b) =>
        a.SequenceEqual(b) || StringText.Unquote(a) == StringText.Unquote(b);

    private static Token NextSignificant(ref Lexer lexer)
    {
        Token token;
        do
        {
            token = lexer.Next();
        } while (token.Kind is TokenKind.Comment);

        return token;
    }
}
