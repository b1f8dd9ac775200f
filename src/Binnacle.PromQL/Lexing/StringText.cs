using System.Buffers;
using System.Globalization;
using System.Text;

namespace Binnacle.PromQL.Lexing;

/// <summary>The values of string literals, and literals for values.</summary>
internal static class StringText
{
    /// <summary>
    /// The value of a string token. Bytes written as <c>\xff</c> or <c>\377</c> that are no UTF-8 become the lone
    /// surrogates U+DC80 … U+DCFF, so that different values stay different.
    /// </summary>
    public static string Unquote(ReadOnlySpan<char> literal)
    {
        var body = literal[1..^1];
        if (literal[0] is '`' || !body.Contains('\\'))
        {
            return body.ToString();
        }

        var bytes = new List<byte>(body.Length + 8);
        Span<byte> buffer = stackalloc byte[4];
        for (var i = 0; i < body.Length; )
        {
            if (body[i] is not '\\')
            {
                Rune.DecodeFromUtf16(body[i..], out var rune, out var consumed);
                bytes.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
                i += consumed;
                continue;
            }

            var c = body[i + 1];
            var (digits, radix, from) = c switch
            {
                >= '0' and <= '7' => (3, 8, 1),
                'x' => (2, 16, 2),
                'u' => (4, 16, 2),
                'U' => (8, 16, 2),
                _ => (0, 0, 2),
            };
            if (digits == 0)
            {
                bytes.Add((byte)Simple(c));
            }
            else
            {
                var value = Convert.ToUInt32(body.Slice(i + from, digits).ToString(), radix);
                if (c is 'u' or 'U')
                {
                    bytes.AddRange(buffer[..new Rune(value).EncodeToUtf8(buffer)]);
                }
                else
                {
                    bytes.Add((byte)value);
                }
            }

            i += from + digits;
        }

        return Decode(bytes.ToArray());
    }

    /// <summary>Where in a string token the code unit of that index of its value stands, or begins.</summary>
    public static int PositionOf(ReadOnlySpan<char> literal, int index)
    {
        if (literal[0] is '`' || !literal.Contains('\\'))
        {
            return Math.Min(index + 1, literal.Length - 1);
        }

        var position = 1;
        for (var units = 0; units < index && position < literal.Length - 1; units++)
        {
            if (literal[position] is not '\\')
            {
                position++;
                continue;
            }

            // Of an escape that stands for two units, or for a part of a character in UTF-8, the next one is near enough.
            position += literal[position + 1] switch
            {
                >= '0' and <= '7' or 'x' => 4,
                'u' => 6,
                'U' => 10,
                _ => 2,
            };
        }

        return Math.Min(position, literal.Length - 1);
    }

    /// <summary>A double-quoted literal that Prometheus reads back as <paramref name="value"/>, written as Go's <c>%q</c> does.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        for (var i = 0; i < value.Length; )
        {
            if (Rune.DecodeFromUtf16(value.AsSpan(i), out var rune, out var consumed) is not OperationStatus.Done)
            {
                text.Append(CultureInfo.InvariantCulture, $"\\x{value[i] & 0xFF:x2}");
            }
            else if (rune.Value is '"' or '\\')
            {
                text.Append('\\').Append((char)rune.Value);
            }
            else if (rune.Value is ' ' || (rune.Value is not 0xFFFD && IsPrintable(rune)))
            {
                text.Append(value.AsSpan(i, consumed));
            }
            else
            {
                AppendEscape(text, rune);
            }

            i += consumed;
        }

        return text.Append('"').ToString();
    }

    private static bool IsPrintable(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.SpaceSeparator
            );

    private static void AppendEscape(StringBuilder text, Rune rune)
    {
        var name = "\a\b\f\n\r\t\v".IndexOf((char)rune.Value, StringComparison.Ordinal);
        _ = rune.Value switch
        {
            _ when rune.IsAscii && name >= 0 => text.Append('\\').Append("abfnrtv"[name]),
            < 0x80 => text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
            <= 0xFFFF => text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
            _ => text.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
        };
    }

    /// <summary>False where bytes that are no UTF-8 stand in a value (see <see cref="Unquote"/>).</summary>
    public static bool IsUtf8(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (
                char.IsSurrogate(value[i])
                && !(char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[++i]))
            )
            {
                return false;
            }
        }

        return true;
    }

    private static char Simple(char c) =>
        c switch
        {
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            _ => c,
        };

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var consumed) is OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                consumed = 1;
                text.Append((char)(0xDC00 + bytes[0]));
            }

            bytes = bytes[consumed..];
        }

        return text.ToString();
    }
}
