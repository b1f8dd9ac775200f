using Binnacle.Rendering.Common;

namespace Binnacle.Rendering.Rules;

/// <summary>Spreads groups over the stack's fixed number of files.</summary>
internal static class RuleShards
{
    /// <summary>512 KiB: half of what a ConfigMap takes.</summary>
    public const int MaxBytes = 512 * 1024;

    /// <summary>Bytes of <c>groups:</c> and of indentation that belongs to no group.</summary>
    private const int Frame = 64;

    /// <summary>
    /// Each group goes to the shard of its hash. One that finds it full goes to the next with room, once every other
    /// group is at home: an overflow moves nobody who had a place.
    /// </summary>
    /// <param name="groups">In the order of their names.</param>
    /// <param name="homeless">Those for which no shard has room.</param>
    public static List<RuleGroup>[] Place(IReadOnlyList<RuleGroup> groups, out List<RuleGroup> homeless)
    {
        var shards = new List<RuleGroup>[ObjectNames.RuleShards];
        var free = new int[ObjectNames.RuleShards];
        for (var i = 0; i < shards.Length; i++)
        {
            shards[i] = [];
            free[i] = MaxBytes - Frame;
        }

        var overflow = new List<RuleGroup>();
        foreach (var group in groups)
        {
            if (!TryPut(group, Home(group)))
            {
                overflow.Add(group);
            }
        }

        homeless = [];
        foreach (var group in overflow)
        {
            var step = 1;
            while (step < shards.Length && !TryPut(group, (Home(group) + step) % shards.Length))
            {
                step++;
            }

            if (step == shards.Length)
            {
                homeless.Add(group);
            }
        }

        return shards;

        bool TryPut(RuleGroup group, int shard)
        {
            if (group.Bytes > free[shard])
            {
                return false;
            }

            free[shard] -= group.Bytes;
            shards[shard].Add(group);
            return true;
        }
    }

    private static int Home(RuleGroup group) => (int)(group.Hash % ObjectNames.RuleShards);
}
