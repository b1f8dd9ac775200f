using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Crds;

/// <summary>Which names of a definition are its own in its group.</summary>
/// <param name="Accepted">The names that nobody else has.</param>
/// <param name="Reason">Of the condition NamesAccepted.</param>
/// <param name="Conflict">What is taken; null when nothing is.</param>
internal sealed record CrdNames(JsonObject Accepted, string Reason, string? Conflict)
{
    /// <summary>Compares names with those that are served; of several conflicts the last is told, as Kubernetes does.</summary>
    public static CrdNames Judge(string group, JsonObject names, IEnumerable<ApiResource> served)
    {
        var plural = names.Str("plural") ?? "";
        var others = served.Where(resource => resource.Group == group && resource.Plural != plural).ToList();
        var resources = others
            .SelectMany(other => other.ShortNames.Append(other.Plural).Append(other.Singular))
            .ToHashSet(StringComparer.Ordinal);
        var kinds = others.SelectMany(other => new[] { other.Kind, other.ListKind }).ToHashSet(StringComparer.Ordinal);
        var accepted = new JsonObject { ["plural"] = "", ["kind"] = "" };
        var (reason, conflict) = ("NoConflicts", (string?)null);
        Accept("plural", "Plural", resources);
        Accept("singular", "Singular", resources);
        var shortNames = names.Strings("shortNames");
        if (shortNames.Find(resources.Contains) is { } taken)
        {
            (reason, conflict) = ("ShortNamesConflict", InUse(taken));
        }
        else if (shortNames.Count > 0)
        {
            accepted["shortNames"] = shortNames.ToJsonArray();
        }

        Accept("kind", "Kind", kinds);
        Accept("listKind", "ListKind", kinds);
        if (names["categories"] is { } categories)
        {
            accepted["categories"] = categories.DeepClone();
        }

        return new(accepted, reason, conflict);

        void Accept(string field, string word, HashSet<string> used)
        {
            if (names.Str(field) is not { Length: > 0 } name)
            {
                return;
            }

            if (used.Contains(name))
            {
                (reason, conflict) = ($"{word}Conflict", InUse(name));
            }
            else
            {
                accepted[field] = name;
            }
        }
    }

    private static string InUse(string name) => $"\"{name}\" is already in use";
}
