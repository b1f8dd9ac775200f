using System.Globalization;
using System.Text;

namespace LocalCluster.Cel;

/// <summary>The kinds of tokens.</summary>
internal enum CelTokenKind
{
    /// <summary>The end of the source.</summary>
    End,

    /// <summary>A name or keyword.</summary>
    Identifier,

    /// <summary>A literal.</summary>
    Literal,

    /// <summary>An operator or bracket.</summary>
    Symbol,
}

/// <summary>A token.</summary>
internal readonly record struct CelToken(CelTokenKind Kind, string Text, int Position, CelValue? Value = null);

/// <summary>Cuts an expression into tokens.</summary>
internal sealed class CelLexer(string source)
{
    private static readonly string[] Symbols =
    [
        "&&",
        "||",
        "==",
        "!=",
        "<=",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "%",
        "<",
        ">",
        "!",
        "?",
        ":",
        ".",
        ",",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
    ];

    private int at;

    /// <summary>All tokens, the end included.</summary>
    /// <exception cref="CelSyntaxException">Something is no token.</exception>
    public static IReadOnlyList<CelToken> Tokenize(string source)
    {
        var lexer = new CelLexer(source);
        var tokens = new List<CelToken>();
        do
        {
            tokens.Add(lexer.Next());
        } while (tokens[^1].Kind != CelTokenKind.End);
        return tokens;
    }

    private CelToken Next()
    {
        while (at < source.Length && (char.IsWhiteSpace(source[at]) || source.AsSpan(at).StartsWith("//")))
        {
            if (source[at] == '/')
            {
                var end = source.IndexOf('\n', at);
                at = end < 0 ? source.Length : end;
            }
            else
            {
                at++;
            }
        }
        if (at >= source.Length)
        {
            return new CelToken(CelTokenKind.End, "<EOF>", source.Length);
        }
        var start = at;
        if (StringPrefix() is { } prefix)
        {
            return String(start, prefix);
        }
        if (char.IsAsciiLetter(source[at]) || source[at] == '_')
        {
            while (at < source.Length && (char.IsAsciiLetterOrDigit(source[at]) || source[at] == '_'))
            {
                at++;
            }
            return new CelToken(CelTokenKind.Identifier, source[start..at], start);
        }
        if (
            char.IsAsciiDigit(source[at])
            || (source[at] == '.' && at + 1 < source.Length && char.IsAsciiDigit(source[at + 1]))
        )
        {
            return Number(start);
        }
        foreach (var symbol in Symbols)
        {
            if (source.AsSpan(at).StartsWith(symbol, StringComparison.Ordinal))
            {
                at += symbol.Length;
                return new CelToken(CelTokenKind.Symbol, symbol, start);
            }
        }
        throw new CelSyntaxException($"Syntax error: token recognition error at: '{source[at]}'", at);
    }

    private (bool Raw, bool Bytes)? StringPrefix()
    {
        var i = at;
        var (raw, bytes) = (false, false);
        while (i < source.Length && i < at + 2 && source[i] is 'r' or 'R' or 'b' or 'B')
        {
            raw |= source[i] is 'r' or 'R';
            bytes |= source[i] is 'b' or 'B';
            i++;
        }
        if (i >= source.Length || source[i] is not ('"' or '\''))
        {
            return null;
        }
        at = i;
        return (raw, bytes);
    }

    private CelToken String(int start, (bool Raw, bool Bytes) prefix)
    {
        var quote = source[at];
        var triple = source.AsSpan(at).StartsWith(new string(quote, 3));
        at += triple ? 3 : 1;
        var text = new StringBuilder();
        var octets = new List<byte>();
        while (true)
        {
            if (at >= source.Length || (!triple && source[at] == '\n'))
            {
                throw new CelSyntaxException($"Syntax error: token recognition error at: '{source[start..at]}'", start);
            }
            if (source[at] == quote && (!triple || source.AsSpan(at).StartsWith(new string(quote, 3))))
            {
                at += triple ? 3 : 1;
                break;
            }
            if (source[at] == '\\' && !prefix.Raw)
            {
                Escape(start, prefix.Bytes, text, octets);
                continue;
            }
            var rune = Rune.GetRuneAt(source, at);
            text.Append(rune);
            octets.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
            at += rune.Utf16SequenceLength;
        }
        CelValue value = prefix.Bytes ? new CelBytes(octets.ToArray()) : new CelString(text.ToString());
        return new CelToken(CelTokenKind.Literal, source[start..at], start, value);
    }

