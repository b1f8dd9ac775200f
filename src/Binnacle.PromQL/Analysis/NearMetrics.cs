using Binnacle.PromQL.Checking;

namespace Binnacle.PromQL.Analysis;

/// <summary>
/// Finds the metrics whose names are like one that nobody has seen: by the words between underscores that both have, and
/// by letters where a word is misspelt. Pure.
/// </summary>
public static class NearMetrics
{
    private const int Most = 3;

    /// <summary>Two thirds of the words must be the same, or nearly.</summary>
    private const double Alike = 0.66;

    /// <summary>At most three of the known names, the nearest first; none when no name is like it.</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> known)
    {
        var words = Words(name);
        return
        [
            .. known
                .Select(candidate => (Name: candidate, Likeness: Likeness(words, Words(candidate))))
                .Where(candidate => candidate.Likeness >= Alike)
                .OrderByDescending(candidate => candidate.Likeness)
                .ThenBy(candidate => Math.Abs(candidate.Name.Length - name.Length))
                .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
                .Take(Most)
                .Select(candidate => candidate.Name),
        ];
    }

    private static string[] Words(string name) => name.Split(['_', ':', '.'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Twice the words in common through all words; a misspelt word counts for the part that is right.</summary>
    private static double Likeness(string[] a, string[] b)
    {
        if (2.0 * Math.Min(a.Length, b.Length) < Alike * (a.Length + b.Length))
        {
            return 0;
        }

        var left = b.ToList();
        double common = 0;
        foreach (var word in a)
        {
            var (best, which) = (0.0, -1);
            for (var i = 0; i < left.Count && best < 1; i++)
            {
                if (WordLikeness(word, left[i]) is var likeness && likeness > best)
                {
                    (best, which) = (likeness, i);
                }
            }

            if (which >= 0)
            {
                common += best;
                left.RemoveAt(which);
            }
        }

        return 2 * common / (a.Length + b.Length);
    }

    /// <summary>1 for the same word, less for up to one wrong letter in four, else 0.</summary>
    private static double WordLikeness(string a, string b)
    {
        if (a == b)
        {
            return 1;
        }

        var longer = Math.Max(a.Length, b.Length);
        if (Math.Abs(a.Length - b.Length) * 4 > longer)
        {
            return 0;
        }

        var distance = Suggestions.Distance(a, b);
        return distance * 4 <= longer ? 1 - ((double)distance / longer) : 0;
    }
}
