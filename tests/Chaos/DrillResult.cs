using System.Globalization;

namespace Chaos;

/// <summary>What came of a drill.</summary>
internal sealed record DrillResult
{
    /// <summary>The drill.</summary>
    public required string Drill { get; init; }

    /// <summary>Where.</summary>
    public required string Cluster { get; init; }

    /// <summary>What was done.</summary>
    public required string Done { get; init; }

    /// <summary>From the end of the fault until everything was as in a clean run and at rest; null: never.</summary>
    public TimeSpan? Converged { get; init; }

    /// <summary>Writes of the operator, from the beginning of the fault until then.</summary>
    public int Writes { get; init; }

    /// <summary>What is not as in a clean run.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>Pods that are not those of before, or were restarted.</summary>
    public IReadOnlyList<string> Pods { get; init; } = [];

    /// <summary>How often the operator ended by itself.</summary>
    public int Crashes { get; init; }

    /// <summary>Everything is as it must be.</summary>
    public bool Holds => Converged is not null && Differences.Count == 0 && Pods.Count == 0 && Crashes == 0;

    /// <summary>What is not as it must be, in one line; empty if everything holds.</summary>
    public string Shortfall =>
        Holds
            ? ""
            : $"{Drill}: {string.Join("; ", [Converged is null ? "did not converge" : "converged", $"{Crashes} crashes", .. Differences.Take(3), .. Pods.Take(3)])}";

    /// <summary>The table of several, as Markdown.</summary>
    public static string Table(IEnumerable<DrillResult> results)
    {
        string[] head = ["drill", "cluster", "what was done", "converged after", "writes", "differences", "verdict"];
        var rows = results.Select(result => result.Cells()).Prepend(head).ToList();
        var widths = head.Select((_, column) => rows.Max(row => row[column].Length)).ToList();
        var lines = rows.Select(row => Line(row.Select((cell, column) => cell.PadRight(widths[column])))).ToList();
        lines.Insert(1, Line(widths.Select(width => new string('-', width))));
        return string.Join('\n', lines);
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private string[] Cells()
    {
        var wrong = Differences.Count + Pods.Count;
        return
        [
            Drill,
            Cluster,
            Done,
            Converged is { } took ? string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0.0} s") : "never",
            Writes.ToString(CultureInfo.InvariantCulture),
            (wrong, Crashes) switch
            {
                (0, 0) => "none",
                (_, 0) => string.Create(CultureInfo.InvariantCulture, $"{wrong}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"{wrong}, {Crashes} crashes"),
            },
            Holds ? "holds" : "DOES NOT HOLD",
        ];
    }
}
