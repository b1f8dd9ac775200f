namespace Binnacle.PromQL.Lexing;

/// <summary>
/// Splits a PromQL expression into tokens, as <c>promql/parser/lex.go</c> of Prometheus 3.x does. What a character means
/// depends on the brackets around it: inside braces every word is a name, inside square brackets a colon separates.
/// </summary>
/// <remarks>After an <see cref="TokenKind.Error"/> token <see cref="Failure"/> says what is wrong; there is nothing more to read.</remarks>
internal ref struct Lexer(ReadOnlySpan<char> text)
{
    private const char EndOfText = '\0';

    private readonly ReadOnlySpan<char> _text = text;
    private int _position;
    private bool _inBraces;
    private bool _inBrackets;

    /// <summary>What stopped the lexer, if anything did.</summary>
    public SyntaxError? Failure { get; private set; }

    /// <summary>All tokens of <paramref name="text"/> without comments; the last one is the end or the error.</summary>
    public static List<Token> ReadAll(ReadOnlySpan<char> text, out SyntaxError? failure)
    {
        var lexer = new Lexer(text);
        var tokens = new List<Token>(text.Length / 4 + 2);
        Token token;
        do
        {
            token = lexer.Next();
            if (token.Kind is not TokenKind.Comment)
            {
                tokens.Add(token);
            }
        } while (token.Kind is not (TokenKind.End or TokenKind.Error));

        failure = lexer.Failure;
        return tokens;
    }

    /// <summary>The next token, comments included.</summary>
    public Token Next()
    {
        while (_position < _text.Length && _text[_position] is ' ' or '\t' or '\n' or '\r')
        {
            _position++;
        }

        if (_position >= _text.Length)
        {
            return _inBraces
                ? Fail(_position, "the text ends inside braces", "\"}\"")
                : new Token(TokenKind.End, _text.Length, 0);
        }

        var c = _text[_position];
        return c switch
        {
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

    private Token InsideBraces(char c) =>
        c switch
        {
            '=' when Peek(1) is '~' => Take(TokenKind.RegexMatch, 2),
            '=' => Take(TokenKind.Assign, 1),
            '!' when Peek(1) is '~' => Take(TokenKind.RegexNoMatch, 2),
            '!' when Peek(1) is '=' => Take(TokenKind.NotEqual, 2),
            '!' => Fail(_position, "unexpected \"!\" inside braces", "one of =, !=, =~, !~"),
            _ when IsAlpha(c) => LabelName(),
            _ => Fail(
                _position,
                $"unexpected character {Quote(_position)} inside braces",
                "a label name, a matcher or \"}\""
            ),
        };

    private Token Outside(char c) =>
        c switch
        {
            '(' => Take(TokenKind.LeftParen, 1),
            ')' => Take(TokenKind.RightParen, 1),
            '[' => OpenBracket(),
            ']' => CloseBracket(),
            '+' => Take(TokenKind.Add, 1),
            '-' => Take(TokenKind.Subtract, 1),
            '*' => Take(TokenKind.Multiply, 1),
            '/' => Take(TokenKind.Divide, 1),
            '%' => Take(TokenKind.Modulo, 1),
            '^' => Take(TokenKind.Power, 1),
            '@' => Take(TokenKind.At, 1),
            '=' when Peek(1) is '=' => Take(TokenKind.Equal, 2),
            '=' when Peek(1) is '~' => Fail(
                _position,
                "\"=~\" stands outside braces",
                "\"==\", or a matcher inside { }"
            ),
            '=' => Take(TokenKind.Assign, 1),
            '!' when Peek(1) is '=' => Take(TokenKind.NotEqual, 2),
            '!' => Fail(_position, "unexpected \"!\"", "\"!=\""),
            '<' when Peek(1) is '=' => Take(TokenKind.LessOrEqual, 2),
            '<' when Peek(1) is '/' => Take(TokenKind.TrimUpper, 2),
            '<' => Take(TokenKind.Less, 1),
            '>' when Peek(1) is '=' => Take(TokenKind.GreaterOrEqual, 2),
            '>' when Peek(1) is '/' => Take(TokenKind.TrimLower, 2),
            '>' => Take(TokenKind.Greater, 1),
            ':' when _inBrackets => Take(TokenKind.Colon, 1),
            '.' when char.IsAsciiDigit(Peek(1)) => NumberOrDuration(),
            _ when char.IsAsciiDigit(c) => NumberOrDuration(),
            _ when IsAlpha(c) || c is ':' => Word(),
            _ => Fail(_position, $"unexpected character {Quote(_position)}", ""),
        };

    private readonly char Peek(int ahead) => _position + ahead < _text.Length ? _text[_position + ahead] : EndOfText;

    private Token Take(TokenKind kind, int length, Keyword keyword = Keyword.None)
    {
        var token = new Token(kind, _position, length, keyword);
        _position += length;
        return token;
    }

    private Token Fail(int offset, string message, string expected)
    {
        Failure ??= SyntaxError.At(_text, offset, message, expected);
        _position = _text.Length;
        _inBraces = false;
        return new Token(TokenKind.Error, offset, 0);
    }

    private Token OpenBrace()
    {
        if (_inBraces)
        {
            return Fail(_position, "unexpected \"{\" inside braces", "\"}\"");
        }

        _inBraces = true;
        return Take(TokenKind.LeftBrace, 1);
    }

    private Token CloseBrace()
    {
        if (!_inBraces)
        {
            return Fail(_position, "unexpected \"}\" without an opening \"{\"", "");
        }

        _inBraces = false;
        return Take(TokenKind.RightBrace, 1);
    }

    private Token OpenBracket()
    {
        if (_inBrackets)
        {
            return Fail(_position, "unexpected \"[\" inside brackets", "\"]\"");
        }

        _inBrackets = true;
        return Take(TokenKind.LeftBracket, 1);
    }

    private Token CloseBracket()
    {
        if (!_inBrackets)
        {
            return Fail(_position, "unexpected \"]\" without an opening \"[\"", "");
        }

        _inBrackets = false;
        return Take(TokenKind.RightBracket, 1);
    }

    private Token Comment()
    {
        var length = _text[_position..].IndexOfAny('\n', '\r');
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
        var length = 1;
        var colon = _text[_position] is ':';
        // Inside brackets a word ends at a colon and at a digit: only step, range, min_of and max_of stand there.
        while (_inBrackets ? IsAlpha(Peek(length)) : IsAlphanumeric(Peek(length)) || Peek(length) is ':')
        {
            colon |= Peek(length) is ':';
            length++;
        }

        if (colon)
        {
            return Take(TokenKind.MetricIdentifier, length);
        }

        var word = _text.Slice(_position, length);
        if (Keywords.IsSpecialNumber(word))
        {
            return Take(TokenKind.Number, length);
        }

        var keyword = Keywords.Of(word);
        // Newer than the rest, these three are keywords before a parenthesis only, so that metrics of that name live on.
        if (keyword is Keyword.Fill or Keyword.FillLeft or Keyword.FillRight)
        {
            var rest = _text[(_position + length)..].TrimStart(" \t\r\n");
            keyword = rest is ['(', ..] ? keyword : Keyword.None;
        }

        return Take(TokenKind.Identifier, length, keyword);
    }

    private Token NumberOrDuration()
    {
        var rest = _text[_position..];
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
            _position,
            $"bad number or duration \"{rest[..end]}\"",
            "a number such as 1.5 or 0x1F, or a duration such as 5m or 1h30m"
        );
    }

    private Token QuotedString(char quote)
    {
        var start = _position;
        for (var i = start + 1; i < _text.Length; )
        {
            var c = _text[i];
            if (c == quote)
            {
                return Take(TokenKind.String, i + 1 - start);
            }

            if (c is '\n')
            {
                return Fail(start, "unterminated string", $"a closing {quote} on the same line");
            }

            if (c is '\\')
            {
                if (!EscapeScanner.TryEscape(_text[i..], quote, out var length, out var fault))
                {
                    return Fail(i, fault, "an escape such as \\n, \\\\, \\x41 or \\u00e9");
                }

                i += length;
                continue;
            }

            if (c is '\uFFFD')
            {
                return Fail(i, "invalid UTF-8 in a string", "");
            }

            i++;
        }

        return Fail(start, "unterminated string", $"a closing {quote}");
    }

    private Token RawString()
    {
        var body = _text[(_position + 1)..];
        var end = body.IndexOf('`');
        var bad = (end < 0 ? body : body[..end]).IndexOf('\uFFFD');
        if (bad >= 0)
        {
            return Fail(_position + 1 + bad, "invalid UTF-8 in a string", "");
        }

        return end < 0 ? Fail(_position, "unterminated raw string", "a closing `") : Take(TokenKind.String, end + 2);
    }

    private readonly string Quote(int offset) =>
        char.IsHighSurrogate(_text[offset]) && offset + 1 < _text.Length
            ? $"'{_text.Slice(offset, 2)}'"
            : $"'{_text[offset]}'";

    internal static bool IsAlpha(char c) => char.IsAsciiLetter(c) || c is '_';

    internal static bool IsAlphanumeric(char c) => char.IsAsciiLetterOrDigit(c) || c is '_';
}
