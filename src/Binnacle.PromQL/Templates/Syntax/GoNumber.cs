using System.Globalization;

namespace Binnacle.PromQL.Templates.Syntax;

internal enum GoNumberKind
{
    Integer,

    /// <summary>A whole number beyond the signed 64 bits.</summary>
    Unsigned,
    Float,
    Complex,
}

/// <summary>
/// Numbers of Go templates: which texts are one, and of what kind
/// (https://go.dev/src/text/template/parse/node.go, newNumber, over strconv.ParseInt and ParseFloat).
/// </summary>
internal static class GoNumber
{
    /// <summary>The kind of <paramref name="text"/>; null when Go refuses it, with the reason in <paramref name="fault"/>.</summary>
    public static GoNumberKind? Kind(ReadOnlySpan<char> text, bool complex, out string fault)
    {
        fault = "";
        if (complex)
        {
            return ComplexKind(text, out fault);
        }

        if (text.EndsWith("i") && IsFloat(text[..^1]))
        {
            return GoNumberKind.Complex;
        }

        if (IsInteger(text, out var signed))
        {
            return signed ? GoNumberKind.Integer : GoNumberKind.Unsigned;
        }

        if (!IsFloat(text))
        {
            fault = $"\"{text}\" is no number";
            return null;
        }

        if (text.ContainsAny(".eEpP"))
        {
            return GoNumberKind.Float;
        }

        fault = text.TrimStart("+-").StartsWith("0")
            ? $"\"{text}\" is no octal number, which its leading 0 makes it"
            : $"the whole number \"{text}\" is too large";
        return null;
    }

    private static GoNumberKind? ComplexKind(ReadOnlySpan<char> text, out string fault)
    {
        // The sign between the parts is the last one that no exponent holds.
        var split = text.Length - 1;
        while (split > 0 && (text[split] is not ('+' or '-') || text[split - 1] is 'e' or 'E' or 'p' or 'P'))
        {
            split--;
        }

        var whole = IsFloat(text[..split]) && IsFloat(text[split..^1]);
        fault = whole ? "" : $"\"{text}\" is no complex number";
        return whole ? GoNumberKind.Complex : null;
    }

    private static bool IsInteger(ReadOnlySpan<char> text, out bool signed)
    {
        signed = true;
        var negative = text.StartsWith("-");
        var digits = text is ['+' or '-', ..] ? text[1..] : text;
        if (digits.IsEmpty || !UnderscoresFit(digits))
        {
            return false;
        }

        var radix = 10u;
        if (digits is ['0', _, ..])
        {
            (radix, var prefix) = (digits[1] | 0x20) switch
            {
                'x' => (16u, 2),
                'o' => (8u, 2),
                'b' => (2u, 2),
                _ => (8u, 1),
            };
            digits = digits[prefix..];
            if (digits.IsEmpty)
            {
                return false;
            }
        }

        // A plus makes no unsigned number, but no signed one beyond its range either.
        var limit =
            negative ? 1UL << 63
            : text[0] is '+' ? long.MaxValue
            : ulong.MaxValue;
        ulong value = 0;
        foreach (var c in digits)
        {
            if (c is '_')
            {
                continue;
            }

            var digit = Digit(c);
            if (digit >= radix || value > (limit - digit) / radix)
            {
                return false;
            }

            value = value * radix + digit;
        }

        signed = negative || value <= long.MaxValue;
        return true;
    }

    private static uint Digit(char c) =>
        c switch
        {
            >= '0' and <= '9' => (uint)(c - '0'),
            >= 'a' and <= 'f' => (uint)(c - 'a' + 10),
            >= 'A' and <= 'F' => (uint)(c - 'A' + 10),
            _ => uint.MaxValue / 2,
        };

    private static bool IsFloat(ReadOnlySpan<char> text)
    {
        var digits = text is ['+' or '-', ..] ? text[1..] : text;
        if (!UnderscoresFit(digits))
        {
            return false;
        }

        var plain = digits.Contains('_') ? digits.ToString().Replace("_", "") : digits;
        if (plain is ['0', 'x' or 'X', ..])
        {
            return IsHexFloat(plain[2..]);
        }

        return plain.Length > 0
            && (char.IsAsciiDigit(plain[^1]) || plain[^1] is '.')
            && (char.IsAsciiDigit(plain[0]) || plain[0] is '.')
            && double.TryParse(
                plain,
                NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out var value
            )
            && double.IsFinite(value);
    }

    private static bool IsHexFloat(ReadOnlySpan<char> text)
    {
        var exponentAt = text.IndexOfAny('p', 'P');
        if (exponentAt < 0)
        {
            return false;
        }

        var exponent = text[(exponentAt + 1)..];
        var unsigned = exponent is ['+' or '-', ..] ? exponent[1..] : exponent;
        var digits = 0;
        var leading = 0;
        var seenPoint = false;
        var nonZero = false;
        foreach (var c in text[..exponentAt])
        {
            if (c is '.')
            {
                if (seenPoint)
                {
                    return false;
                }

                seenPoint = true;
                continue;
            }

            if (Digit(c) > 15)
            {
                return false;
            }

            digits++;
            nonZero |= c is not '0';
            leading +=
                nonZero && !seenPoint ? 1
                : !nonZero && seenPoint ? -1
                : 0;
        }

        if (digits == 0 || unsigned.IsEmpty || unsigned.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        // Only the size decides: beyond 2^1024 Go refuses it.
        return !nonZero
            || !int.TryParse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power)
                && exponent[0] is '-'
            || (power is > int.MinValue and < int.MaxValue / 2 && unsigned.Length < 10 && power + 4L * leading <= 1024);
    }

    /// <summary>Whether each underscore stands between digits, or between a prefix and a digit.</summary>
    private static bool UnderscoresFit(ReadOnlySpan<char> digits)
    {
        if (!digits.Contains('_'))
        {
            return true;
        }

        var prefixed = digits is ['0', 'x' or 'X' or 'o' or 'O' or 'b' or 'B', ..];
        var hexadecimal = prefixed && digits[1] is 'x' or 'X';
        var before = prefixed ? '0' : '^';
        for (var i = prefixed ? 2 : 0; i < digits.Length; i++)
        {
            var c = digits[i];
            if (char.IsAsciiDigit(c) || (hexadecimal && char.IsAsciiHexDigit(c)))
            {
                before = '0';
            }
            else if (c is '_')
            {
                if (before is not '0')
                {
                    return false;
                }

                before = '_';
            }
            else if (before is '_')
            {
                return false;
            }
            else
            {
                before = '!';
            }
        }

        return before is not '_';
    }
}
