namespace Binnacle.PromQL.Templates;

/// <summary>
/// A light check of the Go templates in labels and annotations of alerts. It finds actions that are not closed and strings
/// that do not end; functions and fields are not looked at.
/// </summary>
public static class AlertTemplate
{
    /// <summary>The first fault of <paramref name="template"/>, or nothing.</summary>
    public static IReadOnlyList<SyntaxError> Check(string template)
    {
        var position = 0;
        while (template.AsSpan(position).IndexOf("{{") is var found and >= 0)
        {
            var open = position + found;
            position = ActionEnd(template, open, out var fault);
            if (fault is not null)
            {
                return [fault];
            }
        }

        return [];
    }

    private static int ActionEnd(string template, int open, out SyntaxError? fault)
    {
        fault = null;
        var start = open + 2;
        // "{{- " trims; the dash belongs to the delimiter only with white space behind it.
        start += template.AsSpan(start) is ['-', ' ' or '\t' or '\r' or '\n', ..] ? 2 : 0;
        if (template.AsSpan(start).StartsWith("/*"))
        {
            return CommentEnd(template, open, start, out fault);
        }

        for (var i = start; i < template.Length; i++)
        {
            switch (template[i])
            {
                case '}' when template.AsSpan(i).StartsWith("}}"):
                    return i + 2;
                case '{':
                    fault = SyntaxError.At(
                        template,
                        i,
                        "unexpected \"{\" inside an action",
                        "\"}}\" before the next \"{{\""
                    );
                    return i;
                case '"' or '\'' or '`':
                    var end = StringEnd(template, i);
                    if (end < 0)
                    {
                        fault = SyntaxError.At(
                            template,
                            i,
                            "unterminated string in an action",
                            $"a closing {template[i]}"
                        );
                        return i;
                    }

                    i = end;
                    break;
            }
        }

        fault = SyntaxError.At(template, open, "\"{{\" is never closed", "\"}}\"");
        return template.Length;
    }

    private static int CommentEnd(string template, int open, int start, out SyntaxError? fault)
    {
        fault = null;
        var end = template.IndexOf("*/", start, StringComparison.Ordinal);
        var rest = end < 0 ? [] : template.AsSpan(end + 2);
        if (rest.StartsWith("}}"))
        {
            return end + 4;
        }

        if (rest is [' ' or '\t' or '\r' or '\n', '-', '}', '}', ..])
        {
            return end + 6;
        }

        fault = SyntaxError.At(template, open, "the comment is never closed", "\"*/}}\"");
        return template.Length;
    }

    /// <summary>Where the string that starts at <paramref name="start"/> ends: its closing quote, or -1.</summary>
    private static int StringEnd(string template, int start)
    {
        var quote = template[start];
        for (var i = start + 1; i < template.Length; i++)
        {
            if (template[i] == quote)
            {
                return i;
            }

            if (quote is '`')
            {
                continue;
            }

            if (template[i] is '\n')
            {
                return -1;
            }

            i += template[i] is '\\' ? 1 : 0;
        }

        return -1;
    }
}
