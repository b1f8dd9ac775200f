using System.Text;

namespace Binnacle.PromQL.Templates.Syntax;

internal sealed partial class TemplateLexer
{
    private const string DecimalDigits = "0123456789_";

    private TemplateToken Name(TemplateTokenKind kind, int start, bool spaced)
    {
        if (AtTerminator())
        {
            return Take(kind is TemplateTokenKind.Field ? TemplateTokenKind.Dot : kind, start, _position, spaced);
        }

        SkipName();
        return AtTerminator() ? Take(kind, start, _position, spaced) : BadCharacter(kind, start);
    }

    private TemplateToken Word(int start, bool spaced)
    {
        _position = start;
        var rune = RuneAt(start, out var width);
        if (!IsAlphanumeric(rune))
        {
            _position += width;
            return rune.IsAscii && rune.Value is >= ' ' and <= '~'
                ? Take(TemplateTokenKind.Character, start, _position, spaced)
                : Error(start, _position, $"unexpected {Shown(rune)} in an action", "");
        }

        SkipName();
        return AtTerminator()
            ? Take(Keyword(text.AsSpan(start, _position - start)), start, _position, spaced)
            : BadCharacter(TemplateTokenKind.Identifier, start);
    }

    private static TemplateTokenKind Keyword(ReadOnlySpan<char> word) =>
        word switch
        {
            "block" => TemplateTokenKind.Block,
            "break" => TemplateTokenKind.Break,
            "continue" => TemplateTokenKind.Continue,
            "define" => TemplateTokenKind.Define,
            "else" => TemplateTokenKind.Else,
            "end" => TemplateTokenKind.EndKeyword,
            "if" => TemplateTokenKind.If,
            "nil" => TemplateTokenKind.Nil,
            "range" => TemplateTokenKind.Range,
            "template" => TemplateTokenKind.Template,
            "with" => TemplateTokenKind.With,
            "true" or "false" => TemplateTokenKind.Bool,
            _ => TemplateTokenKind.Identifier,
        };

    private void SkipName()
    {
        while (_position < text.Length)
        {
            // Nearly all names are ASCII.
            if (char.IsAsciiLetterOrDigit(text[_position]) || text[_position] is '_')
            {
                _position++;
                continue;
            }

            if (char.IsAscii(text[_position]) || !IsAlphanumeric(RuneAt(_position, out var width)))
            {
                return;
            }

            _position += width;
        }
    }

    /// <summary>Whether a name may end here.</summary>
    private bool AtTerminator() =>
        _position >= text.Length
        || text[_position] is '.' or ',' or '|' or ':' or ')' or '(' or ' ' or '\t' or '\r' or '\n'
        || text.AsSpan(_position).StartsWith("}}");

    private TemplateToken BadCharacter(TemplateTokenKind kind, int start)
    {
        var at = _position;
        var rune = RuneAt(at, out var width);
        var dot = start;
        if (kind is TemplateTokenKind.Field && LabelsBefore(ref dot) is { } labels)
        {
            var end = at;
            while (
                end < text.Length && !IsSpace(text[end]) && text[end] is not ('|' or '(' or ')' or '}' or ',' or '"')
            )
            {
                end++;
            }

            var name = text[(dot + 1)..end].TrimEnd(':');
            if (name.Length > 0)
            {
                return Error(
                    dot - labels.Length,
                    end,
                    $"\"{name}\" cannot stand behind a dot, since {Shown(rune)} ends a name",
                    $"index {labels} \"{name}\"",
                    $"index {labels} \"{name}\""
                );
            }
        }

        if (kind is TemplateTokenKind.Variable && rune.Value is '[' && LabelsAt(at) is { } map)
        {
            return Bracketed(map, start, at);
        }

        var what = kind switch
        {
            TemplateTokenKind.Variable => "the variable",
            TemplateTokenKind.Field => "the field",
            _ => "the name",
        };
        return at == start + 1 && kind is not TemplateTokenKind.Identifier
            ? Error(at, at + width, $"unexpected {Shown(rune)} behind \"{text[start]}\"", "a name")
            : Error(
                at,
                at + width,
                $"unexpected {Shown(rune)} in {what} \"{text[start..at]}\"",
                "letters, digits and _, or a space behind it"
            );
    }

