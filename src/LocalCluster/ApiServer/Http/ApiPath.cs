namespace LocalCluster.ApiServer.Http;

/// <summary>The parts of a resource URL.</summary>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Version">API version.</param>
/// <param name="Namespace">Null when the URL names none.</param>
/// <param name="Resource">Plural.</param>
/// <param name="Name">Null for the collection.</param>
/// <param name="Subresource">Null for the object itself.</param>
internal sealed record ApiPath(
    string Group,
    string Version,
    string? Namespace,
    string Resource,
    string? Name,
    string? Subresource
)
{
    /// <summary>What follows is for somebody behind the server: only the first segment says what may be done.</summary>
    public bool IsProxy =>
        Subresource is "proxy" || Subresource?.StartsWith("proxy/", StringComparison.Ordinal) == true;

    /// <summary>Reads <c>/api/v1/…</c> and <c>/apis/GROUP/VERSION/…</c>; null for any other path.</summary>
    public static ApiPath? Parse(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["api", var version, .. var rest] when rest.Length > 0 => Parse("", version, rest),
            ["apis", var group, var version, .. var rest] when rest.Length > 0 => Parse(group, version, rest),
            _ => null,
        };
    }

    private static ApiPath? Parse(string group, string version, string[] rest) =>
        rest switch
        {
            ["namespaces"] => new(group, version, null, "namespaces", null, null),
            ["namespaces", var name] => new(group, version, null, "namespaces", name, null),
            ["namespaces", var name, "status" or "finalize"] => new(group, version, null, "namespaces", name, rest[2]),
            ["namespaces", var ns, var resource] => new(group, version, ns, resource, null, null),
            ["namespaces", var ns, var resource, var name] => new(group, version, ns, resource, name, null),
            ["namespaces", var ns, var resource, var name, .. var sub] => new(
                group,
                version,
                ns,
                resource,
                name,
                string.Join('/', sub)
            ),
            [var resource] => new(group, version, null, resource, null, null),
            [var resource, var name] => new(group, version, null, resource, name, null),
            [var resource, var name, .. var sub] => new(group, version, null, resource, name, string.Join('/', sub)),
            _ => null,
        };
}
