using System.Text;

namespace Binnacle.Api.Syntax;

/// <summary>Reads matchers: the forms that the classic and the UTF-8 parser of Alertmanager understand alike.</summary>
internal sealed class MatcherParser(string text)
{
    private const string Reserved = "{}!=~,\\\"'`";
    private const string Example = "such as team=\"payments\" or region=~\"eu-.*\"";

    private int position;
    private MatcherError? error;

    public (IReadOnlyList<Matcher> Matchers, MatcherError? Error) Parse()
    {
        var matchers = new List<Matcher>();
        SkipSpace();
        var braces = Take('{');
        SkipSpace();
        while (position < text.Length && text[position] != '}')
        {
            if (ReadMatcher() is not { } matcher)
            {
                return ([], error);
            }
            matchers.Add(matcher);
            SkipSpace();
            if (position < text.Length && text[position] != '}' && !Take(','))
            {
                return Failed("expected a comma between two matchers; values with spaces need quotes");
            }
            SkipSpace();
        }
        if (Take('}') != braces)
        {
            return Failed(braces ? "a { is never closed" : "a } was never opened");
        }
        SkipSpace();
        if (position < text.Length)
        {
            return Failed("nothing may follow the closing }");
        }
        return matchers.Count == 0 ? Failed($"expected a matcher {Example}") : (matchers, null);
    }

    private Matcher? ReadMatcher()
    {
        var nameStart = position;
        while (
            position < text.Length
            && !char.IsWhiteSpace(text[position])
            && !Reserved.Contains(text[position], StringComparison.Ordinal)
        )
        {
            position++;
        }
        var name = text[nameStart..position];
        if (name.Length == 0)
        {
            return Fail(nameStart, $"expected a label name; write a matcher {Example}");
        }
        if (!LabelName.IsValid(name))
        {
            return Fail(nameStart, LabelName.Problem(name)!);
        }
        SkipSpace();
        if (ReadOperator() is not { } op)
        {
            return Fail(position, $"expected =, !=, =~ or !~ after '{name}'; write a matcher {Example}");
        }
        SkipSpace();
        if (ReadValue() is not { } value)
        {
            return null;
        }
        return new Matcher(name, op, value);
    }

    private MatchOperator? ReadOperator()
    {
        var rest = text.AsSpan(position);
        MatchOperator? op =
            rest.StartsWith("=~") ? MatchOperator.Matches
            : rest.StartsWith("!~") ? MatchOperator.NotMatches
            : rest.StartsWith("!=") ? MatchOperator.NotEqual
            : rest.StartsWith("==") ? null
            : rest.StartsWith("=") ? MatchOperator.Equal
            : null;
        position += op switch
        {
            null => 0,
            MatchOperator.Equal => 1,
            _ => 2,
        };
        return op;
    }

    private string? ReadValue()
    {
        if (position < text.Length && text[position] == '"')
        {
            return ReadQuoted();
        }
        var start = position;
        while (
            position < text.Length
            && !char.IsWhiteSpace(text[position])
            && !Reserved.Contains(text[position], StringComparison.Ordinal)
        )
        {
            position++;
        }
        if (position < text.Length && text[position] is not (',' or '}') && !char.IsWhiteSpace(text[position]))
        {
            Fail(position, $"'{text[position]}' is only allowed inside double quotes: put the value into them");
            return null;
        }
        if (position == start)
        {
            Fail(start, "expected a value; write \"\" for the empty one");
            return null;
        }
        return text[start..position];
    }

    private string? ReadQuoted()
    {
        var start = position++;
        var value = new StringBuilder();
        while (position < text.Length)
        {
            var c = text[position++];
            switch (c)
            {
                case '"':
                    return value.ToString();
                case '\\' when position < text.Length && text[position] is '"' or '\\' or 'n':
                    var escaped = text[position++];
                    value.Append(escaped == 'n' ? '\n' : escaped);
                    break;
                case '\\':
                    Fail(
                        position - 1,
                        "after a backslash only \\, \" and n have a meaning; write \\\\ for the backslash itself"
                    );
                    return null;
                default:
                    value.Append(c);
                    break;
            }
        }
        Fail(start, "a double quote is never closed");
        return null;
    }

    private void SkipSpace()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }
    }

    private bool Take(char c)
    {
        if (position < text.Length && text[position] == c)
        {
            position++;
            return true;
        }
        return false;
    }

    private (IReadOnlyList<Matcher>, MatcherError?) Failed(string message) =>
        ([], new MatcherError(Math.Min(position, text.Length) + 1, message));

    private Matcher? Fail(int at, string message)
    {
        error = new MatcherError(at + 1, message);
        return null;
    }
}
