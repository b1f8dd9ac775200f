using System.Globalization;
using System.Text;

namespace Binnacle.PromQL;

/// <summary>
/// A line of a text with a mark under the faulty part, for terminals and status messages:
/// <code>
/// sum(rat(up[5m]))
///     ^^^
/// </code>
/// </summary>
public static class SourceExcerpt
{
    /// <summary>The width that fits beside most prefixes in a terminal.</summary>
    public const int DefaultWidth = 100;

    private const char Ellipsis = '…';

    /// <summary>The excerpt for an error in <paramref name="text"/>; empty for a text without a visible character.</summary>
    public static string Of(string text, SyntaxError error, int maxWidth = DefaultWidth)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Of(text, error.Offset, error.End, maxWidth);
    }

    /// <summary>
    /// Two lines: the line of <paramref name="text"/> in which the span begins, cut to what is around the span where it is
    /// too wide, and carets under the span (one caret for an empty span, and no further than the line's end). Tabs stay
    /// tabs in both lines, and wide characters count two columns, so that the carets stand where they belong.
    /// </summary>
    /// <param name="text">The whole text.</param>
    /// <param name="start">Where the span begins (UTF-16 code units from 0).</param>
    /// <param name="end">Where it ends: behind its last code unit.</param>
    /// <param name="maxWidth">Columns that a line may take; at least 20 are.</param>
    public static string Of(string text, int start, int end, int maxWidth = DefaultWidth)
    {
        ArgumentNullException.ThrowIfNull(text);
        start = Math.Clamp(start, 0, text.Length);
        if (text.AsSpan(start).Trim().IsEmpty)
        {
            // What is missing at the end is missing behind the last word, not on the empty lines below.
            start = Math.Min(start, text.AsSpan().TrimEnd().Length + 1);
        }

        var lineStart = text.AsSpan(0, start).LastIndexOf('\n') + 1;
        var rest = text.AsSpan(lineStart).IndexOfAny('\r', '\n');
        var line = text.AsSpan(lineStart, rest < 0 ? text.Length - lineStart : rest);
        start = Math.Min(start - lineStart, line.Length);
        end = Math.Clamp(end - lineStart, start, line.Length);
        if (line.Trim().IsEmpty)
        {
            return "";
        }

        var (from, to) = Window(line, start, Math.Max(maxWidth, 20));
        var source = new StringBuilder();
        var marks = new StringBuilder();
        if (from > 0)
        {
            source.Append(Ellipsis);
            marks.Append(' ');
        }

        Write(line, from, to, start, end, source, marks);
        if (to < line.Length)
        {
            source.Append(Ellipsis);
        }

        return $"{source.ToString().TrimEnd()}\n{marks}";
    }

    /// <summary>
    /// An excerpt on one line, for what has only one: <c>sum(&gt;&gt;&gt;rat&lt;&lt;&lt;(up[5m]))</c>.
    /// </summary>
    /// <param name="excerpt">Two lines of <see cref="Of(string, int, int, int)"/>; of another text only the first is given.</param>
    public static string OnOneLine(string excerpt)
    {
        ArgumentNullException.ThrowIfNull(excerpt);
        var feed = excerpt.IndexOf('\n', StringComparison.Ordinal);
        var source = excerpt.AsSpan(0, feed < 0 ? excerpt.Length : feed);
        var marks = excerpt.AsSpan(feed + 1);
        if (feed < 0 || marks.IsEmpty || marks.ContainsAnyExcept(" \t^") || !marks.Contains('^'))
        {
            return source.Trim().ToString();
        }

        var from = At(source, Width(marks[..marks.IndexOf('^')]));
        var to = At(source, Width(marks));
        return $"{source[..from]}>>>{source[from..to]}<<<{source[to..]}".Replace('\t', ' ').Trim();
    }

    /// <summary>Where a column is in a line; its end where there is none.</summary>
    private static int At(ReadOnlySpan<char> line, int column)
    {
        var at = 0;
        for (var width = 0; at < line.Length; )
        {
            var next = Next(line, at);
            width += Width(line[at..next]);
            if (width > column)
            {
                break;
            }

            at = next;
        }

        return at;
    }

    private static void Write(
        ReadOnlySpan<char> line,
        int from,
        int to,
        int start,
        int end,
        StringBuilder source,
        StringBuilder marks
    )
    {
        var marked = false;
        for (var i = from; i < to; )
        {
            Rune.DecodeFromUtf16(line[i..], out var rune, out var length);
            // What would move the cursor or turn the writing round is shown as what it is: something strange.
            var shown = rune.Value is not '\t' && Rune.IsControl(rune) ? Rune.ReplacementChar : rune;
            source.Append(shown.ToString());
            var width = Width(rune);
            if (i + length > start && (i < end || (!marked && i >= start)))
            {
                marks.Append('^', Math.Max(width, marked ? 0 : 1));
                marked = true;
            }
            else if (!marked)
            {
                _ = rune.Value is '\t' ? marks.Append('\t') : marks.Append(' ', width);
            }

            i += length;
        }

        if (!marked)
        {
            marks.Append('^');
        }
    }

    /// <summary>The part of the line that is shown: all of it, or a third of the room before the span and the rest from it on.</summary>
    private static (int From, int To) Window(ReadOnlySpan<char> line, int start, int width)
    {
        if (Width(line) <= width)
        {
            return (0, line.Length);
        }

        // Two columns are for the dots that say that something is left out.
        var room = width - 2;
        var from = start;
        var taken = 0;
        var before = Math.Max(room / 3, room - Width(line[start..]) - 1);
        while (from > 0 && taken < before)
        {
            from = Previous(line, from);
            taken += Width(line[from..Next(line, from)]);
        }

        var to = from;
        taken = 0;
        while (to < line.Length && taken < room)
        {
            var next = Next(line, to);
            taken += Width(line[to..next]);
            to = next;
        }

        return (from, to);
    }

    private static int Previous(ReadOnlySpan<char> line, int i) =>
        i > 1 && char.IsLowSurrogate(line[i - 1]) && char.IsHighSurrogate(line[i - 2]) ? i - 2 : i - 1;

    private static int Next(ReadOnlySpan<char> line, int i) =>
        i + 1 < line.Length && char.IsHighSurrogate(line[i]) && char.IsLowSurrogate(line[i + 1]) ? i + 2 : i + 1;

    private static int Width(ReadOnlySpan<char> text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Width(rune);
        }

        return width;
    }

    /// <summary>
    /// Columns in a terminal: two for East Asian wide characters and emoji, none for combining marks, eight at most for a
    /// tab (https://www.unicode.org/reports/tr11/).
    /// </summary>
    private static int Width(Rune rune) =>
        rune.Value switch
        {
            '\t' => 8,
            < 0x300 => 1,
            >= 0x1100 and <= 0x115F => 2,
            >= 0x2E80 and <= 0xA4CF and not 0x303F => 2,
            >= 0xAC00 and <= 0xD7A3 => 2,
            >= 0xF900 and <= 0xFAFF => 2,
            >= 0xFE30 and <= 0xFE6F => 2,
            >= 0xFF00 and <= 0xFF60 => 2,
            >= 0xFFE0 and <= 0xFFE6 => 2,
            >= 0x1F300 and <= 0x1F64F => 2,
            >= 0x1F680 and <= 0x1FAFF => 2,
            >= 0x20000 and <= 0x3FFFD => 2,
            _ => Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.NonSpacingMark
                    or UnicodeCategory.EnclosingMark
                    or UnicodeCategory.Format
                ? 0
                : 1,
        };
}
