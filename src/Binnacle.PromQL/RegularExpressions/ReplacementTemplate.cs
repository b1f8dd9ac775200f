using System.Text;

namespace Binnacle.PromQL.RegularExpressions;

/// <summary>Fills the groups of a match into a replacement.</summary>
internal static class ReplacementTemplate
{
    public static string Expand(string template, Re2Match match)
    {
        var result = new StringBuilder(template.Length);
        var rest = template.AsSpan();
        while (rest.IndexOf('$') is var dollar and >= 0)
        {
            result.Append(rest[..dollar]);
            rest = rest[(dollar + 1)..];
            if (rest is ['$', ..])
            {
                result.Append('$');
                rest = rest[1..];
            }
            else if (Name(rest, out var length) is { Length: > 0 } name)
            {
                result.Append(Number(name) is var number and >= 0 ? match.Group(number) : match.Group(name.ToString()));
                rest = rest[length..];
            }
            else
            {
                // No name behind it: the dollar sign as such.
                result.Append('$');
            }
        }

        return result.Append(rest).ToString();
    }

    /// <summary>The name in front, with or without braces; empty when there is none.</summary>
    private static ReadOnlySpan<char> Name(ReadOnlySpan<char> text, out int length)
    {
        var braces = text is ['{', ..];
        var start = braces ? 1 : 0;
        length = start;
        while (
            length < text.Length
            && Rune.DecodeFromUtf16(text[length..], out var rune, out var width) is System.Buffers.OperationStatus.Done
            && (Rune.IsLetter(rune) || rune.Value is '_' || IsDecimal(rune))
        )
        {
            length += width;
        }

        var name = text[start..length];
        if (!braces)
        {
            return name;
        }

        return length < text.Length && text[length++] is '}' ? name : [];
    }

    private static bool IsDecimal(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.DecimalDigitNumber;

    /// <summary>-1 for what is no number: names, leading zeros, too many digits.</summary>
    private static int Number(ReadOnlySpan<char> name)
    {
        if (name.Length > 1 && name[0] is '0')
        {
            return -1;
        }

        var number = 0;
        foreach (var c in name)
        {
            if (!char.IsAsciiDigit(c) || number >= 100_000_000)
            {
                return -1;
            }

            number = (number * 10) + c - '0';
        }

        return number;
    }
}
