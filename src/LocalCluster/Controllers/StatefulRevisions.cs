using System.Text.Json;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Models;

namespace LocalCluster.Controllers;

/// <summary>The templates that a StatefulSet has had, kept as ControllerRevisions.</summary>
internal sealed class StatefulRevisions(IKubernetesClient client)
{
    private const int DefaultLimit = 10;

    /// <summary>All revisions, oldest first; the last is of the current template and is made when it is not there.</summary>
    public async Task<List<ControllerRevision>> SyncAsync(StatefulSet set, CancellationToken cancellationToken)
    {
        var listed = await client.ListAsync<ControllerRevision>(
            set.Key.Namespace,
            set.Spec!.Selector,
            cancellationToken
        );
        var named = listed.Where(r =>
            r.Metadata.Name?.StartsWith($"{set.Metadata.Name}-", StringComparison.Ordinal) == true
        );
        var claimed = await client.ClaimAsync(set, named, cancellationToken);
        var mine = claimed.OrderBy(r => r.Revision).ToList();
        var template = set.Spec.Template ?? new PodTemplateSpec();
        var name = $"{set.Metadata.Name}-{Hashes.OfTemplate(template)}";
        var next = (mine.LastOrDefault()?.Revision ?? 0) + 1;
        if (mine.Find(r => r.Metadata.Name == name) is { } known)
        {
            if (known != mine[^1])
            {
                // A template that was taken up again becomes the newest.
                mine.Remove(known);
                mine.Add(await client.ChangeAsync(known, new JsonObject { ["revision"] = next }, cancellationToken));
            }

            return mine;
        }

        var data = new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["template"] = JsonSerializer.SerializeToNode(template, KubernetesJsonContext.Default.PodTemplateSpec),
            },
        };
        using var document = JsonDocument.Parse(data.ToJsonString());
        var revision = new ControllerRevision
        {
            Metadata = new ObjectMeta
            {
                Name = name,
                Namespace = set.Metadata.Namespace,
                Labels = set.Spec.Selector?.MatchLabels,
                OwnerReferences = [set.AsController()],
            },
            Data = document.RootElement.Clone(),
            Revision = next,
        };
        mine.Add(await client.CreateAsync(revision, new WriteOptions(), cancellationToken));
        return mine;
    }

    /// <summary>The template that a revision keeps.</summary>
    public static PodTemplateSpec Template(ControllerRevision revision) =>
        revision
            .Data!.Value.GetProperty("spec")
            .GetProperty("template")
            .Deserialize(KubernetesJsonContext.Default.PodTemplateSpec)!;

    /// <summary>Removes the oldest ones that no pod and no status refers to.</summary>
    public async Task TrimAsync(
        StatefulSet set,
        List<ControllerRevision> revisions,
        HashSet<string> inUse,
        CancellationToken cancellationToken
    )
    {
        var unused = revisions.Where(r => !inUse.Contains(r.Metadata.Name ?? "")).ToList();
        foreach (var old in unused.Take(Math.Max(0, unused.Count - (set.Spec?.RevisionHistoryLimit ?? DefaultLimit))))
        {
            await client.DeleteAsync<ControllerRevision>(old.Key, new DeleteRequest(), cancellationToken);
        }
    }
}
