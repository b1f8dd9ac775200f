namespace Binnacle.Rendering.Rules;

/// <summary>One group of a rule file.</summary>
/// <param name="Name">Unique in the stack.</param>
/// <param name="Interval">Null for the stack's own.</param>
/// <param name="Fragments">In the order in which they are evaluated.</param>
internal sealed record RuleGroup(string Name, string? Interval, IReadOnlyList<RuleFragment> Fragments)
{
    /// <summary>Upper bound of its size in the file.</summary>
    public int Bytes { get; } = YamlSize.AtMost(Name, Interval) + Fragments.Sum(fragment => fragment.Bytes);

    /// <summary>Decides the shard.</summary>
    public ulong Hash { get; } = NameHash.Of(Name);

    public bool HasSame(RuleGroup other)
    {
        if (Fragments.Count != other.Fragments.Count || Interval != other.Interval)
        {
            return false;
        }

        for (var i = 0; i < Fragments.Count; i++)
        {
            if (!ReferenceEquals(Fragments[i], other.Fragments[i]))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>
/// Groups rules by namespace and interval, and splits what is too large along the bits of the resources' hashes: a leaf
/// of more than 50 rules becomes two, by the next bit. The left half keeps the name (a name is the bit prefix without
/// trailing zeros), so that one more rule moves at most the right half of one group: Prometheus forgets how long an
/// alert has been pending when it changes its group.
/// </summary>
internal static class RuleGroups
{
    /// <summary>A group is evaluated one rule after the other: more would not be done within the interval.</summary>
    public const int MaxRules = 50;

    /// <summary>A shard should hold more than one group.</summary>
    public const int MaxBytes = RuleShards.MaxBytes / 2;

    /// <summary>The groups, in the order of their names; the order of <paramref name="fragments"/> does not matter.</summary>
    public static List<RuleGroup> Of(IEnumerable<RuleFragment> fragments)
    {
        var groups = new List<RuleGroup>();
        foreach (var set in fragments.GroupBy(f => (f.Source.Key.Namespace, f.Interval)))
        {
            var leaves = set.OrderBy(f => f.Hash)
                .ThenBy(f => f.Source.Key)
                .ThenBy(f => f.Source.Kind, StringComparer.Ordinal)
                .ToArray();
            var name = $"{set.Key.Namespace}/{set.Key.Interval ?? "default"}";
            Split(name, set.Key.Interval, leaves, prefix: 0, depth: 0, groups);
        }

        groups.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return groups;
    }

    private static void Split(
        string name,
        string? interval,
        ReadOnlySpan<RuleFragment> sorted,
        ulong prefix,
        int depth,
        List<RuleGroup> groups
    )
    {
        if (sorted.IsEmpty)
        {
            return;
        }

        if (depth == 64 || sorted.Length == 1 || Fits(sorted))
        {
            var ordered = sorted.ToArray();
            Array.Sort(ordered, static (a, b) => Order(a, b));
            groups.Add(new RuleGroup(Name(name, prefix, depth), interval, ordered));
            return;
        }

        var bit = 1UL << (63 - depth);
        var right = prefix | bit;
        var middle = 0;
        while (middle < sorted.Length && sorted[middle].Hash < right)
        {
            middle++;
        }

        Split(name, interval, sorted[..middle], prefix, depth + 1, groups);
        Split(name, interval, sorted[middle..], right, depth + 1, groups);
    }

    private static bool Fits(ReadOnlySpan<RuleFragment> fragments)
    {
        var rules = 0;
        var bytes = 0;
        foreach (var fragment in fragments)
        {
            rules += fragment.Rules.Count;
            bytes += fragment.Bytes;
            if (rules > MaxRules || bytes > MaxBytes)
            {
                return false;
            }
        }

        return true;
    }

    private static int Order(RuleFragment a, RuleFragment b)
    {
        var byKey = a.Source.Key.CompareTo(b.Source.Key);
        return byKey != 0 ? byKey : string.CompareOrdinal(a.Source.Kind, b.Source.Kind);
    }

    private static string Name(string name, ulong prefix, int depth)
    {
        var bits = new char[depth];
        for (var i = 0; i < depth; i++)
        {
            bits[i] = (prefix & (1UL << (63 - i))) == 0 ? '0' : '1';
        }

        var path = new string(bits).TrimEnd('0');
        return path.Length == 0 ? name : $"{name}/{path}";
    }
}
