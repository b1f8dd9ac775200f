using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LocalCluster.Schema;

/// <summary>A regular expression in RE2's syntax, run in linear time.</summary>
/// <remarks>
/// RE2's classes are ASCII and its <c>$</c> is the end of the text, so the expression is rewritten. What .NET cannot say in linear time
/// (and RE2 mostly not at all: look-around, back-references) is refused.
/// </remarks>
internal sealed class Re2Pattern
{
    private static readonly Dictionary<string, string> PosixClasses = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = @"\x00-\x7F",
        ["blank"] = @"\t ",
        ["cntrl"] = @"\x00-\x1F\x7F",
        ["digit"] = "0-9",
        ["graph"] = "!-~",
        ["lower"] = "a-z",
        ["print"] = " -~",
        ["punct"] = @"!-/:-@\[-`{-~",
        ["space"] = @"\t\n\v\f\r ",
        ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    private readonly Regex regex;

    private Re2Pattern(string source, Regex regex)
    {
        Source = source;
        this.regex = regex;
    }

    /// <summary>The expression as written.</summary>
    public string Source { get; }

    /// <summary>Compiles an expression.</summary>
    /// <exception cref="FormatException">It is not valid, or not in the part of RE2 that is supported; the message says what.</exception>
    public static Re2Pattern Compile(string source)
    {
        try
        {
            return new Re2Pattern(
                source,
                new Regex(Translate(source), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)
            );
        }
        catch (RegexParseException e)
        {
            throw new FormatException($"error parsing regexp: {Explain(e, source)}", e);
        }
        catch (NotSupportedException e)
        {
            throw new FormatException(
                $"error parsing regexp: look-around, back-references and atomic groups are not supported: `{source}`",
                e
            );
        }
    }

    /// <summary>True when some part of the text matches.</summary>
    public bool IsMatch(string text) => regex.IsMatch(text);

    /// <summary>The parts of the text that match, from the left, without overlap.</summary>
    public IEnumerable<string> Matches(string text) => regex.Matches(text).Select(match => match.Value);

    /// <summary>The fault in RE2's words where it has some for it.</summary>
    private static string Explain(RegexParseException e, string source) =>
        e.Error switch
        {
            RegexParseError.InsufficientClosingParentheses => $"missing closing ): `{source}`",
            RegexParseError.InsufficientOpeningParentheses => $"unexpected ): `{source}`",
            RegexParseError.UnterminatedBracket =>
                $"missing closing ]: `{source[Math.Max(0, source.LastIndexOf('['))..]}`",
            _ => e.Message,
        };

    private static string Translate(string source)
    {
        var result = new StringBuilder(source.Length + 16);
        var inClass = false;
        for (var i = 0; i < source.Length; i++)
        {
            var c = source[i];
            switch (c)
            {
                case '\\':
                    i = Escape(source, i, inClass, result);
                    break;
                case '[' when inClass && i + 1 < source.Length && source[i + 1] == ':':
                    i = PosixClass(source, i, result);
                    break;
                case '[' when inClass:
                    result.Append(@"\[");
                    break;
                case '[':
                    inClass = true;
                    result.Append('[');
                    if (i + 1 < source.Length && source[i + 1] == '^')
                    {
                        result.Append('^');
                        i++;
                    }
                    if (i + 1 < source.Length && source[i + 1] == ']')
                    {
                        result.Append(@"\]");
                        i++;
                    }
                    break;
                case ']' when inClass:
                    inClass = false;
                    result.Append(']');
                    break;
                case '$' when !inClass:
                    result.Append(@"\z");
                    break;
                case '(' when !inClass && source.AsSpan(i).StartsWith("(?P<"):
                    result.Append("(?<");
                    i += 3;
                    break;
                case '(' when !inClass && source.AsSpan(i).StartsWith("(?"):
                    CheckGroup(source, i);
                    result.Append('(');
                    break;
                default:
                    result.Append(c);
                    break;
            }
        }
        return result.ToString();
    }

