namespace Binnacle.Quickstart.Views;

/// <summary>Tells which rows are new, different or gone since the last look.</summary>
internal sealed class TableChanges
{
    // They change with every scrape and say nothing new.
    private static readonly HashSet<string> Restless = ["LATENCY", "SAMPLES"];

    private readonly Dictionary<(string Kind, string Name), string> known = [];

    /// <summary>One line per changed row; ages and measured values alone are no change.</summary>
    public IReadOnlyList<string> Update(IReadOnlyList<KubectlTable> tables)
    {
        var lines = new List<string>();
        var seen = new HashSet<(string, string)>();
        foreach (var table in tables)
        {
            foreach (var row in table.Rows.Where(row => row.Count > 0))
            {
                var key = (table.Kind, row[0]);
                var text = Describe(table, row);
                seen.Add(key);
                if (!known.TryGetValue(key, out var before) || before != text)
                {
                    known[key] = text;
                    lines.Add($"{table.Kind}/{row[0]}  {text}".TrimEnd());
                }
            }
        }

        foreach (var key in known.Keys.Where(key => !seen.Contains(key)).ToList())
        {
            known.Remove(key);
            lines.Add($"{key.Kind}/{key.Name}  deleted");
        }

        return lines;
    }

    private static string Describe(KubectlTable table, IReadOnlyList<string> row) =>
        string.Join(
            "  ",
            table
                .Columns.Select((column, i) => (column, i))
                .Where(item => item is { i: > 0, column.IsAge: false } && !Restless.Contains(item.column.Name))
                .Select(item => $"{item.column.Name}={row[item.i]}")
        );
}
