using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Kubernetes.Client;
using Kubernetes.Models;

namespace LocalCluster.Controllers;

/// <summary>
/// Reads and writes that controllers share. They read from the server and not from caches: what they have just created
/// is in the answer, so nothing is created twice.
/// </summary>
internal static class Listing
{
    /// <summary>All objects of a namespace that a selector matches.</summary>
    public static async Task<List<T>> ListAsync<T>(
        this IKubernetesClient client,
        string ns,
        LabelSelector? selector,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var result = new List<T>();
        string? next = null;
        do
        {
            var request = new ListRequest
            {
                Namespace = ns,
                LabelSelector = selector?.ToSelectorString(),
                Continue = next,
            };
            var page = await client.ListPageAsync<T>(request, cancellationToken);
            result.AddRange(page.Items);
            next = page.Continue;
        } while (!string.IsNullOrEmpty(next));

        return result;
    }

    /// <summary>Writes a status, unless it is the same.</summary>
    public static async Task WriteStatusAsync<T, TStatus>(
        this IKubernetesClient client,
        T value,
        TStatus? before,
        TStatus after,
        JsonTypeInfo<TStatus> type,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T>
        where TStatus : class
    {
        var wanted = JsonSerializer.SerializeToNode(after, type)!.AsObject();
        var current = before is null ? [] : JsonSerializer.SerializeToNode(before, type)!.AsObject();
        // Fields that this writer does not know are others'.
        foreach (var (name, _) in current.Where(c => c.Value is not null && !wanted.ContainsKey(c.Key)).ToList())
        {
            current.Remove(name);
        }

        if (JsonNode.DeepEquals(current, wanted))
        {
            return;
        }

        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = value.Metadata.Uid },
            ["status"] = wanted,
        };
        await client.PatchAsync<T>(
            value.Key,
            Patch.Merge(Encoding.UTF8.GetBytes(patch.ToJsonString())),
            new WriteOptions { Subresource = "status" },
            cancellationToken
        );
    }

    /// <summary>Changes an object by a merge patch that fails when somebody else has changed it since it was read.</summary>
    public static Task<T> ChangeAsync<T>(
        this IKubernetesClient client,
        T read,
        JsonObject patch,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T>
    {
        if (patch["metadata"] is not JsonObject metadata)
        {
            patch["metadata"] = metadata = [];
        }

        metadata["resourceVersion"] = read.Metadata.ResourceVersion;
        return client.PatchAsync<T>(
            read.Key,
            Patch.Merge(Encoding.UTF8.GetBytes(patch.ToJsonString())),
            new WriteOptions(),
            cancellationToken
        );
    }
}
