namespace Binnacle.PromQL.Templates.Checking;

/// <summary>A verb of a format.</summary>
/// <param name="Text">The whole of it: <c>%-8.2f</c>.</param>
/// <param name="Start">Its place in the format.</param>
/// <param name="Letter">What it does; NUL where the format ends before it.</param>
/// <param name="Stars">Arguments that it takes for width and precision.</param>
internal readonly record struct PrintfVerb(string Text, int Start, char Letter, int Stars);

/// <summary>Formats of Go's <c>printf</c> (https://pkg.go.dev/fmt#hdr-Printing).</summary>
/// <param name="Verbs">Its verbs without <c>%%</c>.</param>
/// <param name="IsIndexed">Whether verbs name their arguments by number (<c>%[1]d</c>).</param>
internal sealed record PrintfFormat(IReadOnlyList<PrintfVerb> Verbs, bool IsIndexed)
{
    public static PrintfFormat Parse(string format)
    {
        var verbs = new List<PrintfVerb>();
        var indexed = false;
        for (var i = format.IndexOf('%'); i >= 0; i = i < format.Length ? format.IndexOf('%', i) : -1)
        {
            var start = i++;
            var stars = 0;
            while (
                i < format.Length
                && (format[i] is '+' or '-' or '#' or ' ' or '.' or '*' or '[' or ']' || char.IsAsciiDigit(format[i]))
            )
            {
                stars += format[i] is '*' ? 1 : 0;
                indexed |= format[i] is '[';
                i++;
            }

            var letter = i < format.Length ? format[i++] : '\0';
            if (letter is not '%')
            {
                verbs.Add(new PrintfVerb(format[start..i], start, letter, stars));
            }
        }

        return new PrintfFormat(verbs, indexed);
    }

    public static bool IsVerb(char letter) => "vTtbcdoOqxXUeEfFgGsp".Contains(letter);

    /// <summary>Whether the verb can write a value of that shape, and which one can.</summary>
    public static (bool Fits, string Instead) Fits(char letter, GoType type)
    {
        // A map or list is written one by one.
        var written = type.Shape is GoShape.Map or GoShape.List && type.Element is { } element ? element : type;
        var shape = written.Shape;
        if (letter is 'v' or 'T')
        {
            return (true, "");
        }

        return shape switch
        {
            GoShape.Nil => (false, "%v"),
            GoShape.Struct => (written.Members is null, "%v"),
            GoShape.Bool => (letter is 't', "%t"),
            GoShape.Integer => ("bcdoOqxXU".Contains(letter), "%d"),
            GoShape.Float or GoShape.Complex => (
                "beEfFgGxX".Contains(letter),
                letter is 'd' or 'i' or 'u' ? "%.0f"
                : letter is 's' or 'q' ? "%v"
                : "%g"
            ),
            GoShape.Text or GoShape.NamedText => ("sqxX".Contains(letter), "%s"),
            _ => (true, ""),
        };
    }

    /// <summary>
    /// The query that a format makes, as far as its grammar goes and with all places kept: verbs inside of quotes filled
    /// with letters, a quoted verb with an empty text. Null where a verb stands for a part that is not known.
    /// </summary>
    public static string? Fill(string format)
    {
        var parsed = Parse(format);
        if (parsed.IsIndexed)
        {
            return null;
        }

        var text = format.Replace("%%", "% ").ToCharArray();
        var quotes = Quoted(format);
        foreach (var verb in parsed.Verbs)
        {
            var filler = text.AsSpan(verb.Start, verb.Text.Length);
            if (quotes[verb.Start])
            {
                filler.Fill('x');
            }
            else if (verb.Text is "%q")
            {
                filler.Fill('"');
            }
            else
            {
                return null;
            }
        }

        return new string(text);
    }

    /// <summary>For each character of a query whether it stands inside of a string.</summary>
    private static bool[] Quoted(string query)
    {
        var inside = new bool[query.Length];
        var quote = '\0';
        for (var i = 0; i < query.Length; i++)
        {
            inside[i] = quote is not '\0';
            if (quote is '\0')
            {
                quote = query[i] is '"' or '\'' or '`' ? query[i] : '\0';
            }
            else if (query[i] is '\\' && quote is not '`' && i + 1 < query.Length)
            {
                inside[++i] = true;
            }
            else if (query[i] == quote)
            {
                quote = '\0';
            }
        }

        return inside;
    }
}
