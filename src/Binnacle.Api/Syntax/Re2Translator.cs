using System.Globalization;
using System.Text;

namespace Binnacle.Api.Syntax;

/// <summary>Writes an RE2 expression in .NET's syntax, and refuses what only .NET knows.</summary>
internal static class Re2Translator
{
    private const int MaxRepeat = 1000;

    /// <summary>The translation, or what is wrong.</summary>
    public static (string Translated, string? Error) Translate(string pattern)
    {
        var output = new StringBuilder(pattern.Length + 16);
        var i = 0;
        while (i < pattern.Length)
        {
            var error = pattern[i] switch
            {
                '\\' => Escape(pattern, ref i, output, inClass: false),
                '[' => Class(pattern, ref i, output),
                '(' => Group(pattern, ref i, output),
                '{' => Repeat(pattern, ref i, output),
                var c => Copy(c, ref i, output),
            };
            if (error is not null)
            {
                return ("", $"'{pattern}' is no regular expression of RE2: {error}");
            }
        }
        return (output.ToString(), null);
    }

    private static string? Copy(char c, ref int i, StringBuilder output)
    {
        output.Append(c);
        i++;
        return null;
    }

    private static string? Escape(string pattern, ref int i, StringBuilder output, bool inClass)
    {
        if (i + 1 >= pattern.Length)
        {
            return $"it ends with a lone backslash (column {i + 1})";
        }
        var c = pattern[i + 1];
        switch (c)
        {
            case >= '1' and <= '9':
                return $"RE2 has no backreferences (\\{c} at column {i + 1})";
            case 'k' or 'Z' or 'G' or 'c' or 'e' or 'C' or 'X' or 'R' or 'K' or 'h' or 'H':
                return $"RE2 has no \\{c} (column {i + 1})";
            case 'Q' when !inClass:
                var end = pattern.IndexOf(@"\E", i + 2, StringComparison.Ordinal);
                var literal = end < 0 ? pattern[(i + 2)..] : pattern[(i + 2)..end];
                foreach (var l in literal)
                {
                    AppendLiteral(output, l);
                }
                i = end < 0 ? pattern.Length : end + 2;
                return null;
            case 'p' or 'P':
                return UnicodeClass(pattern, ref i, output);
            case 'x' when i + 2 < pattern.Length && pattern[i + 2] == '{':
                return CodePoint(pattern, ref i, output);
            case 'a':
                output.Append(@"\x07");
                break;
            default:
                output.Append(
                    AsciiClasses.Perl(c) is { } members ? (inClass ? members : $"[{members}]")
                    // .NET knows no backslash before an underscore.
                    : c == '_' ? "_"
                    : $@"\{c}"
                );
                break;
        }
        i += 2;
        return null;
    }

    private static void AppendLiteral(StringBuilder output, char c)
    {
        if (!char.IsLetterOrDigit(c) && c is not ('_' or ' ') && c < 128)
        {
            output.Append('\\');
        }
        output.Append(c);
    }

    private static string? CodePoint(string pattern, ref int i, StringBuilder output)
    {
        var end = pattern.IndexOf('}', i);
        if (
            end < 0
            || !int.TryParse(
                pattern.AsSpan(i + 3, end - i - 3),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out var code
            )
            || !Rune.IsValid(code)
        )
        {
            return $"\\x{{…}} needs a hexadecimal code point (column {i + 1})";
        }
        foreach (var unit in new Rune(code).ToString())
        {
            output.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
        }
        i = end + 1;
        return null;
    }

    // \pL and \p{L} are general categories in both; longer names are scripts, which .NET cuts otherwise.
    private static string? UnicodeClass(string pattern, ref int i, StringBuilder output)
    {
        if (i + 2 >= pattern.Length)
        {
            return $"\\{pattern[i + 1]} needs a class such as \\p{{L}} (column {i + 1})";
        }
        if (pattern[i + 2] != '{')
        {
            output.Append('\\').Append(pattern[i + 1]).Append('{').Append(pattern[i + 2]).Append('}');
            i += 3;
            return null;
        }
        var end = pattern.IndexOf('}', i);
        if (end < 0)
        {
            return $"\\{pattern[i + 1]}{{ is never closed (column {i + 1})";
        }
        var name = pattern[(i + 3)..end];
        output.Append(name.Length <= 2 ? pattern[i..(end + 1)] : @"\w");
        i = end + 1;
        return null;
    }

