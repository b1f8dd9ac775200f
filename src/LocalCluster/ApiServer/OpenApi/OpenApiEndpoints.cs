using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Discovery;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Http;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.OpenApi;

/// <summary>The OpenAPI v3 documents: one per group and version, made when first asked for and kept until the kinds change.</summary>
internal sealed class OpenApiEndpoints(ResourceRegistry registry, DiscoveryEndpoints discovery)
{
    private readonly ConcurrentDictionary<string, (long Revision, byte[] Utf8, string Hash)> documents = new(
        StringComparer.Ordinal
    );

    public async Task<bool> TryAnswerAsync(HttpContext http, string path)
    {
        if (path is "/openapi/v3" or "/openapi/v3/")
        {
            await Answers.JsonAsync(http, 200, Index());
            return true;
        }

        if (!path.StartsWith("/openapi/v3/", StringComparison.Ordinal))
        {
            return false;
        }

        var name = path["/openapi/v3/".Length..];
        if (!GroupVersions().Contains(name, StringComparer.Ordinal))
        {
            throw ApiException.NoSuchResource();
        }

        await Answers.JsonAsync(http, 200, Document(name).Utf8);
        return true;
    }

    private IEnumerable<string> GroupVersions() =>
        discovery.GroupNames.SelectMany(group =>
            discovery
                .VersionsOf(group)
                .Select(version => group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}")
        );

    private JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (var name in GroupVersions())
        {
            paths[name] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{name}?hash={Document(name).Hash}" };
        }

        return new() { ["paths"] = paths };
    }

    private (long Revision, byte[] Utf8, string Hash) Document(string name)
    {
        var revision = registry.Revision;
        if (documents.TryGetValue(name, out var known) && known.Revision == revision)
        {
            return known;
        }

        var parts = name.Split('/');
        var (group, version) = parts.Length == 2 ? ("", parts[1]) : (parts[1], parts[2]);
        var resources = registry
            .All.Where(resource => resource.Group == group && resource.Version == version)
            .OrderBy(resource => resource.Plural, StringComparer.Ordinal);
        var utf8 = OpenApiDocument.Build(resources).ToUtf8();
        var made = (revision, utf8, Convert.ToHexString(SHA256.HashData(utf8)));
        documents[name] = made;
        return made;
    }
}
