namespace Binnacle.PromQL.Lexing;

/// <summary>
/// Splits a PromQL expression into tokens, as <c>promql/parser/lex.go</c> of Prometheus 3.x does. What a character means
/// depends on the brackets around it: inside braces every word is a name, inside square brackets a colon separates.
/// </summary>
/// <remarks>
/// After an <see cref="TokenKind.Error"/> token <see cref="Failure"/> says what is wrong. Reading may go on behind it: at
/// the end of the text if what follows could not be told from what was broken.
/// </remarks>
internal struct Lexer(string source, bool trims = true)
{
    private const char EndOfText = '\0';

    private readonly string _text = source;
    private int _position;
    private bool _inBraces;
    private bool _inBrackets;

    // Between "[" and the first number Prometheus's lexer is in a state of its own, which knows no comments.
    private bool _beforeDuration;

    private (int Start, int End, string Message, string Expected, string Suggestion)? _failure;

    /// <summary>What the last <see cref="TokenKind.Error"/> token is about.</summary>
    /// <remarks>Made only when it is asked for: lines and columns are counted from the start of the text.</remarks>
    public readonly SyntaxError? Failure =>
        _failure is var (start, end, message, expected, suggestion)
            ? SyntaxError.Spanning(_text, start, end, message, expected, suggestion)
            : null;

    /// <summary>What the user most likely meant by the last <see cref="TokenKind.Error"/> token; empty for nothing known.</summary>
    public readonly string Meant => _failure?.Suggestion ?? "";

    /// <summary>The next token, comments included.</summary>
    public Token Next()
    {
        var text = _text.AsSpan();
        var position = _position;
        while (position < text.Length && text[position] is ' ' or '\t' or '\n' or '\r')
        {
            position++;
        }

        _position = position;
        if (position >= text.Length)
        {
            return AtEnd();
        }

        var c = text[position];
        if (!_inBraces && IsAlpha(c))
        {
            return Word();
        }

        return c switch
        {
            '#' when _beforeDuration => Fail(1, "a comment stands right behind \"[\"", "a duration such as 5m"),
            '#' => Comment(),
            '"' or '\'' => QuotedString(c),
            '`' => RawString(),
            ',' => Take(TokenKind.Comma, 1),
            '{' => OpenBrace(),
            '}' => CloseBrace(),
            _ when _inBraces => InsideBraces(c),
            _ => Outside(c),
        };
    }

    /// <summary>True behind "[" and before its "]".</summary>
    public readonly bool InBrackets => _inBrackets;

    /// <summary>Forgets an opened bracket that the text never closes, so that the rest is read as usual.</summary>
    public void LeaveBrackets()
    {
        _inBrackets = false;
        _beforeDuration = false;
    }

    /// <summary>Forgets opened braces that the text never closes.</summary>
    public void LeaveBraces() => _inBraces = false;

    private Token AtEnd()
    {
        if (!_inBraces)
        {
            return new Token(TokenKind.End, _text.Length, 0);
        }

        _failure = (_text.Length, _text.Length, "the text ends inside braces", "\"}\"", "");
        _inBraces = false;
        return new Token(TokenKind.Error, _text.Length, 0);
    }

    private Token InsideBraces(char c) =>
        c switch
        {
            '=' when Peek(1) is '~' => Take(TokenKind.RegexMatch, 2),
            '=' when Peek(1) is '=' => Fail(2, "\"==\" inside braces", "one of =, !=, =~, !~", "="),
            '=' => Take(TokenKind.Assign, 1),
            '!' when Peek(1) is '~' => Take(TokenKind.RegexNoMatch, 2),
            '!' when Peek(1) is '=' => Take(TokenKind.NotEqual, 2),
            '!' => Fail(1, "unexpected \"!\" inside braces", "one of =, !=, =~, !~", "!="),
            _ when IsAlpha(c) => LabelName(),
            ':' => Fail(1, "unexpected \":\" inside braces", "one of =, !=, =~, !~", "="),
            '~' => Fail(1, "unexpected \"~\" inside braces", "one of =, !=, =~, !~", "=~"),
            '&' or '|' or ';' => Fail(
                Peek(1) == c ? 2 : 1,
                $"unexpected \"{c}\" inside braces",
                "\",\" between matchers",
                ","
            ),
            _ => BadCharacter(" inside braces", "a label name, a matcher or \"}\""),
        };

