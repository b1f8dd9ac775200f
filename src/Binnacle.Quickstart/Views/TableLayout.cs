namespace Binnacle.Quickstart.Views;

/// <summary>Puts tables into columns that fit a width: what is too long is cut where it is longest.</summary>
internal static class TableLayout
{
    private const string Gap = "   ";
    private const int NarrowestCut = 12;

    /// <summary>The header and the rows, each cell padded to its column's width, the gap to the next one included.</summary>
    /// <param name="table">The table.</param>
    /// <param name="width">Characters in a line; a table of many columns may still need more.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Fit(KubectlTable table, int width)
    {
        var rows = table.Rows.Prepend([.. table.Columns.Select(column => column.Name)]).ToList();
        var widths = table.Columns.Select((_, i) => rows.Max(row => row[i].Length)).ToArray();
        while (widths.Sum() + (Gap.Length * (widths.Length - 1)) is var total && total > width)
        {
            var widest = Array.IndexOf(widths, widths.Max());
            var cut = Math.Max(NarrowestCut, widths[widest] - (total - width));
            if (cut >= widths[widest])
            {
                break;
            }

            widths[widest] = cut;
        }

        return
        [
            .. rows.Select(row =>
                (IReadOnlyList<string>)
                    [
                        .. row.Select(
                            (cell, i) =>
                                i == widths.Length - 1
                                    ? Cut(cell, widths[i])
                                    : Cut(cell, widths[i]).PadRight(widths[i]) + Gap
                        ),
                    ]
            ),
        ];
    }

    /// <summary>A text of at most so many characters; a cut one ends in an ellipsis.</summary>
    public static string Cut(string text, int width) => text.Length <= width ? text : $"{text.AsSpan(0, width - 1)}…";
}
