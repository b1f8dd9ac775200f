using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Syntax;

namespace Binnacle.Rendering.Rules;

/// <summary>
/// Finds rules of different resources that do the same: people would be told twice, or a series would be recorded twice.
/// Pure.
/// </summary>
internal static class DuplicateRules
{
    /// <summary>A doubt for each rule that another resource has too, naming the first such resource.</summary>
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
                    twins.TryAdd(key.Hash, (first[key.Hash], fragment.Source));
                }
            }
        }

        if (twins.Count == 0)
        {
            yield break;
        }

        foreach (var fragment in fragments)
        {
            foreach (var key in fragment.Keys)
            {
                if (twins.TryGetValue(key.Hash, out var pair))
                {
                    var twin = pair.First == fragment.Source ? pair.Second : pair.First;
                    var finding = RuleIndex.Finding(
                        key.Use,
                        new LintSource(key.Field, ""),
                        new TextSpan(0, 0),
                        twin.ToString()
                    );
                    yield return new ResourceProblem(
                        fragment.Source,
                        RuleChecks.Lint,
                        finding.ToString(),
                        IsError: false
                    );
                }
            }
        }
    }
}
