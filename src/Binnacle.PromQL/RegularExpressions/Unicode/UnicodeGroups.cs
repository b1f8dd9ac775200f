using System.Collections.Frozen;

namespace Binnacle.PromQL.RegularExpressions;

/// <summary>What <c>\p{…}</c> can name: general categories, their first letters, scripts, and <c>Any</c> (Unicode 15.0).</summary>
internal static class UnicodeGroups
{
    /// <summary>
    /// Names that Go knows from 1.25 (categories) and 1.27 (scripts of Unicode 16 and 17) on. A Prometheus that was built
    /// with an earlier one does not load them.
    /// </summary>
    private static readonly FrozenSet<string> TooNew = FrozenSet.Create(
        "Cn",
        "LC",
        "Beria_Erfe",
        "Garay",
        "Gurung_Khema",
        "Kirat_Rai",
        "Ol_Onal",
        "Sidetic",
        "Sunuwar",
        "Tai_Yo",
        "Todhri",
        "Tolong_Siki",
        "Tulu_Tigalari"
    );

    private static readonly Lazy<FrozenDictionary<string, Lazy<Group>>> Groups = new(Read);

    /// <summary>The ranges of a group in order, or none when the name is unknown.</summary>
    public static bool TryFind(string name, bool folded, out ReadOnlySpan<int> ranges)
    {
        var group = Groups.Value.GetValueOrDefault(name)?.Value;
        ranges =
            group is null ? []
            : folded ? group.Folded.Value.Items
            : group.Ranges.Items;
        return group is not null;
    }

    /// <summary>Whether only the newest builds of Prometheus know the name.</summary>
    public static bool IsTooNew(string name) => TooNew.Contains(name);

    /// <summary>The known name that was probably meant: another case, spaces for underscores, a letter more or less.</summary>
    public static string? Nearest(string name)
    {
        var plain = Plain(name);
        if (LongNames.TryGetValue(plain, out var category))
        {
            return category;
        }

        string? nearest = null;
        var least = plain.Length < 4 ? 1 : 3;
        foreach (var known in Groups.Value.Keys.Order(StringComparer.Ordinal))
        {
            var distance = Distance(plain, Plain(known), least);
            if (distance < least)
            {
                (nearest, least) = (known, distance);
            }
        }

        return nearest;
    }

    private static FrozenDictionary<string, Lazy<Group>> Read()
    {
        var lines = UnicodeTable
            .Lines("categories.txt")
            .Concat(UnicodeTable.Lines("scripts.txt"))
            .Select(line => (Name: line[..line.IndexOf(' ')], Line: line))
            .ToList();
        var groups = lines.ToDictionary(line => line.Name, line => new Lazy<Group>(() => new Group(Parse(line.Line))));
        foreach (var letter in lines.Where(line => line.Name.Length == 2).GroupBy(line => line.Name[..1]))
        {
            groups.Add(letter.Key, new Lazy<Group>(() => new Group(Union(letter.Select(line => Parse(line.Line))))));
        }

        groups.Add("Any", new Lazy<Group>(() => new Group(UnicodeTable.Ranges("0-10ffff"))));
        return groups.ToFrozenDictionary();
    }

    private static RuneSet Parse(string line) => UnicodeTable.Ranges(line.AsSpan(line.IndexOf(' ') + 1));

    private static RuneSet Union(IEnumerable<RuneSet> sets)
    {
        var all = new RuneSet(1024);
        foreach (var set in sets)
        {
            all.Add(set.Items);
        }

        all.Clean();
        return all;
    }

    private static string Plain(string name) =>
        string.Concat(name.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant));

    /// <summary>Long names of categories, which other dialects take.</summary>
    private static readonly FrozenDictionary<string, string> LongNames = new Dictionary<string, string>
    {
        ["letter"] = "L",
        ["lowercaseletter"] = "Ll",
        ["lower"] = "Ll",
        ["uppercaseletter"] = "Lu",
        ["upper"] = "Lu",
        ["alpha"] = "L",
        ["alphabetic"] = "L",
        ["mark"] = "M",
        ["number"] = "N",
        ["digit"] = "Nd",
        ["decimalnumber"] = "Nd",
        ["isdigit"] = "Nd",
        ["isalpha"] = "L",
        ["punctuation"] = "P",
        ["punct"] = "P",
        ["symbol"] = "S",
        ["separator"] = "Z",
        ["space"] = "Z",
        ["other"] = "C",
        ["control"] = "Cc",
        ["cntrl"] = "Cc",
    }.ToFrozenDictionary();

    /// <summary>Letters to change, at most <paramref name="limit"/>.</summary>
    private static int Distance(string left, string right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) >= limit)
        {
            return limit;
        }

        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    private sealed record Group(RuneSet Ranges)
    {
        /// <summary>With everything that differs in case only.</summary>
        public Lazy<RuneSet> Folded { get; } =
            new(() =>
            {
                var folded = new RuneSet(2 * Ranges.Count);
                folded.AddFolded(Ranges.Items);
                folded.Clean();
                return folded;
            });
    }
}