    private void Escape(int start, bool bytes, StringBuilder text, List<byte> octets)
    {
        var c = at + 1 < source.Length ? source[at + 1] : '\0';
        var simple = "abfnrtv\\?\"'`".IndexOf(c, StringComparison.Ordinal);
        int code;
        if (simple >= 0)
        {
            code = "\a\b\f\n\r\t\v\\?\"'`"[simple];
            at += 2;
        }
        else
        {
            var (skip, digits, radix) = c switch
            {
                'x' or 'X' => (2, 2, 16),
                'u' when !bytes => (2, 4, 16),
                'U' when !bytes => (2, 8, 16),
                >= '0' and <= '3' => (1, 3, 8),
                _ => throw new CelSyntaxException(
                    $"unable to unescape string: {source[at..Math.Min(at + 2, source.Length)]}",
                    start
                ),
            };
            var end = at + skip + digits;
            try
            {
                code = end <= source.Length ? Convert.ToInt32(source[(at + skip)..end], radix) : -1;
            }
            catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
            {
                code = -1;
            }
            if (code < 0 || (!bytes && !Rune.IsValid(code)))
            {
                throw new CelSyntaxException("unable to unescape string", start);
            }
            at = end;
            if (bytes)
            {
                octets.Add((byte)code);
                return;
            }
        }
        text.Append(new Rune(code));
        octets.AddRange(Encoding.UTF8.GetBytes(new Rune(code).ToString()));
    }

    private CelToken Number(int start)
    {
        if (source.AsSpan(at).StartsWith("0x") || source.AsSpan(at).StartsWith("0X"))
        {
            at += 2;
            while (at < source.Length && char.IsAsciiHexDigit(source[at]))
            {
                at++;
            }
            return Integer(start, source[(start + 2)..at], NumberStyles.HexNumber);
        }
        var isDouble = false;
        while (at < source.Length && char.IsAsciiDigit(source[at]))
        {
            at++;
        }
        if (at + 1 < source.Length && source[at] == '.' && char.IsAsciiDigit(source[at + 1]))
        {
            isDouble = true;
            at++;
            while (at < source.Length && char.IsAsciiDigit(source[at]))
            {
                at++;
            }
        }
        if (at < source.Length && source[at] is 'e' or 'E')
        {
            var mark = at;
            at++;
            at += at < source.Length && source[at] is '+' or '-' ? 1 : 0;
            if (at < source.Length && char.IsAsciiDigit(source[at]))
            {
                isDouble = true;
                while (at < source.Length && char.IsAsciiDigit(source[at]))
                {
                    at++;
                }
            }
            else
            {
                at = mark;
            }
        }
        if (isDouble)
        {
            var number = double.Parse(source.AsSpan(start, at - start), CultureInfo.InvariantCulture);
            return new CelToken(CelTokenKind.Literal, source[start..at], start, new CelDouble(number));
        }
        return Integer(start, source[start..at], NumberStyles.None);
    }

    private CelToken Integer(int start, string digits, NumberStyles style)
    {
        if (!ulong.TryParse(digits, style, CultureInfo.InvariantCulture, out var magnitude))
        {
            throw new CelSyntaxException("invalid int literal", start);
        }
        if (at < source.Length && source[at] is 'u' or 'U')
        {
            at++;
            return new CelToken(CelTokenKind.Literal, source[start..at], start, new CelUint(magnitude));
        }
        // 2^63 is valid after a minus sign alone; the parser decides.
        CelValue value = magnitude <= long.MaxValue ? new CelInt((long)magnitude) : new CelError("invalid int literal");
        return new CelToken(CelTokenKind.Literal, source[start..at], start, value);
    }
}
