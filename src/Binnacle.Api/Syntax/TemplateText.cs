namespace Binnacle.Api.Syntax;

/// <summary>
/// The outer form of Go templates, as annotations and messages are: that every action is closed, every text in it ends,
/// and every block has its end. What stands inside the actions is not looked at.
/// </summary>
public static class TemplateText
{
    /// <summary>What is wrong, with the column; null when nothing is.</summary>
    public static string? Problem(string text)
    {
        var blocks = new Stack<(string Keyword, int Column)>();
        var position = 0;
        while (text.IndexOf("{{", position, StringComparison.Ordinal) is var open and >= 0)
        {
            var body = open + 2;
            var close = EndOfAction(text, body, out var unterminated);
            if (unterminated is { } quote)
            {
                return $"column {quote + 1}: a {text[quote]} inside {{{{ }}}} is never closed";
            }
            if (close < 0)
            {
                return $"column {open + 1}: {{{{ is never closed with }}}}";
            }
            var action = text[body..close].Trim('-', ' ', '\t', '\r', '\n');
            if (action.Length == 0)
            {
                return $"column {open + 1}: {{{{ }}}} is empty";
            }
            switch (action.Split([' ', '\t', '\n', '('], 2)[0])
            {
                case "if" or "range" or "with" or "define" or "block":
                    blocks.Push((action.Split(' ', 2)[0], open + 1));
                    break;
                case "else" when blocks.Count == 0:
                    return $"column {open + 1}: {{{{ else }}}} without {{{{ if }}}}, {{{{ range }}}} or {{{{ with }}}} before it";
                case "end" when !blocks.TryPop(out _):
                    return $"column {open + 1}: {{{{ end }}}} has nothing to end";
            }
            position = close + 2;
        }
        return blocks.TryPeek(out var block)
            ? $"column {block.Column}: {{{{ {block.Keyword} }}}} has no {{{{ end }}}}"
            : null;
    }

    // Where the closing braces are, past texts and comments; -1 when there are none.
    private static int EndOfAction(string text, int start, out int? unterminated)
    {
        unterminated = null;
        if (text.AsSpan(start).TrimStart("- ").StartsWith("/*"))
        {
            var comment = text.IndexOf("*/", start, StringComparison.Ordinal);
            return comment < 0 ? -1 : text.IndexOf("}}", comment, StringComparison.Ordinal);
        }
        for (var i = start; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '}' when i + 1 < text.Length && text[i + 1] == '}':
                    return i;
                case '{' when i + 1 < text.Length && text[i + 1] == '{':
                    return -1;
                case '"' or '`' or '\'':
                    var end = EndOfText(text, i);
                    if (end < 0)
                    {
                        unterminated = i;
                        return -1;
                    }
                    i = end;
                    break;
            }
        }
        return -1;
    }

    private static int EndOfText(string text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && text[start] != '`')
            {
                i++;
            }
            else if (text[i] == text[start])
            {
                return i;
            }
        }
        return -1;
    }
}
