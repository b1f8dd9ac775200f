using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Security;

/// <summary>A <c>PolicyRule</c>.</summary>
internal sealed record AccessRule(
    IReadOnlyList<string> Verbs,
    IReadOnlyList<string> Groups,
    IReadOnlyList<string> Resources,
    IReadOnlyList<string> Names,
    IReadOnlyList<string> Paths
)
{
    public static IReadOnlyList<AccessRule> ReadAll(JsonObject role) => [.. role.Objects("rules").Select(Read)];

    public static AccessRule Read(JsonObject rule) =>
        new(
            rule.Strings("verbs"),
            rule.Strings("apiGroups"),
            rule.Strings("resources"),
            rule.Strings("resourceNames"),
            rule.Strings("nonResourceURLs")
        );

    public bool Allows(AccessRequest request)
    {
        if (!HasOrAll(Verbs, request.Verb))
        {
            return false;
        }

        if (request.Path.Length > 0)
        {
            return Paths.Any(path => AllowsPath(path, request.Path));
        }

        return HasOrAll(Groups, request.Group)
            && Resources.Any(resource => AllowsResource(resource, request.Resource))
            && (Names.Count == 0 || (request.Name.Length > 0 && Names.Contains(request.Name, StringComparer.Ordinal)));
    }

    /// <summary>The requests that together are this rule, for the question whether others cover it.</summary>
    public IEnumerable<AccessRequest> Requests(string @namespace)
    {
        foreach (var verb in Verbs)
        {
            foreach (var path in Paths)
            {
                yield return new(verb, "", "", "", "", path);
            }

            foreach (var group in Groups)
            {
                foreach (var resource in Resources)
                {
                    foreach (var name in Names.DefaultIfEmpty(""))
                    {
                        yield return new(verb, group, resource, @namespace, name);
                    }
                }
            }
        }
    }

    private static bool HasOrAll(IReadOnlyList<string> values, string value) =>
        values.Contains("*", StringComparer.Ordinal) || values.Contains(value, StringComparer.Ordinal);

    private static bool AllowsResource(string rule, string resource)
    {
        if (rule == "*" || rule == resource)
        {
            return true;
        }

        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        return slash >= 0 && rule.StartsWith("*/", StringComparison.Ordinal) && rule[2..] == resource[(slash + 1)..];
    }

    private static bool AllowsPath(string rule, string path) =>
        rule == path || (rule.EndsWith('*') && path.StartsWith(rule[..^1], StringComparison.Ordinal));
}