    /// <summary>
    /// The map of labels, as it is written, that the field at <paramref name="dot"/> or one before it belongs to; null for
    /// anything else. The dot becomes that of the first field of the map.
    /// </summary>
    private string? LabelsBefore(ref int dot)
    {
        while (true)
        {
            if (LabelsAt(dot) is { } labels)
            {
                return labels;
            }

            var name = dot;
            while (name > 0 && (char.IsAsciiLetterOrDigit(text[name - 1]) || text[name - 1] is '_'))
            {
                name--;
            }

            if (name == dot || name == 0 || text[name - 1] is not '.')
            {
                return null;
            }

            dot = name - 1;
        }
    }

    private string? LabelsAt(int end)
    {
        var before = text.AsSpan(0, end);
        foreach (var labels in (ReadOnlySpan<string>)["$labels", "$externalLabels", ".Labels", ".ExternalLabels"])
        {
            if (before.EndsWith(labels))
            {
                return labels[0] is '.' && before.EndsWith("$" + labels) ? "$" + labels : labels;
            }
        }

        return null;
    }

    /// <summary><c>$labels["x"]</c>, as other languages have it.</summary>
    private TemplateToken Bracketed(string map, int start, int bracket)
    {
        var rest = text.AsSpan(bracket);
        var close = rest.IndexOf(']');
        var name = close > 0 ? rest[1..close].Trim("\"'` ").ToString() : "";
        var fix = name.Length > 0 ? $"index {map} \"{name}\"" : "";
        return Error(
            start,
            close > 0 ? bracket + close + 1 : bracket + 1,
            "a map takes no \"[\"",
            fix.Length > 0 ? fix : $"index {map} \"…\"",
            fix
        );
    }

    private static string Shown(Rune rune) =>
        rune.Value is '"' ? "'\"'"
        : Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) || rune == Rune.ReplacementChar ? $"U+{rune.Value:X4}"
        : $"\"{rune}\"";

    private TemplateToken Quoted(int start, char quote, bool spaced)
    {
        for (var i = start + 1; i < text.Length && text[i] is not '\n'; i++)
        {
            if (text[i] == quote)
            {
                return Take(
                    quote is '"' ? TemplateTokenKind.QuotedString : TemplateTokenKind.CharConstant,
                    start,
                    i + 1,
                    spaced
                );
            }

            if (text[i] is '\\' && ++i < text.Length && text[i] is '\n')
            {
                break;
            }
        }

        return Error(start, start + 1, "unterminated string in an action", $"a closing {quote}");
    }

    private TemplateToken Raw(int start, bool spaced)
    {
        var close = text.IndexOf('`', start + 1);
        return close < 0
            ? Error(start, start + 1, "unterminated string in an action", "a closing `")
            : Take(TemplateTokenKind.RawString, start, close + 1, spaced);
    }

    private TemplateToken Number(int start, bool spaced)
    {
        _position = start;
        var whole = SkipNumber();
        if (whole && _position < text.Length && text[_position] is '+' or '-')
        {
            whole = SkipNumber() && text[_position - 1] is 'i';
            return whole ? Take(TemplateTokenKind.Complex, start, _position, spaced) : BadNumber(start);
        }

        return whole ? Take(TemplateTokenKind.Number, start, _position, spaced) : BadNumber(start);
    }

    private TemplateToken BadNumber(int start) =>
        Error(
            start,
            _position,
            $"\"{text[start.._position]}\" is no number",
            "a number as in Go, such as 5, 0.5 or 0x1F"
        );

    /// <summary>Goes past the characters of a number; whether they form one is the parser's to say.</summary>
    private bool SkipNumber()
    {
        Accept("+-");
        var digits = DecimalDigits;
        if (Accept("0"))
        {
            digits =
                Accept("xX") ? "0123456789abcdefABCDEF_"
                : Accept("oO") ? "01234567_"
                : Accept("bB") ? "01_"
                : DecimalDigits;
        }

        AcceptRun(digits);
        if (Accept("."))
        {
            AcceptRun(digits);
        }

        var exponent =
            digits == DecimalDigits ? "eE"
            : digits.Length > DecimalDigits.Length ? "pP"
            : "";
        if (Accept(exponent))
        {
            Accept("+-");
            AcceptRun(DecimalDigits);
        }

        Accept("i");
        if (_position < text.Length && IsAlphanumeric(RuneAt(_position, out var width)))
        {
            _position += width;
            return false;
        }

        return true;
    }

    private bool Accept(string characters)
    {
        if (_position >= text.Length || !characters.Contains(text[_position]))
        {
            return false;
        }

        _position++;
        return true;
    }

    private void AcceptRun(string characters)
    {
        while (Accept(characters)) { }
    }
}
