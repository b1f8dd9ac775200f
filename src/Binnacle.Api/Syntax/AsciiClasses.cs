using System.Globalization;
using System.Text;

namespace Binnacle.Api.Syntax;

/// <summary>
/// Named character classes of RE2, which are ASCII only (those of .NET are Unicode), as ranges for a .NET class.
/// </summary>
internal static class AsciiClasses
{
    /// <summary>Members of <c>[:name:]</c>, or of all other characters for <c>[:^name:]</c>; null when there is no such class.</summary>
    public static string? Posix(string name)
    {
        var ranges = name.TrimStart('^') switch
        {
            "alnum" => "09AZaz",
            "alpha" => "AZaz",
            "ascii" => "\0\x7F",
            "blank" => "\t\t  ",
            "cntrl" => "\0\x1F\x7F\x7F",
            "digit" => "09",
            "graph" => "!~",
            "lower" => "az",
            "print" => " ~",
            "punct" => "!/:@[`{~",
            "space" => "\t\r  ",
            "upper" => "AZ",
            "word" => "09AZ__az",
            "xdigit" => "09AFaf",
            _ => null,
        };
        return ranges is null ? null : Members(ranges, negated: name.StartsWith('^'));
    }

    /// <summary>Members of <c>\d \s \w</c>, or of all other characters for <c>\D \S \W</c>; null for other letters.</summary>
    public static string? Perl(char letter)
    {
        var ranges = char.ToLowerInvariant(letter) switch
        {
            'd' => "09",
            's' => "\t\n\f\r  ",
            'w' => "09AZ__az",
            _ => null,
        };
        return ranges is null ? null : Members(ranges, negated: char.IsAsciiLetterUpper(letter));
    }

    // Ranges come as pairs of first and last character, in ascending order.
    private static string Members(string pairs, bool negated)
    {
        var members = new StringBuilder();
        var next = 0;
        for (var i = 0; i < pairs.Length; i += 2)
        {
            if (!negated)
            {
                Append(members, pairs[i], pairs[i + 1]);
            }
            else if (pairs[i] > next)
            {
                Append(members, next, pairs[i] - 1);
            }
            next = pairs[i + 1] + 1;
        }
        if (negated)
        {
            Append(members, next, char.MaxValue);
        }
        return members.ToString();
    }

    private static void Append(StringBuilder members, int first, int last) =>
        members.Append(CultureInfo.InvariantCulture, $"\\u{first:X4}-\\u{last:X4}");
}