    private static void CheckGroup(string source, int at)
    {
        var end = at + 2;
        while (end < source.Length && source[end] is 'i' or 's' or '-')
        {
            end++;
        }
        if (
            end < source.Length
            && (
                source[end] is ':' or ')'
                || (end == at + 2 && source[end] == '<' && !(source[(end + 1)..] is ['=' or '!', ..]))
            )
        )
        {
            return;
        }
        throw new FormatException(
            $"error parsing regexp: invalid or unsupported Perl syntax: `{source[at..Math.Min(end + 1, source.Length)]}`"
        );
    }

    private static int PosixClass(string source, int at, StringBuilder result)
    {
        var end = source.IndexOf(":]", at, StringComparison.Ordinal);
        if (end < 0 || !PosixClasses.TryGetValue(source[(at + 2)..end], out var members))
        {
            throw new FormatException(
                $"error parsing regexp: invalid character class range: `{source[at..(end < 0 ? source.Length : end + 2)]}`"
            );
        }
        result.Append(members);
        return end + 1;
    }

    private static int Escape(string source, int at, bool inClass, StringBuilder result)
    {
        if (at + 1 >= source.Length)
        {
            throw new FormatException("error parsing regexp: trailing backslash at end of expression: ``");
        }
        var c = source[at + 1];
        switch (c)
        {
            case 'd' or 'w' or 's':
                var members = c switch
                {
                    'd' => "0-9",
                    'w' => "0-9A-Za-z_",
                    _ => @"\t\n\f\r ",
                };
                result.Append(inClass ? members : $"[{members}]");
                return at + 1;
            case 'D' or 'W' or 'S' when !inClass:
                result.Append(
                    c switch
                    {
                        'D' => "[^0-9]",
                        'W' => "[^0-9A-Za-z_]",
                        _ => @"[^\t\n\f\r ]",
                    }
                );
                return at + 1;
            case 'D' or 'W' or 'S':
                throw new FormatException($"error parsing regexp: \\{c} inside a character class is not supported");
            case 'z' or 'A' or 'b' or 'B' when !inClass:
                result.Append('\\').Append(c);
                return at + 1;
            case 'a' or 'f' or 'n' or 'r' or 't' or 'v' or 'x' or 'p' or 'P':
                return NamedEscape(source, at, c, result);
            case 'Q':
                var end = source.IndexOf(@"\E", at, StringComparison.Ordinal);
                var literal = end < 0 ? source[(at + 2)..] : source[(at + 2)..end];
                result.Append(Regex.Escape(literal));
                return end < 0 ? source.Length : end + 1;
            case var _ when char.IsAsciiLetterOrDigit(c):
                throw new FormatException($"error parsing regexp: invalid escape sequence: `\\{c}`");
            default:
                result.Append('\\').Append(c);
                return at + 1;
        }
    }

    private static int NamedEscape(string source, int at, char c, StringBuilder result)
    {
        if (c == 'x' && at + 2 < source.Length && source[at + 2] == '{')
        {
            var end = source.IndexOf('}', at);
            if (
                end < 0
                || !int.TryParse(
                    source.AsSpan(at + 3, end - at - 3),
                    NumberStyles.HexNumber,
                    CultureInfo.InvariantCulture,
                    out var code
                )
                || code > 0xffff
            )
            {
                throw new FormatException($"error parsing regexp: invalid escape sequence: `{source[at..]}`");
            }
            result.Append(CultureInfo.InvariantCulture, $"\\u{code:x4}");
            return end;
        }
        if (c is 'p' or 'P' && at + 2 < source.Length && source[at + 2] != '{')
        {
            result.Append('\\').Append(c).Append('{').Append(source[at + 2]).Append('}');
            return at + 2;
        }
        result.Append('\\').Append(c);
        return at + 1;
    }
}
