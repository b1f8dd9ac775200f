using System.Text;

namespace Binnacle.PromQL.Templates.Syntax;

/// <summary>
/// The tokens of a Go template, by the rules of text/template/parse since Go 1.18
/// (https://go.dev/src/text/template/parse/lex.go): text between actions, trim markers, comments, and what stands inside
/// an action. After an error token the reader says where to go on (<see cref="SkipAction"/>).
/// </summary>
internal sealed partial class TemplateLexer(string text)
{
    private int _position;
    private int _depth;
    private bool _inside;

    // The braces of the action that is being read.
    private int _open;

    // Where reading goes on after a fault that is known as a whole.
    private int _resume;

    /// <summary>What is wrong at the last error token.</summary>
    public (string Message, string Expected, string Fix) Fault { get; private set; }

    public TemplateToken Next() => _inside ? NextInside() : NextOutside();

    /// <summary>
    /// Leaves the action of a faulty token: behind the closing braces that come next, or at opening ones if those come first.
    /// False when there are neither: the rest of the text belongs to that action.
    /// </summary>
    public bool SkipAction(TemplateToken faulty)
    {
        _inside = false;
        var from = Math.Max(faulty.Start, _resume);
        var rest = text.AsSpan(from);
        var close = rest.IndexOf("}}");
        var open = rest.IndexOf("{{");
        _position =
            open >= 0 && (close < 0 || open < close) ? from + open
            : close >= 0 ? from + close + 2
            : text.Length;
        return open >= 0 || close >= 0;
    }

    private TemplateToken NextOutside()
    {
        while (true)
        {
            var start = _position;
            var found = text.AsSpan(start).IndexOf("{{");
            if (found < 0)
            {
                _position = text.Length;
                return new TemplateToken(
                    start < text.Length ? TemplateTokenKind.Text : TemplateTokenKind.End,
                    start,
                    text.Length,
                    false
                );
            }

            var open = start + found;
            var trims = IsTrimMarker(open + 2);
            var end = trims ? start + text.AsSpan(start, found).TrimEnd(" \t\r\n").Length : open;
            _position = open;
            if (end > start)
            {
                return new TemplateToken(TemplateTokenKind.Text, start, end, false);
            }

            var body = open + (trims ? 4 : 2);
            if (!text.AsSpan(body).StartsWith("/*"))
            {
                _position = body;
                _open = open;
                _inside = true;
                _depth = 0;
                return new TemplateToken(TemplateTokenKind.LeftDelimiter, open, body, false);
            }

            if (!SkipComment(body))
            {
                return Comment(open, body);
            }
        }
    }

    private bool IsTrimMarker(int at) => at + 1 < text.Length && text[at] is '-' && IsSpace(text[at + 1]);

    private TemplateToken Comment(int open, int body)
    {
        var close = text.AsSpan(body + 2).IndexOf("*/");
        _resume = close < 0 ? text.Length : body + close + 4;
        return close < 0
            ? Error(open, body + 2, "the comment is never closed", "\"*/}}\"")
            : Error(_resume - 2, _resume, "a comment must be all that its action holds", "\"*/}}\" or \"*/ -}}\"");
    }

    private bool SkipComment(int start)
    {
        var close = text.AsSpan(start + 2).IndexOf("*/");
        var end = start + 2 + close + 2;
        if (close < 0)
        {
            return false;
        }

        if (text.AsSpan(end).StartsWith("}}"))
        {
            _position = end + 2;
            return true;
        }

        if (end < text.Length && IsSpace(text[end]) && text.AsSpan(end + 1).StartsWith("-}}"))
        {
            TrimAfter(end + 4);
            return true;
        }

        return false;
    }

    private void TrimAfter(int end) => _position = text.Length - text.AsSpan(end).TrimStart(" \t\r\n").Length;

    private TemplateToken NextInside()
    {
        var start = _position;
        while (_position < text.Length && IsSpace(text[_position]))
        {
            _position++;
        }

        var spaced = _position > start;
        start = _position;
        var rest = text.AsSpan(start);
        var trims = spaced && rest.StartsWith("-}}");
        if (trims || rest.StartsWith("}}"))
        {
            return RightDelimiter(start, trims, spaced);
        }

        if (rest.IsEmpty)
        {
            _resume = text.Length;
            return Error(_open, _open + 2, "\"{{\" is never closed", "\"}}\"");
        }

        _position++;
        return rest[0] switch
        {
            ':' when rest.Length > 1 && rest[1] is '=' => Take(TemplateTokenKind.Declare, start, start + 2, spaced),
            ':' => Error(start, start + 1, "unexpected \":\"", "\":=\"", ":="),
            '=' => Take(TemplateTokenKind.Assign, start, start + 1, spaced),
            '|' => Take(TemplateTokenKind.Pipe, start, start + 1, spaced),
            ',' => Take(TemplateTokenKind.Comma, start, start + 1, spaced),
            '"' or '\'' => Quoted(start, rest[0], spaced),
            '`' => Raw(start, spaced),
            '(' => Parenthesis(TemplateTokenKind.LeftParenthesis, 1, start, spaced),
            ')' when _depth == 0 => Error(start, start + 1, "\")\" without \"(\" before it", ""),
            ')' => Parenthesis(TemplateTokenKind.RightParenthesis, -1, start, spaced),
            '$' => Name(TemplateTokenKind.Variable, start, spaced),
            '.' when rest.Length > 1 && !char.IsAsciiDigit(rest[1]) => Name(TemplateTokenKind.Field, start, spaced),
            '.' or '+' or '-' or (>= '0' and <= '9') => Number(start, spaced),
            _ => Word(start, spaced),
        };
    }

    private TemplateToken RightDelimiter(int start, bool trims, bool spaced)
    {
        if (_depth > 0)
        {
            return Error(start, start + 2, "a \"(\" of this action is never closed", "\")\" before \"}}\"");
        }

        _inside = false;
        _position = start + (trims ? 3 : 2);
        var end = _position;
        if (trims)
        {
            TrimAfter(end);
        }

        return new TemplateToken(TemplateTokenKind.RightDelimiter, start, end, spaced);
    }

    private TemplateToken Parenthesis(TemplateTokenKind kind, int change, int start, bool spaced)
    {
        _depth += change;
        return Take(kind, start, start + 1, spaced);
    }

    private TemplateToken Take(TemplateTokenKind kind, int start, int end, bool spaced)
    {
        _position = end;
        return new TemplateToken(kind, start, end, spaced);
    }

    private TemplateToken Error(int start, int end, string message, string expected, string fix = "")
    {
        Fault = (message, expected, fix);
        _position = end;
        return new TemplateToken(TemplateTokenKind.Error, start, end, false);
    }

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\r' or '\n';

    private Rune RuneAt(int at, out int width)
    {
        if (at >= text.Length)
        {
            width = 0;
            return default;
        }

        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out width);
        return rune;
    }

    private static bool IsAlphanumeric(Rune rune) =>
        rune.IsAscii
            ? char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value == '_'
            : Rune.IsLetter(rune) || Rune.IsDigit(rune);
}