    private static string? Class(string pattern, ref int i, StringBuilder output)
    {
        var start = i;
        output.Append('[');
        i++;
        if (i < pattern.Length && pattern[i] == '^')
        {
            output.Append('^');
            i++;
        }
        var first = true;
        while (i < pattern.Length)
        {
            var c = pattern[i];
            if (c == ']' && !first)
            {
                output.Append(']');
                i++;
                return null;
            }
            first = false;
            if (c == '[' && i + 1 < pattern.Length && pattern[i + 1] == ':')
            {
                if (PosixClass(pattern, ref i, output) is { } error)
                {
                    return error;
                }
            }
            else if (c == '\\')
            {
                if (Escape(pattern, ref i, output, inClass: true) is { } error)
                {
                    return error;
                }
            }
            else
            {
                // In .NET -[ begins a subtraction; in RE2 it is two characters. A leading ] is one, too.
                output.Append(c is '[' or ']' ? $@"\{c}" : c.ToString());
                i++;
            }
        }
        return $"a [ is never closed (column {start + 1}); write \\[ for the character";
    }

    private static string? PosixClass(string pattern, ref int i, StringBuilder output)
    {
        var end = pattern.IndexOf(":]", i, StringComparison.Ordinal);
        var name = end < 0 ? "" : pattern[(i + 2)..end];
        var members = AsciiClasses.Posix(name);
        if (members is null)
        {
            return $"there is no class [:{name}:] (column {i + 1})";
        }
        output.Append(members);
        i = end + 2;
        return null;
    }

    private static string? Group(string pattern, ref int i, StringBuilder output)
    {
        if (i + 1 >= pattern.Length || pattern[i + 1] != '?')
        {
            return Copy('(', ref i, output);
        }
        var rest = pattern.AsSpan(i + 2);
        var column = i + 1;
        if (rest.StartsWith("=") || rest.StartsWith("!") || rest.StartsWith("<=") || rest.StartsWith("<!"))
        {
            return $"RE2 has no lookahead and lookbehind (column {column})";
        }
        if (rest.StartsWith(">") || rest.StartsWith("(") || rest.StartsWith("#") || rest.StartsWith("'"))
        {
            return $"RE2 has no group (?{rest[0]} (column {column})";
        }
        if (rest.StartsWith("P=") || rest.StartsWith("P>"))
        {
            return $"RE2 has no backreferences (column {column})";
        }
        if (rest.StartsWith("P<") || rest.StartsWith("<"))
        {
            output.Append("(?<");
            i += rest[0] == 'P' ? 4 : 3;
            return null;
        }
        return Flags(pattern, ref i, output);
    }

    private static string? Flags(string pattern, ref int i, StringBuilder output)
    {
        var end = pattern.AsSpan(i).IndexOfAny(':', ')');
        var flags = end < 0 ? "" : pattern[(i + 2)..(i + end)];
        if (end < 0 || flags.AsSpan().ContainsAnyExcept("imsU-"))
        {
            return $"a group may begin with (?: or with flags out of i, m, s and U, such as (?i) (column {i + 1})";
        }
        // U swaps greedy and lazy, which changes no match of a whole text.
        var kept = flags.Replace("U", "", StringComparison.Ordinal).TrimEnd('-');
        var bare = pattern[i + end] == ')' && kept.Length == 0;
        output.Append(bare ? "(?:)" : $"(?{kept}{pattern[i + end]}");
        i += end + 1;
        return null;
    }

    private static string? Repeat(string pattern, ref int i, StringBuilder output)
    {
        var end = pattern.IndexOf('}', i);
        var counts = end < 0 ? [] : pattern[(i + 1)..end].Split(',');
        if (counts.Length is 1 or 2 && counts.All(c => c.Length is > 0 and < 9 && c.All(char.IsAsciiDigit)))
        {
            if (counts.Any(c => int.Parse(c, CultureInfo.InvariantCulture) > MaxRepeat))
            {
                return $"RE2 repeats at most {MaxRepeat} times (column {i + 1})";
            }
        }
        return Copy('{', ref i, output);
    }
}
