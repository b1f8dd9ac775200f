using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Controllers;

namespace LocalCluster.Controllers;

/// <summary>
/// Gives every PersistentVolumeClaim a PersistentVolume of its own at once: a folder on this machine, whatever storage
/// class was asked for. The folder goes with the claim.
/// </summary>
internal sealed class VolumeReconciler(IKubernetesClient client, string directory) : IReconciler<ObjectKey>
{
    private const string ProvisionedBy = "pv.kubernetes.io/provisioned-by";
    private const string Provisioner = "local-cluster/folder";

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var claim = await client.FindAsync<PersistentVolumeClaim>(key, cancellationToken);
        if (claim is null)
        {
            await ReclaimAsync(key, cancellationToken);
            return ReconcileResult.Done;
        }

        if (claim.Metadata.DeletionTimestamp is not null)
        {
            return ReconcileResult.Done;
        }

        if (claim.Status?.Phase == "Bound")
        {
            await GrowAsync(claim, cancellationToken);
            return ReconcileResult.Done;
        }

        var name = claim.Spec?.VolumeName is { Length: > 0 } given ? given : $"pvc-{claim.Metadata.Uid}";
        var hasVolumes = await client.DiscoverAsync("v1", "PersistentVolume", cancellationToken) is not null;
        if (hasVolumes && await client.FindAsync<PersistentVolume>(new ObjectKey("", name), cancellationToken) is null)
        {
            if (claim.Spec?.VolumeName is { Length: > 0 })
            {
                // It was asked for by name, so somebody else has to make it; its creation brings the claim back here.
                return ReconcileResult.RequeueAfter(TimeSpan.FromSeconds(15));
            }

            await client.CreateAsync(Volume(claim, name), new WriteOptions(), cancellationToken);
        }

        if (hasVolumes)
        {
            await WritePhaseAsync<PersistentVolume>(new ObjectKey("", name), [], cancellationToken);
        }

        if (string.IsNullOrEmpty(claim.Spec?.VolumeName))
        {
            var patch = new JsonObject { ["spec"] = new JsonObject { ["volumeName"] = name } };
            claim = await client.ChangeAsync(claim, patch, cancellationToken);
        }

        var modes = new JsonArray([.. (claim.Spec?.AccessModes ?? ["ReadWriteOnce"]).Select(m => (JsonNode)m)]);
        var storage = claim.Spec?.Resources?.Requests?.GetValueOrDefault("storage") ?? "1Gi";
        var status = new JsonObject
        {
            ["accessModes"] = modes,
            ["capacity"] = new JsonObject { ["storage"] = storage },
        };
        await WritePhaseAsync<PersistentVolumeClaim>(key, status, cancellationToken);
        return ReconcileResult.Done;
    }

    /// <summary>A folder has no size: a claim that asks for more has it at once.</summary>
    private async Task GrowAsync(PersistentVolumeClaim claim, CancellationToken cancellationToken)
    {
        var wanted = claim.Spec?.Resources?.Requests?.GetValueOrDefault("storage");
        if (
            wanted is null
            || claim.Status?.Capacity?.GetValueOrDefault("storage") is not { } capacity
            || wanted == capacity
        )
        {
            return;
        }

        var key = new ObjectKey("", claim.Spec?.VolumeName ?? "");
        if (
            key.Name.Length > 0
            && await client.DiscoverAsync("v1", "PersistentVolume", cancellationToken) is not null
            && await client.FindAsync<PersistentVolume>(key, cancellationToken) is { } volume
            && volume.Metadata.Annotations?.GetValueOrDefault(ProvisionedBy) == Provisioner
        )
        {
            var patch = new JsonObject
            {
                ["spec"] = new JsonObject { ["capacity"] = new JsonObject { ["storage"] = wanted } },
            };
            await client.ChangeAsync(volume, patch, cancellationToken);
            var status = new JsonObject { ["capacity"] = new JsonObject { ["storage"] = wanted } };
            await WritePhaseAsync<PersistentVolumeClaim>(claim.Key, status, cancellationToken);
        }
    }

    private PersistentVolume Volume(PersistentVolumeClaim claim, string name) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = name,
                Annotations = new Dictionary<string, string> { [ProvisionedBy] = Provisioner },
            },
            Spec = new PersistentVolumeSpec
            {
                AccessModes = claim.Spec?.AccessModes ?? ["ReadWriteOnce"],
                Capacity = new Dictionary<string, string>
                {
                    ["storage"] = claim.Spec?.Resources?.Requests?.GetValueOrDefault("storage") ?? "1Gi",
                },
                ClaimRef = new ObjectReference
                {
                    ApiVersion = "v1",
                    Kind = "PersistentVolumeClaim",
                    Namespace = claim.Metadata.Namespace,
                    Name = claim.Metadata.Name,
                    Uid = claim.Metadata.Uid,
                },
                PersistentVolumeReclaimPolicy = "Delete",
                StorageClassName = claim.Spec?.StorageClassName ?? "",
                VolumeMode = "Filesystem",
                HostPath = new HostPathVolumeSource
                {
                    Path = Path.Join(Path.GetFullPath(directory), name),
                    Type = "DirectoryOrCreate",
                },
            },
        };

    private async Task WritePhaseAsync<T>(ObjectKey key, JsonObject status, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        status["phase"] = "Bound";
        await client.PatchAsync<T>(
            key,
            Patch.Merge(System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["status"] = status }.ToJsonString())),
            new WriteOptions { Subresource = "status" },
            cancellationToken
        );
    }

    /// <summary>Removes the volumes of a claim that is gone, with their data.</summary>
    private async Task ReclaimAsync(ObjectKey claim, CancellationToken cancellationToken)
    {
        if (await client.DiscoverAsync("v1", "PersistentVolume", cancellationToken) is null)
        {
            return;
        }

        foreach (var volume in await client.ListAsync<PersistentVolume>("", null, cancellationToken))
        {
            var isOurs = volume.Metadata.Annotations?.GetValueOrDefault(ProvisionedBy) == Provisioner;
            var isOf =
                volume.Spec?.ClaimRef is { } reference
                && reference.Namespace == claim.Namespace
                && reference.Name == claim.Name;
            if (!isOurs || !isOf)
            {
                continue;
            }

            await client.DeleteAsync<PersistentVolume>(volume.Key, new DeleteRequest(), cancellationToken);
            var path = Path.Join(Path.GetFullPath(directory), volume.Metadata.Name);
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
        }
    }
}
