using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Checking;

/// <summary>Names that the user may have meant.</summary>
internal static class Suggestions
{
    private static readonly string[] Aggregations =
    [
        .. Enum.GetValues<Keyword>().Where(keyword => keyword.IsAggregation()).Select(Keywords.Text),
    ];

    /// <summary>The function or aggregation nearest to <paramref name="name"/>; empty when none is near.</summary>
    public static string ForFunction(string name, Version? prometheus)
    {
        var known = Functions.All.Where(function => function.IsIn(prometheus)).Select(function => function.Name);
        return Nearest(name, known.Concat(Aggregations));
    }

    /// <summary>The nearest of <paramref name="known"/>, whatever the case; empty when none is near.</summary>
    public static string Nearest(string name, IEnumerable<string> known)
    {
        // Nothing longer is a name of the language, and the comparison takes time.
        if (name.Length > 40)
        {
            return "";
        }

        var lower = name.ToLowerInvariant();
        var (nearest, distance) = known
            .Select(candidate => (candidate, Distance: Distance(lower, candidate.ToLowerInvariant())))
            .OrderBy(pair => pair.Distance)
            .ThenByDescending(pair => pair.candidate.StartsWith(lower, StringComparison.Ordinal))
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .FirstOrDefault(("", int.MaxValue));
        return distance <= Math.Max(1, name.Length / 3) ? nearest : "";
    }

    /// <summary>Edits from one to the other; two letters in each other's place count as one.</summary>
    public static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var above = new int[b.Length + 1];
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            above[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], above[j]) + 1, above[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, above, row) = (above, row, before);
        }

        return above[b.Length];
    }
}
