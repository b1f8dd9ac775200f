using Kubernetes.Models;

namespace Kubernetes.Runtime.Status;

/// <summary>Conditions as the API conventions want them; lists are never changed but answered anew.</summary>
public static class Conditions
{
    /// <summary>
    /// Puts a condition in the place of the one of its type, or at the end. <c>lastTransitionTime</c> stays as it was
    /// unless the status is another; the one that <paramref name="next"/> carries is ignored.
    /// </summary>
    /// <returns>The same list when nothing differs.</returns>
    public static IReadOnlyList<Condition> Set(IReadOnlyList<Condition>? old, Condition next, DateTimeOffset now)
    {
        old ??= [];
        var index = IndexOf(old, next.Type);
        if (index < 0)
        {
            return [.. old, next with { LastTransitionTime = now }];
        }

        var before = old[index];
        var flips = before.Status != next.Status || before.LastTransitionTime is null;
        var set = next with { LastTransitionTime = flips ? now : before.LastTransitionTime };
        if (set == before)
        {
            return old;
        }

        var changed = old.ToArray();
        changed[index] = set;
        return changed;
    }

    /// <summary>Takes a condition out.</summary>
    /// <returns>The same list when there is none of the type.</returns>
    public static IReadOnlyList<Condition> Remove(IReadOnlyList<Condition>? old, string type)
    {
        old ??= [];
        return IndexOf(old, type) < 0 ? old : [.. old.Where(condition => condition.Type != type)];
    }

    /// <summary>The condition of a type; null when there is none.</summary>
    public static Condition? Find(IReadOnlyList<Condition>? conditions, string type) =>
        conditions is not null && IndexOf(conditions, type) is >= 0 and var index ? conditions[index] : null;

    /// <summary>Whether the condition is there and its status is <c>True</c>.</summary>
    public static bool IsTrue(IReadOnlyList<Condition>? conditions, string type) =>
        Find(conditions, type)?.Status == "True";

    private static int IndexOf(IReadOnlyList<Condition> conditions, string type)
    {
        for (var i = 0; i < conditions.Count; i++)
        {
            if (conditions[i].Type == type)
            {
                return i;
            }
        }

        return -1;
    }
}
