namespace Binnacle.PromQL.Templates.Checking;

/// <summary>Finds the name that a user may have meant.</summary>
internal static class Names
{
    /// <summary>The nearest of <paramref name="known"/>; null when none is near.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        // Longer ones are no slips of a finger.
        if (name.Length > 40)
        {
            return null;
        }

        string? nearest = null;
        var least = Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in known.Order(StringComparer.Ordinal))
        {
            if (candidate.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return candidate;
            }

            var distance = Distance(name, candidate);
            if (distance < least)
            {
                (nearest, least) = (candidate, distance);
            }
        }

        return nearest;
    }

    private static int Distance(string a, string b)
    {
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                var changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, changed);
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
