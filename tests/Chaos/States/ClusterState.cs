using System.Text.Json;
using System.Text.Json.Nodes;
using Kubernetes.Client;

namespace Chaos.States;

/// <summary>
/// Everything that the operator made or reported, as text by object, without what a server makes up or a clock says: what
/// remains must be the same byte for byte however it came about.
/// </summary>
internal sealed record ClusterState(IReadOnlyDictionary<string, string> Objects, IReadOnlyList<string> Pods)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly string[] Kinds =
    [
        "api/v1/namespaces/{0}/configmaps",
        "api/v1/namespaces/{0}/secrets",
        "api/v1/namespaces/{0}/services",
        "api/v1/namespaces/{0}/serviceaccounts",
        "api/v1/namespaces/{0}/persistentvolumeclaims",
        "apis/apps/v1/namespaces/{0}/statefulsets",
        "apis/apps/v1/namespaces/{0}/deployments",
        "apis/rbac.authorization.k8s.io/v1/namespaces/{0}/roles",
        "apis/rbac.authorization.k8s.io/v1/namespaces/{0}/rolebindings",
        .. Binnacle.Api.BinnacleResources.All.Select(type => $"apis/{type.ApiVersion}/namespaces/{{0}}/{type.Plural}"),
    ];

    /// <summary>Reads the namespaces.</summary>
    public static async Task<ClusterState> ReadAsync(
        IKubernetesClient client,
        IEnumerable<string> namespaces,
        CancellationToken cancellation
    )
    {
        var objects = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var pods = new List<string>();
        foreach (var @namespace in namespaces)
        {
            foreach (var kind in Kinds)
            {
                var path = string.Format(System.Globalization.CultureInfo.InvariantCulture, kind, @namespace);
                foreach (var item in await ListAsync(client, path, cancellation))
                {
                    if (Normalize(item) is { } normal)
                    {
                        objects[$"{path}/{(string)item["metadata"]!["name"]!}"] = Sorted(normal)!
                            .ToJsonString(Indented);
                    }
                }
            }

            foreach (var pod in await ListAsync(client, $"api/v1/namespaces/{@namespace}/pods", cancellation))
            {
                var restarts = pod["status"]
                    ?["containerStatuses"]?.AsArray()
                    .Sum(container => (int?)container!["restartCount"] ?? 0);
                pods.Add($"{@namespace}/{pod["metadata"]!["name"]} {pod["metadata"]!["uid"]} {restarts} restarts");
            }
        }

        pods.Sort(StringComparer.Ordinal);
        return new ClusterState(objects, pods);
    }

    /// <summary>Every status is that of the newest spec.</summary>
    public bool IsCurrent => Objects.Values.All(text => text.Contains("\"current\": true", StringComparison.Ordinal));

    /// <summary>What is not the same, a line each.</summary>
    public IReadOnlyList<string> DifferencesFrom(ClusterState clean)
    {
        var found = new List<string>();
        foreach (var path in clean.Objects.Keys.Union(Objects.Keys).Order(StringComparer.Ordinal))
        {
            var (is_, was) = (Objects.GetValueOrDefault(path), clean.Objects.GetValueOrDefault(path));
            if (is_ == was)
            {
                continue;
            }

            found.Add(
                is_ is null ? $"{path} is missing"
                : was is null ? $"{path} should not be there"
                : $"{path}: {FirstDifference(was, is_)}"
            );
        }

        return found;
    }

    private static string FirstDifference(string was, string now)
    {
        var (before, after) = (was.Split('\n'), now.Split('\n'));
        for (var i = 0; i < Math.Max(before.Length, after.Length); i++)
        {
            var (left, right) = (before.ElementAtOrDefault(i)?.Trim(), after.ElementAtOrDefault(i)?.Trim());
            if (left != right)
            {
                return $"is {Cut(right)}, was {Cut(left)}";
            }
        }

        return "the same lines";
    }

    private static string Cut(string? text) =>
        text is null ? "nothing"
        : text.Length > 160 ? text[..160] + "…"
        : text;

    /// <summary>Null: not the operator's doing.</summary>
    private static JsonObject? Normalize(JsonObject item)
    {
        var metadata = item["metadata"]!.AsObject();
        var name = (string)metadata["name"]!;
        var isToken = (string?)item["type"] == "kubernetes.io/service-account-token";
        if (isToken || name is "kube-root-ca.crt" or "default" || name.StartsWith("filler-", StringComparison.Ordinal))
        {
            return null;
        }

        var normal = item.DeepClone().AsObject();
        normal["current"] = Speaks(normal);
        metadata = normal["metadata"]!.AsObject();
        foreach (var made in (string[])["uid", "resourceVersion", "creationTimestamp", "generation", "selfLink"])
        {
            metadata.Remove(made);
        }

        foreach (var owner in metadata["ownerReferences"]?.AsArray() ?? [])
        {
            owner!.AsObject().Remove("uid");
        }

        foreach (var entry in metadata["managedFields"]?.AsArray() ?? [])
        {
            entry!.AsObject().Remove("time");
        }

        Forget(normal);
        return normal;
    }

    /// <summary>The status is that of the newest spec.</summary>
    private static bool Speaks(JsonObject item) =>
        (long?)item["status"]?["observedGeneration"] is { } observed
            ? observed == (long?)item["metadata"]!["generation"]
            : !((string)item["apiVersion"]!).StartsWith(Binnacle.Api.BinnacleResources.Group, StringComparison.Ordinal);

    /// <summary>Takes out what a clock, a measurement or the way here decides.</summary>
    private static void Forget(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject value:
                foreach (var name in value.Select(field => field.Key).Where(Passing.Contains).ToList())
                {
                    value.Remove(name);
                }

                foreach (var (_, child) in value)
                {
                    Forget(child);
                }

                break;
            case JsonArray list:
                // What the data says of a rule depends on how much of it there is at the moment.
                list.RemoveAll(child =>
                    child is JsonObject && child["type"] is JsonValue type && type.ToString() == "ChecksPassed"
                );
                foreach (var child in list)
                {
                    Forget(child);
                }

                break;
        }
    }

    /// <summary>The order of fields says nothing.</summary>
    private static JsonNode? Sorted(JsonNode? node) =>
        node switch
        {
            JsonObject value => new JsonObject(
                value
                    .OrderBy(field => field.Key, StringComparer.Ordinal)
                    .Select(field => KeyValuePair.Create(field.Key, Sorted(field.Value)))
            ),
            JsonArray list => new JsonArray([.. list.Select(Sorted)]),
            _ => node?.DeepClone(),
        };

    private static readonly HashSet<string> Passing =
    [
        "observedGeneration",
        "lastTransitionTime",
        "lastUpdateTime",
        "since",
        "activeSince",
        "latency",
        "latencySeconds",
        "cost",
        "f:cost",
        "backtest",
        "f:backtest",
        "k:{\"type\":\"ChecksPassed\"}",
        "value",
        "history",
        "clusterIP",
        "clusterIPs",
        "nodePort",
        "volumeName",
    ];

    private static Task<IReadOnlyList<JsonObject>> ListAsync(
        IKubernetesClient client,
        string path,
        CancellationToken cancellation
    ) =>
        Retry.Async<IReadOnlyList<JsonObject>>(
            async token =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
                using var answer = await client.SendAsync(request, token);
                answer.EnsureSuccessStatusCode();
                var list = JsonNode.Parse(await answer.Content.ReadAsStringAsync(token))!;
                var kind = ((string)list["kind"]!)[..^"List".Length];
                // The items of a list of a built-in kind do not say what they are.
                return
                [
                    .. (list["items"]?.AsArray() ?? []).Select(item =>
                    {
                        item!["kind"] ??= kind;
                        item["apiVersion"] ??= (string)list["apiVersion"]!;
                        return item.AsObject();
                    }),
                ];
            },
            cancellation
        );
}
