namespace Testing;

/// <summary>docs/metrics.md: rows <c>| `name` | type | `label`, … | meaning |</c>.</summary>
public static class MetricReference
{
    /// <summary>Type and labels (sorted, joined by commas) by name.</summary>
    public static IReadOnlyDictionary<string, (string Type, string Labels)> Read() =>
        File.ReadLines(GoldenFile.Folder("docs", "metrics.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(cells => cells[1].Trim('`'), cells => (cells[2], LabelsOf(cells[3])));

    private static string LabelsOf(string cell) =>
        string.Join(
            ',',
            cell.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(label => label.Trim('`'))
                .Order(StringComparer.Ordinal)
        );
}
