using Kubernetes.Client;
using Kubernetes.Models;
using LocalCluster.Node.Pods;

namespace LocalCluster.Node.Volumes;

/// <summary>
/// The volumes of one pod as folders of this machine: below the pod's own <c>directory</c>, claims without a path of their
/// own below <c>claimDirectory</c>.
/// </summary>
internal sealed class PodVolumes(
    IKubernetesClient client,
    VolumeContents contents,
    string directory,
    string claimDirectory,
    TimeProvider time
)
{
    private const UnixFileMode Everybody = (UnixFileMode)0x1FF;

    private readonly Dictionary<string, AtomicFolder> folders = [];
    private readonly Dictionary<string, string> paths = [];

    /// <summary>Folder of each volume by name; complete once all are mounted.</summary>
    public IReadOnlyDictionary<string, string> Paths => paths;

    /// <summary>Makes all volumes.</summary>
    /// <exception cref="VolumeNotReadyException">One cannot be made yet; may be called again.</exception>
    public async Task MountAsync(Pod pod, PodPlacement placement, CancellationToken cancellationToken)
    {
        foreach (var volume in AllVolumes(pod))
        {
            try
            {
                paths[volume.Name] = await MountAsync(volume, pod, placement, cancellationToken);
            }
            catch (VolumeNotReadyException) when (IsImplicit(volume))
            {
                // Nobody asked for it by name: a server that makes no tokens must not keep the pod from running.
                paths.Remove(volume.Name);
            }
            catch (VolumeNotReadyException exception)
            {
                throw new VolumeNotReadyException(
                    $"MountVolume.SetUp failed for volume \"{volume.Name}\" : {exception.Message}"
                );
            }
        }
    }

    /// <summary>Brings files from the API up to date; true when one changed. A source that is gone leaves its volume as it is.</summary>
    public async Task<bool> RefreshAsync(Pod pod, PodPlacement placement, CancellationToken cancellationToken)
    {
        var changed = false;
        foreach (var volume in AllVolumes(pod).Where(v => folders.ContainsKey(v.Name)))
        {
            var files = await contents.ReadAsync(volume, pod, placement, cancellationToken);
            changed |= files is not null && folders[volume.Name].Write(files);
        }

        return changed;
    }

    /// <summary>
    /// The pod's volumes, and the one with the service account's credentials for pods that the API server's admission
    /// gave none.
    /// </summary>
    public static IEnumerable<Volume> AllVolumes(Pod pod)
    {
        foreach (var volume in pod.Spec?.Volumes ?? [])
        {
            yield return volume;
        }

        if (pod.Spec?.AutomountServiceAccountToken != false)
        {
            yield return ServiceAccountVolume.Volume;
        }
    }

    private static bool IsImplicit(Volume volume) => ReferenceEquals(volume, ServiceAccountVolume.Volume);

    private async Task<string> MountAsync(
        Volume volume,
        Pod pod,
        PodPlacement placement,
        CancellationToken cancellationToken
    )
    {
        var folder = Path.Join(directory, "volumes", volume.Name);
        switch (volume)
        {
            case { HostPath: { } host }:
                if (host.Type is "DirectoryOrCreate")
                {
                    Directory.CreateDirectory(host.Path);
                }

                return Path.Exists(host.Path)
                    ? host.Path
                    : throw new VolumeNotReadyException($"hostPath type check failed: {host.Path} does not exist");

            case { EmptyDir: not null }:
                Directory.CreateDirectory(folder);
                File.SetUnixFileMode(folder, Everybody);
                return folder;

            case { PersistentVolumeClaim: { } claim }:
                return await ClaimAsync(claim, pod, cancellationToken);
        }

        var files =
            await contents.ReadAsync(volume, pod, placement, cancellationToken)
            ?? throw new VolumeNotReadyException(
                "unsupported volume type: this node has configMap, secret, projected, downwardAPI, emptyDir, hostPath "
                    + "and persistentVolumeClaim"
            );
        if (!folders.TryGetValue(volume.Name, out var atomic))
        {
            folders[volume.Name] = atomic = new AtomicFolder(folder, time);
        }

        atomic.Write(files);
        return folder;
    }

    private async Task<string> ClaimAsync(
        PersistentVolumeClaimVolumeSource source,
        Pod pod,
        CancellationToken cancellationToken
    )
    {
        var ns = pod.Metadata.Namespace ?? "";
        var claim =
            await client.FindAsync<PersistentVolumeClaim>(new ObjectKey(ns, source.ClaimName), cancellationToken)
            ?? throw new VolumeNotReadyException($"persistentvolumeclaim \"{source.ClaimName}\" not found");
        if (claim.Status?.Phase != "Bound")
        {
            throw new VolumeNotReadyException($"persistentvolumeclaim \"{source.ClaimName}\" is not bound");
        }

        var volume = claim.Spec?.VolumeName is { Length: > 0 } name
            ? await client.FindAsync<PersistentVolume>(new ObjectKey("", name), cancellationToken)
            : null;
        var path =
            volume?.Spec?.HostPath?.Path
            ?? volume?.Spec?.Local?.Path
            ?? Path.Join(claimDirectory, $"{ns}_{source.ClaimName}_{claim.Metadata.Uid}");
        Directory.CreateDirectory(path);
        return path;
    }
}
