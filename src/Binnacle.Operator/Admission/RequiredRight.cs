using Binnacle.Rendering;

namespace Binnacle.Operator.Admission;

/// <summary>One thing that somebody must be allowed to do: what a SubjectAccessReview asks.</summary>
/// <param name="Namespace">Null: in every namespace, or on what is in none.</param>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Resource">Plural, with the subresource after a slash. Empty where <paramref name="Url"/> is given.</param>
/// <param name="Verb">The verb.</param>
/// <param name="Name">The one object it is about; null: all.</param>
/// <param name="Url">A path that is no resource, as <c>/metrics</c>.</param>
internal sealed record RequiredRight(
    string? Namespace,
    string Group,
    string Resource,
    string Verb,
    string? Name = null,
    string? Url = null
)
{
    /// <summary>All single rights in grants, each once.</summary>
    public static HashSet<RequiredRight> Of(IEnumerable<AccessGrant> grants)
    {
        var rights = new HashSet<RequiredRight>();
        foreach (var (@namespace, rule) in grants)
        {
            foreach (var verb in rule.Verbs ?? [])
            {
                rights.UnionWith(
                    (rule.NonResourceURLs ?? []).Select(url => new RequiredRight(null, "", "", verb, Url: url))
                );
                foreach (var group in rule.ApiGroups ?? [])
                {
                    foreach (var resource in rule.Resources ?? [])
                    {
                        IReadOnlyList<string?> names = rule.ResourceNames is { Count: > 0 } given ? [.. given] : [null];
                        rights.UnionWith(
                            names.Select(name => new RequiredRight(@namespace, group, resource, verb, name))
                        );
                    }
                }
            }
        }

        return rights;
    }

    /// <summary>What is in <paramref name="after"/> beyond what <paramref name="before"/> gave, everywhere or in the same place.</summary>
    public static IReadOnlyList<RequiredRight> Added(HashSet<RequiredRight> before, IEnumerable<RequiredRight> after) =>
        [.. after.Where(right => !before.Contains(right) && !before.Contains(right with { Namespace = null }))];
}