    private Token Outside(char c)
    {
        switch (c)
        {
            case '(':
                return Take(TokenKind.LeftParen, 1);
            case ')':
                return Take(TokenKind.RightParen, 1);
            case '[':
                return OpenBracket();
            case ']':
                return CloseBracket();
            case '+':
                return Take(TokenKind.Add, 1);
            case '-':
                return Take(TokenKind.Subtract, 1);
            case '*':
                return Take(TokenKind.Multiply, 1);
            case '/':
                return Take(TokenKind.Divide, 1);
            case '%':
                return Take(TokenKind.Modulo, 1);
            case '^':
                return Take(TokenKind.Power, 1);
            case '@':
                return Take(TokenKind.At, 1);
            case '=' or '!' or '<' or '>':
                return Comparison(c);
            case ':' when _inBrackets:
                return Take(TokenKind.Colon, 1);
            case ':':
                return Word();
        }

        return char.IsAsciiDigit(c) || (c is '.' && char.IsAsciiDigit(Peek(1)))
            ? NumberOrDuration()
            : BadCharacter("", "");
    }

    private Token Comparison(char c) =>
        (c, Peek(1)) switch
        {
            ('=', '=') when Peek(2) is '=' => Fail(3, "unexpected \"===\"", "", "=="),
            ('=', '=') => Take(TokenKind.Equal, 2),
            ('=', '~') => Fail(2, "\"=~\" stands outside braces", "\"==\", or a matcher inside { }"),
            ('=', '<') => Fail(2, "unexpected \"=<\"", "", "<="),
            ('=', '>') => Fail(2, "unexpected \"=>\"", "", ">="),
            ('=', '!') => Fail(2, "unexpected \"=!\"", "", "!="),
            ('=', _) => Take(TokenKind.Assign, 1),
            ('!', '=') when Peek(2) is '=' => Fail(3, "unexpected \"!==\"", "", "!="),
            ('!', '=') => Take(TokenKind.NotEqual, 2),
            ('!', '~') => Fail(2, "\"!~\" stands outside braces", "\"!=\", or a matcher inside { }"),
            ('!', _) => Fail(1, "unexpected \"!\"", "\"!=\", or \"unless\" for what must not be there"),
            ('<', '=') => Take(TokenKind.LessOrEqual, 2),
            ('<', '>') => Fail(2, "unexpected \"<>\"", "", "!="),
            ('<', '/') when trims => Take(TokenKind.TrimUpper, 2),
            ('<', _) => Take(TokenKind.Less, 1),
            (_, '=') => Take(TokenKind.GreaterOrEqual, 2),
            (_, '/') when trims => Take(TokenKind.TrimLower, 2),
            _ => Take(TokenKind.Greater, 1),
        };

    private readonly char Peek(int ahead) => _position + ahead < _text.Length ? _text[_position + ahead] : EndOfText;

    private Token Take(TokenKind kind, int length, Keyword keyword = Keyword.None)
    {
        var token = new Token(kind, _position, length, keyword);
        _position += length;
        return token;
    }

    private Token Fail(int length, string message, string expected, string suggestion = "")
    {
        _failure = (_position, _position + length, message, expected, suggestion);
        return Take(TokenKind.Error, length);
    }

    /// <summary>For what leaves no place from which reading could safely go on.</summary>
    private Token FailForGood(int offset, int end, string message, string expected, string suggestion = "")
    {
        _failure = (offset, end, message, expected, suggestion);
        _position = _text.Length;
        _inBraces = false;
        LeaveBrackets();
        return new Token(TokenKind.Error, offset, _text.Length - offset);
    }

    private Token BadCharacter(string place, string expected)
    {
        var length = char.IsHighSurrogate(_text[_position]) && char.IsLowSurrogate(Peek(1)) ? 2 : 1;
        var text = _text.AsSpan(_position);
        if (Misspellings.OfCharacter(text, out var taken, out var message, out var suggestion))
        {
            return Fail(taken, message + place, expected, suggestion);
        }

        // A whole run of digits and letters is one fault: {1x="a"}.
        while (_inBraces && char.IsAsciiDigit(text[0]) && IsAlphanumeric(Peek(length)))
        {
            length++;
        }

        return Fail(length, $"unexpected character '{text[..length]}'{place}", expected);
    }

    private Token OpenBrace()
    {
        if (_inBraces)
        {
            return Fail(1, "unexpected \"{\" inside braces", "\"}\"");
        }

        _inBraces = true;
        return Take(TokenKind.LeftBrace, 1);
    }

    private Token CloseBrace()
    {
        if (!_inBraces)
        {
            return Fail(1, "unexpected \"}\" without an opening \"{\"", "");
        }

        _inBraces = false;
        return Take(TokenKind.RightBrace, 1);
    }

    private Token OpenBracket()
    {
        if (_inBrackets)
        {
            return Fail(1, "unexpected \"[\" inside brackets", "\"]\"");
        }

        _inBrackets = true;
        _beforeDuration = true;
        return Take(TokenKind.LeftBracket, 1);
    }

    private Token CloseBracket()
    {
        if (!_inBrackets)
        {
            return Fail(1, "unexpected \"]\" without an opening \"[\"", "");
        }

        LeaveBrackets();
        return Take(TokenKind.RightBracket, 1);
    }

    private Token Comment()
    {
        var length = _text.AsSpan(_position).IndexOfAny('\n', '\r');
        return Take(TokenKind.Comment, length < 0 ? _text.Length - _position : length);
    }

