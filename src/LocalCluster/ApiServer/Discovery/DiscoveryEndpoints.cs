using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Http;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Discovery;

/// <summary>Tells what the server has: groups, versions, resources, its own version and health.</summary>
internal sealed class DiscoveryEndpoints(ResourceRegistry registry, Func<string> address)
{
    private static readonly string[] Verbs =
    [
        "create",
        "delete",
        "deletecollection",
        "get",
        "list",
        "patch",
        "update",
        "watch",
    ];
    private static readonly string[] StatusVerbs = ["get", "patch", "update"];

    public async Task<bool> TryAnswerAsync(HttpContext http, string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (parts)
        {
            case ["version"]:
                OnlyGet(http);
                await Answers.JsonAsync(http, 200, Version());
                return true;
            case ["healthz" or "livez" or "readyz", ..]:
                await Answers.TextAsync(
                    http,
                    200,
                    http.Request.Query.ContainsKey("verbose") ? "[+]ping ok\n" + parts[0] + " check passed\n" : "ok"
                );
                return true;
            case []:
                await Answers.JsonAsync(http, 200, Paths());
                return true;
            case ["api"]:
                OnlyGet(http);
                await Answers.JsonAsync(http, 200, CoreVersions());
                return true;
            case ["apis"]:
                await Answers.JsonAsync(http, 200, Groups());
                return true;
            case ["apis", var group]:
                await Answers.JsonAsync(http, 200, Group(group) ?? throw ApiException.NoSuchPath());
                return true;
            case ["api", var version]:
                var core = Resources("", version) ?? throw ApiException.NoSuchResource();
                OnlyGet(http);
                await Answers.JsonAsync(http, 200, core);
                return true;
            case ["apis", var group, var version]:
                var resources = Resources(group, version) ?? throw ApiException.NoSuchPath();
                if (!registry.All.Any(resource => resource.IsCustom && resource.Group == group))
                {
                    OnlyGet(http);
                }

                await Answers.JsonAsync(http, 200, resources);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Some paths are routes for GET, not even for HEAD; the others do not look at the method.</summary>
    private static void OnlyGet(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method))
        {
            throw ApiException.MethodNotAllowed();
        }
    }

    /// <summary>Versions of a group, the preferred one first.</summary>
    public IReadOnlyList<string> VersionsOf(string group) =>
        [
            .. registry
                .All.Where(resource => resource.Group == group)
                .Select(resource => resource.Version)
                .Concat(registry.Reviews.Where(review => review.Group == group).Select(review => review.Version))
                .Distinct(StringComparer.Ordinal)
                .OrderDescending(VersionOrder.Comparer),
        ];

    public IEnumerable<string> GroupNames =>
        registry
            .All.Select(resource => resource.Group)
            .Concat(registry.Reviews.Select(review => review.Group))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

