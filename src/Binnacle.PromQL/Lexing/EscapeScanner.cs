namespace Binnacle.PromQL.Lexing;

/// <summary>Escape sequences of quoted strings: Go's, with the string's own quote as the only quote that may be escaped.</summary>
internal static class EscapeScanner
{
    /// <summary>Measures the escape at the start of <paramref name="text"/>, backslash included.</summary>
    public static bool TryEscape(ReadOnlySpan<char> text, char quote, out int length, out string fault)
    {
        length = 2;
        fault = "";
        if (text.Length < 2)
        {
            fault = "escape sequence not terminated";
            return false;
        }

        var (digits, radix, from, max) = text[1] switch
        {
            >= '0' and <= '7' => (3, 8, 1, 255u),
            'x' => (2, 16, 2, 255u),
            'u' => (4, 16, 2, 0x10FFFFu),
            'U' => (8, 16, 2, 0x10FFFFu),
            _ => (0, 0, 0, 0u),
        };
        if (digits == 0)
        {
            if ("abfnrtv\\".Contains(text[1]) || text[1] == quote)
            {
                return true;
            }

            fault = $"unknown escape sequence \"\\{text[1]}\"";
            return false;
        }

        length = from + digits;
        uint value = 0;
        for (var i = from; i < length; i++)
        {
            var digit = i < text.Length && char.IsAsciiHexDigit(text[i]) ? Convert.ToInt32(text[i].ToString(), 16) : 16;
            if (digit >= radix)
            {
                fault =
                    $"escape sequence \"\\{text[1]}\" needs {digits} {(radix == 8 ? "octal" : "hexadecimal")} digits";
                return false;
            }

            value = value * (uint)radix + (uint)digit;
        }

        if (value > max || value is >= 0xD800 and < 0xE000)
        {
            fault = "escape sequence is no Unicode code point";
            return false;
        }

        return true;
    }
}
