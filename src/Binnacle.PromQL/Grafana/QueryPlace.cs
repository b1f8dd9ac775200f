namespace Binnacle.PromQL.Grafana;

/// <summary>Where in a query a variable stands, as far as the characters around it tell.</summary>
internal enum PlaceKind : byte
{
    /// <summary>An operand: a metric, a number, or whole expressions.</summary>
    Operand,

    /// <summary>In a string literal.</summary>
    String,

    /// <summary>In brackets or behind <c>offset</c>.</summary>
    Duration,

    /// <summary>A part of a name: <c>http_${kind}_total</c>.</summary>
    NamePart,

    /// <summary>In braces, where a whole matcher is missing.</summary>
    Matcher,

    /// <summary>In braces before an operator, or in a list of labels.</summary>
    Label,

    /// <summary>Before a parenthesis, <c>by</c> or <c>without</c>.</summary>
    Function,
}

/// <summary>Where a variable stands.</summary>
/// <param name="Kind">What is expected there.</param>
/// <param name="DigitPrecedes">A number ends right before it: the variable is a unit.</param>
/// <param name="UnitFollows">A unit of time follows at once: the variable is a number.</param>
internal readonly record struct QueryPlace(PlaceKind Kind, bool DigitPrecedes = false, bool UnitFollows = false)
{
    private static readonly string[] LabelLists = ["by", "without", "on", "ignoring", "group_left", "group_right"];

    /// <summary>The place of each variable, in their order.</summary>
    public static IReadOnlyList<QueryPlace> Of(string query, IReadOnlyList<GrafanaVariable> variables)
    {
        var places = new List<QueryPlace>(variables.Count);
        var open = new Stack<char>();
        var quote = '\0';
        var inComment = false;
        var at = 0;
        foreach (var variable in variables)
        {
            for (; at < variable.Start; at++)
            {
                var c = query[at];
                if (inComment)
                {
                    inComment = c != '\n';
                }
                else if (quote != '\0')
                {
                    if (c == '\\' && quote != '`')
                    {
                        at++;
                    }
                    else if (c == quote)
                    {
                        quote = '\0';
                    }
                }
                else if (c is '"' or '\'' or '`')
                {
                    quote = c;
                }
                else if (c is '#')
                {
                    inComment = true;
                }
                else if (c is '{' or '[')
                {
                    open.Push(c);
                }
                else if (c is '(')
                {
                    open.Push(LabelLists.Contains(WordBefore(query, at)) ? 'l' : '(');
                }
                else if (c is '}' or ']' or ')' && open.Count > 0)
                {
                    open.Pop();
                }
            }

            at = Math.Max(at, variable.End);
            var followsAnother = places.Count > 0 && variables[places.Count - 1].End == variable.Start;
            places.Add(
                quote != '\0' || inComment ? new(PlaceKind.String) : Outside(query, variable, open, followsAnother)
            );
        }

        return places;
    }

    private static QueryPlace Outside(string query, GrafanaVariable variable, Stack<char> open, bool followsAnother)
    {
        var before = variable.Start > 0 ? query[variable.Start - 1] : ' ';
        var after = variable.End < query.Length ? query[variable.End] : ' ';
        var next = query.AsSpan(variable.End).TrimStart();
        var inside = open.Count > 0 ? open.Peek() : ' ';
        if (inside is '[' || WordBefore(query, variable.Start) is "offset")
        {
            return new(
                PlaceKind.Duration,
                DigitPrecedes: followsAnother || char.IsAsciiDigit(before),
                UnitFollows: char.IsAsciiLetter(after) || after is '$'
            );
        }

        if (inside is 'l')
        {
            return new(PlaceKind.Label);
        }

        if (inside is '{')
        {
            var isLabel = next.Length > 0 && next[0] is '=' or '!' || IsNamePart(before) || IsNamePart(after);
            return new(isLabel ? PlaceKind.Label : PlaceKind.Matcher);
        }

        if (IsNamePart(before) || IsNamePart(after))
        {
            return new(PlaceKind.NamePart);
        }

        return new(
            next.StartsWith("(") || StartsWithWord(next, "by") || StartsWithWord(next, "without")
                ? PlaceKind.Function
                : PlaceKind.Operand
        );
    }

    /// <summary>The word that ends before a place, white space and a sign left out.</summary>
    private static string WordBefore(string query, int place)
    {
        var end = query.AsSpan(0, place).TrimEnd(" \t\r\n-").Length;
        var start = end;
        while (start > 0 && IsNamePart(query[start - 1]))
        {
            start--;
        }

        return query[start..end];
    }

    private static bool StartsWithWord(ReadOnlySpan<char> text, string word) =>
        text.StartsWith(word) && (text.Length == word.Length || !IsNamePart(text[word.Length]));

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or ':' or '$';
}
