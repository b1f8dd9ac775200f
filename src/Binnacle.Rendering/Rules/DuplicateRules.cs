using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Syntax;

namespace Binnacle.Rendering.Rules;

/// <summary>
/// Finds rules of different resources that do the same: people would be told twice, or a series would be recorded twice.
/// Pure.
/// </summary>
internal static class DuplicateRules
{
    /// <summary>
    /// A doubt for each rule that another resource has too, naming the first such resource by namespace and name: whatever
    /// came first must not matter.
    /// </summary>
    /// <param name="fragments">All rules of a stack.</param>
    public static IEnumerable<ResourceProblem> Find(IReadOnlyList<RuleFragment> fragments)
    {
        var first = new Dictionary<ulong, ResourceRef>(fragments.Count);
        var twins = new Dictionary<ulong, (ResourceRef First, ResourceRef Second)>();
        foreach (var fragment in fragments)
        {
            foreach (var key in fragment.Keys)
            {
                if (!first.TryAdd(key.Hash, fragment.Source) && first[key.Hash] != fragment.Source)
                {
                    twins[key.Hash] = twins.TryGetValue(key.Hash, out var pair)
                        ? Least(pair.First, pair.Second, fragment.Source)
                        : Least(first[key.Hash], fragment.Source, fragment.Source);
                }
            }
        }

        return twins.Count == 0
            ? []
            : fragments.SelectMany(fragment =>
                Find(
                    fragment,
                    number =>
                        !twins.TryGetValue(number, out var pair) ? null
                        : pair.First == fragment.Source ? pair.Second
                        : pair.First
                )
            );
    }

    /// <summary>A doubt for each rule of one resource that <paramref name="twin"/> knows another one for.</summary>
    public static IEnumerable<ResourceProblem> Find(RuleFragment fragment, Func<ulong, ResourceRef?> twin)
    {
        foreach (var key in fragment.Keys)
        {
            if (twin(key.Hash) is { } other)
            {
                var source = new LintSource(key.Field, "");
                var finding = RuleIndex.Finding(key.Use, source, new TextSpan(0, 0), other.ToString());
                yield return new ResourceProblem(fragment.Source, RuleChecks.Lint, finding.ToString(), IsError: false);
            }
        }
    }

    /// <summary>The two that come first.</summary>
    private static (ResourceRef First, ResourceRef Second) Least(ResourceRef a, ResourceRef b, ResourceRef c)
    {
        ResourceRef[] sorted = [a, b, c];
        Array.Sort(sorted, static (one, other) => one.Key.CompareTo(other.Key));
        return sorted[0] == sorted[1] ? (sorted[0], sorted[2]) : (sorted[0], sorted[1]);
    }
}