    private static JsonObject Version() =>
        new()
        {
            ["major"] = "1",
            ["minor"] = "36",
            ["gitVersion"] = "v1.36.0-localcluster",
            ["gitCommit"] = "",
            ["gitTreeState"] = "clean",
            ["buildDate"] = "1970-01-01T00:00:00Z",
            ["goVersion"] = "",
            ["compiler"] = "dotnet",
            ["platform"] =
                $"{(OperatingSystem.IsMacOS() ? "darwin" : "linux")}/{System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture switch
                {
                    System.Runtime.InteropServices.Architecture.X64 => "amd64",
                    System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
                    var other => other.ToString().ToLowerInvariant(),
                }}",
        };

    private JsonObject Paths()
    {
        var paths = new List<string> { "/api", "/api/v1", "/apis" };
        foreach (var group in GroupNames.Where(name => name.Length > 0))
        {
            paths.Add($"/apis/{group}");
            paths.AddRange(VersionsOf(group).Select(version => $"/apis/{group}/{version}"));
        }

        paths.AddRange(["/healthz", "/livez", "/openapi/v3", "/readyz", "/version"]);
        return new() { ["paths"] = paths.ToJsonArray() };
    }

    private JsonObject CoreVersions() =>
        new()
        {
            ["kind"] = "APIVersions",
            ["versions"] = VersionsOf("").ToJsonArray(),
            ["serverAddressByClientCIDRs"] = new JsonArray(
                new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = address() }
            ),
        };

    private JsonObject Groups()
    {
        var groups = new JsonArray();
        foreach (var name in GroupNames.Where(name => name.Length > 0))
        {
            var group = Group(name)!;
            group.Remove("kind");
            group.Remove("apiVersion");
            groups.Add((JsonNode)group);
        }

        return new()
        {
            ["kind"] = "APIGroupList",
            ["apiVersion"] = "v1",
            ["groups"] = groups,
        };
    }

    private JsonObject? Group(string name)
    {
        var versions = VersionsOf(name);
        if (versions.Count == 0 || name.Length == 0)
        {
            return null;
        }

        var list = new JsonArray();
        foreach (var version in versions)
        {
            list.Add((JsonNode)Entry(version));
        }

        return new()
        {
            ["kind"] = "APIGroup",
            ["apiVersion"] = "v1",
            ["name"] = name,
            ["versions"] = list,
            ["preferredVersion"] = Entry(versions[0]),
        };

        JsonObject Entry(string version) => new() { ["groupVersion"] = $"{name}/{version}", ["version"] = version };
    }

    private JsonObject? Resources(string group, string version)
    {
        var list = new JsonArray();
        var served = registry
            .All.Where(resource => resource.Group == group && resource.Version == version)
            .OrderBy(resource => resource.Plural, StringComparer.Ordinal);
        foreach (var resource in served)
        {
            list.Add((JsonNode)Describe(resource));
            foreach (var subresource in Subresources(resource))
            {
                list.Add((JsonNode)subresource);
            }
        }

        foreach (var review in registry.Reviews.Where(review => review.Group == group && review.Version == version))
        {
            list.Add(
                (JsonNode)Entry(
                    review.Plural,
                    review.Kind.ToLowerInvariant(),
                    review.Namespaced,
                    review.Kind,
                    ["create"]
                )
            );
        }

        return list.Count == 0
            ? null
            : new()
            {
                ["kind"] = "APIResourceList",
                ["apiVersion"] = "v1",
                ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
                ["resources"] = list,
            };
    }

    private static JsonObject Describe(ApiResource resource)
    {
        var entry = Entry(resource.Plural, resource.Singular, resource.Namespaced, resource.Kind, Verbs);
        if (resource.ShortNames.Count > 0)
        {
            entry["shortNames"] = resource.ShortNames.ToJsonArray();
        }

        if (resource.Categories.Count > 0)
        {
            entry["categories"] = resource.Categories.ToJsonArray();
        }

        return entry;
    }

    private static IEnumerable<JsonObject> Subresources(ApiResource resource)
    {
        if (resource.HasStatus)
        {
            yield return Entry($"{resource.Plural}/status", "", resource.Namespaced, resource.Kind, StatusVerbs);
        }

        if (resource.Scale is not null)
        {
            var scale = Entry($"{resource.Plural}/scale", "", resource.Namespaced, "Scale", StatusVerbs);
            scale["group"] = "autoscaling";
            scale["version"] = "v1";
            yield return scale;
        }

        foreach (var extra in resource.ExtraSubresources)
        {
            var entry = Entry($"{resource.Plural}/{extra.Name}", "", resource.Namespaced, extra.Kind, extra.Verbs);
            if (extra.Group != resource.Group)
            {
                entry["group"] = extra.Group;
                entry["version"] = extra.Version;
            }

            yield return entry;
        }
    }

    private static JsonObject Entry(
        string name,
        string singular,
        bool namespaced,
        string kind,
        IEnumerable<string> verbs
    ) =>
        new()
        {
            ["name"] = name,
            ["singularName"] = singular,
            ["namespaced"] = namespaced,
            ["kind"] = kind,
            ["verbs"] = verbs.ToJsonArray(),
        };
}
