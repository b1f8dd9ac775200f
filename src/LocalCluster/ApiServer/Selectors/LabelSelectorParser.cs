using System.Globalization;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Resources;
using LocalCluster.Schema;

namespace LocalCluster.ApiServer.Selectors;

/// <summary>
/// Reads label selectors by the grammar of Kubernetes, with its messages
/// (https://pkg.go.dev/k8s.io/apimachinery/pkg/labels#Parse).
/// </summary>
internal sealed class LabelSelectorParser(string text)
{
    private const string Operators = "in, notin, =, ==, !=, gt, lt";

    private int position;

    /// <summary>All requirements.</summary>
    /// <exception cref="ApiException">400: the text is no selector.</exception>
    public IReadOnlyList<LabelRequirement> Parse()
    {
        var requirements = new List<LabelRequirement>();
        while (true)
        {
            requirements.Add(ParseRequirement());
            switch (Next())
            {
                case "":
                    return requirements;
                case ",":
                    if (Peek() is var next && !IsWord(next) && next != "!")
                    {
                        throw Unparsable($"found '{next}', expected: identifier after ','");
                    }

                    break;
                case var other:
                    throw Unparsable($"found '{other}', expected: ',' or 'end of string'");
            }
        }
    }

    private LabelRequirement ParseRequirement()
    {
        var absent = Peek() == "!";
        if (absent)
        {
            Next();
        }

        var key = Next();
        if (!IsWord(key))
        {
            throw Unparsable($"found '{key}', expected: identifier");
        }

        if (NameRules.LabelKey(key) is { } wrong)
        {
            throw Unparsable($"<nil>: Invalid value: {FieldError.Quote(key)}: {wrong}");
        }

        if (absent)
        {
            return new(key, LabelOperator.Absent, []);
        }

        if (Peek() is "" or ",")
        {
            return new(key, LabelOperator.Present, []);
        }

        var (operation, isSet) = Next() switch
        {
            "in" => (LabelOperator.In, true),
            "notin" => (LabelOperator.NotIn, true),
            "=" or "==" => (LabelOperator.In, false),
            "!=" => (LabelOperator.NotIn, false),
            ">" => (LabelOperator.Greater, false),
            "<" => (LabelOperator.Less, false),
            var other => throw Unparsable($"found '{other}', expected: {Operators}"),
        };
        var values = isSet ? ParseSet() : [ParseValue()];
        Check(key, operation, values);
        return new(key, operation, values);
    }

    private string ParseValue()
    {
        if (Peek() is "" or ",")
        {
            return "";
        }

        var value = Next();
        return IsWord(value) ? value : throw Unparsable($"found '{value}', expected: identifier");
    }

    private List<string> ParseSet()
    {
        var open = Next();
        if (open != "(")
        {
            throw Unparsable($"found '{open}', expected: '('");
        }

        var values = new List<string>();
        var expectsValue = true;
        while (true)
        {
            switch (Next())
            {
                case ")":
                    if (expectsValue)
                    {
                        values.Add("");
                    }

                    return values;
                case ",":
                    if (expectsValue)
                    {
                        values.Add("");
                    }

                    expectsValue = true;
                    break;
                case var word when IsWord(word) && expectsValue:
                    values.Add(word);
                    expectsValue = false;
                    break;
                case var other:
                    throw Unparsable($"found '{other}', expected: ',' or ')'");
            }
        }
    }

    private static void Check(string key, LabelOperator operation, List<string> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (
                operation is LabelOperator.Greater or LabelOperator.Less
                && !long.TryParse(values[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            )
            {
                throw Unparsable(
                    $"values[{i}]: Invalid value: {FieldError.Quote(values[i])}: for 'Gt', 'Lt' operators, the value must be an integer"
                );
            }

            if (NameRules.LabelValue(values[i]) is { } wrong)
            {
                throw Unparsable($"values[{i}][{key}]: Invalid value: {FieldError.Quote(values[i])}: {wrong}");
            }
        }
    }

    private static bool IsWord(string token) => token.Length > 0 && !IsSpecial(token[0]);

    private static bool IsSpecial(char c) => c is '=' or '!' or '(' or ')' or ',' or '>' or '<';

    private string Peek()
    {
        var before = position;
        var token = Next();
        position = before;
        return token;
    }

    /// <summary>The next token; empty at the end.</summary>
    private string Next()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        var start = position;
        if (position == text.Length)
        {
            return "";
        }

        if (IsSpecial(text[position]))
        {
            position++;
            if (position < text.Length && text[position] == '=' && text[start] is '=' or '!')
            {
                position++;
            }
        }
        else
        {
            while (position < text.Length && !char.IsWhiteSpace(text[position]) && !IsSpecial(text[position]))
            {
                position++;
            }
        }

        return text[start..position];
    }

    private static ApiException Unparsable(string why) =>
        ApiException.BadRequest($"unable to parse requirement: {why}");
}