    private Token LabelName()
    {
        var length = 1;
        while (IsAlphanumeric(Peek(length)))
        {
            length++;
        }

        return Take(TokenKind.Identifier, length);
    }

    private Token Word()
    {
        var text = _text.AsSpan(_position);
        var colon = text[0] is ':';
        var length = 1;
        for (; length < text.Length; length++)
        {
            var c = text[length];
            // Inside brackets a word ends at a colon and at a digit: only step, range, min_of and max_of stand there.
            if (IsAlpha(c) || (!_inBrackets && char.IsAsciiDigit(c)))
            {
                continue;
            }

            if (c is not ':' || _inBrackets)
            {
                break;
            }

            colon = true;
        }

        if (colon)
        {
            return Take(TokenKind.MetricIdentifier, length);
        }

        var word = text[..length];
        if (length == 3 && !_inBrackets && Keywords.IsSpecialNumber(word))
        {
            return Take(TokenKind.Number, length);
        }

        var keyword = Keywords.Of(word);
        // Newer than the rest, these three are keywords before a parenthesis only, so that metrics of that name live on.
        if (keyword is Keyword.Fill or Keyword.FillLeft or Keyword.FillRight)
        {
            keyword = text[length..].TrimStart(" \t\r\n") is ['(', ..] ? keyword : Keyword.None;
        }

        return Take(TokenKind.Identifier, length, keyword);
    }

    private Token NumberOrDuration()
    {
        _beforeDuration = false;
        var rest = _text.AsSpan(_position);
        if (NumberScanner.TryNumber(rest, out var length))
        {
            return Take(TokenKind.Number, length);
        }

        if (NumberScanner.TryDuration(rest, length, out length))
        {
            return Take(TokenKind.Duration, length);
        }

        var end = 1;
        while (IsAlphanumeric(Peek(end)) || Peek(end) is '.')
        {
            end++;
        }

        return Fail(
            end,
            $"bad number or duration \"{Token.Shorten(rest[..end])}\"",
            "a number such as 1.5 or 0x1F, or a duration such as 5m or 1h30m",
            Misspellings.OfDuration(rest[..end])
        );
    }

    private Token QuotedString(char quote)
    {
        var start = _position;
        var text = _text.AsSpan();
        for (var i = start + 1; i < text.Length; )
        {
            var c = text[i];
            if (c == quote)
            {
                return Take(TokenKind.String, i + 1 - start);
            }

            switch (c)
            {
                case '\n':
                    return FailForGood(start, i, "unterminated string", $"a closing {quote} on the same line");
                case '\\':
                    if (!EscapeScanner.TryEscape(text[i..], quote, out var length, out var fault))
                    {
                        return BadEscape(quote, i, fault);
                    }

                    i += length;
                    break;
                case '\uFFFD':
                case >= '\uD800' and <= '\uDFFF' when LoneSurrogate(text, i):
                    return FailForGood(i, i + 1, "invalid UTF-8 in a string", "");
                default:
                    i++;
                    break;
            }
        }

        return FailForGood(start, text.Length, "unterminated string", $"a closing {quote}");
    }

    /// <summary>Takes the string as a whole, if it ends, so that reading goes on behind it.</summary>
    private Token BadEscape(char quote, int at, string fault)
    {
        var text = _text.AsSpan();
        const string expected = "an escape such as \\n, \\\\, \\x41 or \\u00e9";
        var suggestion = Misspellings.OfEscape(text[at..]);
        var end = at;
        while (end < text.Length && text[end] != quote && text[end] is not '\n')
        {
            end += text[end] is '\\' ? 2 : 1;
        }

        if (end >= text.Length || text[end] != quote)
        {
            return FailForGood(at, at + 2, fault, expected, suggestion);
        }

        _failure = (at, at + 2, fault, expected, suggestion);
        return Take(TokenKind.Error, end + 1 - _position);
    }

    private Token RawString()
    {
        var text = _text.AsSpan();
        for (var i = _position + 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '`':
                    return Take(TokenKind.String, i + 1 - _position);
                case '\uFFFD':
                case >= '\uD800' and <= '\uDFFF' when LoneSurrogate(text, i):
                    return FailForGood(i, i + 1, "invalid UTF-8 in a string", "");
            }
        }

        return FailForGood(_position, text.Length, "unterminated raw string", "a closing `");
    }

    private static bool LoneSurrogate(ReadOnlySpan<char> text, int i) =>
        char.IsHighSurrogate(text[i])
            ? i + 1 >= text.Length || !char.IsLowSurrogate(text[i + 1])
            : !char.IsHighSurrogate(text[i - 1]);

    internal static bool IsAlpha(char c) => char.IsAsciiLetter(c) || c is '_';

    internal static bool IsAlphanumeric(char c) => char.IsAsciiLetterOrDigit(c) || c is '_';
}
