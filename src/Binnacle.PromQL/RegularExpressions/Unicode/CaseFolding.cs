namespace Binnacle.PromQL.RegularExpressions;

/// <summary>
/// Simple case folding (Unicode 15.0): runes in rings, each ring one and the same to a case-insensitive match. <c>k</c>
/// goes with the Kelvin sign and <c>s</c> with the long s.
/// </summary>
internal static class CaseFolding
{
    private const int FirstFolding = 'A';
    private const int LastFolding = 0x1e943;

    private static readonly Lazy<(int[] Runes, int[] Next)> Rings = new(Read);

    /// <summary>The next rune of the same ring; the rune itself when it stands alone.</summary>
    public static int Next(int rune)
    {
        if (rune < 128)
        {
            return rune switch
            {
                'k' => 0x212a,
                's' => 0x17f,
                >= 'A' and <= 'Z' => rune + 32,
                >= 'a' and <= 'z' => rune - 32,
                _ => rune,
            };
        }

        if (rune > LastFolding)
        {
            return rune;
        }

        var (runes, next) = Rings.Value;
        var found = Array.BinarySearch(runes, rune);
        return found < 0 ? rune : next[found];
    }

    /// <summary>The smallest rune of the ring, which stands for all of it.</summary>
    public static int Least(int rune)
    {
        var least = rune;
        for (var other = Next(rune); other != rune; other = Next(other))
        {
            least = Math.Min(least, other);
        }

        return least;
    }

    /// <summary>Adds the rings that a range touches.</summary>
    public static void AddOrbits(RuneSet set, int low, int high)
    {
        if (high < FirstFolding || low > LastFolding || (low <= FirstFolding && high >= LastFolding))
        {
            return;
        }

        if (high < 128)
        {
            for (var rune = Math.Max(low, FirstFolding); rune <= high; rune++)
            {
                AddRing(set, rune);
            }

            return;
        }

        var runes = Rings.Value.Runes;
        var first = Array.BinarySearch(runes, low);
        for (var i = first < 0 ? ~first : first; i < runes.Length && runes[i] <= high; i++)
        {
            AddRing(set, runes[i]);
        }
    }

    private static void AddRing(RuneSet set, int rune)
    {
        for (var other = Next(rune); other != rune; other = Next(other))
        {
            set.AddRange(other, other);
        }
    }

    private static (int[] Runes, int[] Next) Read()
    {
        var pairs = new List<(int Rune, int Next)>();
        foreach (var line in UnicodeTable.Lines("folding.txt"))
        {
            var ring = line.Split(' ').Select(text => UnicodeTable.Hex(text)).ToArray();
            pairs.AddRange(ring.Select((rune, i) => (rune, ring[(i + 1) % ring.Length])));
        }

        pairs.Sort();
        return ([.. pairs.Select(pair => pair.Rune)], [.. pairs.Select(pair => pair.Next)]);
    }
}
