using System.Globalization;

namespace Binnacle.PromQL.RegularExpressions;

/// <summary>Reads the tables that <c>hack/unicode-tables.mjs</c> writes.</summary>
internal static class UnicodeTable
{
    /// <summary>The lines of a table.</summary>
    public static IEnumerable<string> Lines(string name)
    {
        using var stream =
            typeof(UnicodeTable).Assembly.GetManifestResourceStream($"RegularExpressions.Unicode.{name}")
            ?? throw new InvalidOperationException($"the table {name} is not part of the assembly");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    /// <summary>Ranges as pairs out of <c>41-5a aa 100-136/2</c>.</summary>
    public static RuneSet Ranges(ReadOnlySpan<char> text)
    {
        var ranges = new RuneSet(64);
        foreach (var part in text.Split(' '))
        {
            var range = text[part];
            var slash = range.IndexOf('/');
            var stride = slash < 0 ? 1 : Hex(range[(slash + 1)..]);
            range = slash < 0 ? range : range[..slash];
            var dash = range.IndexOf('-');
            var low = Hex(dash < 0 ? range : range[..dash]);
            var high = dash < 0 ? low : Hex(range[(dash + 1)..]);
            for (var rune = low; stride > 1 && rune <= high; rune += stride)
            {
                ranges.AddRange(rune, rune);
            }

            if (stride == 1)
            {
                ranges.AddRange(low, high);
            }
        }

        return ranges;
    }

    public static int Hex(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, null);
}
