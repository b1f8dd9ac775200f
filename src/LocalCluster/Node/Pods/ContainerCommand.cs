using Kubernetes.Models;
using LocalCluster.Node.Processes;
using LocalCluster.Node.Programs;
using LocalCluster.Node.Volumes;

namespace LocalCluster.Node.Pods;

/// <summary>Works out what is to be executed for a container.</summary>
internal static class ContainerCommand
{
    /// <summary>Program and arguments as the container means them, before any sandbox.</summary>
    /// <exception cref="ContainerConfigException">The command is not a program of this machine.</exception>
    public static ProgramCommand Resolve(
        Pod pod,
        Container container,
        ProgramEntry entry,
        string program,
        ProgramLocator locator,
        IReadOnlyDictionary<string, string> environment,
        PodPlacement placement
    )
    {
        string[] command = [.. (container.Command ?? []).Select(c => VariableExpansion.Expand(c, environment))];
        string[] args = [.. (container.Args ?? []).Select(a => VariableExpansion.Expand(a, environment))];
        var folder = container.WorkingDir is { Length: > 0 } given ? given : entry.WorkingDirectory;
        if (command is [var head, .. var rest] && !IsProgramOf(entry, program, head))
        {
            var found =
                locator.Find([head])
                ?? throw new ContainerConfigException(
                    $"exec: \"{head}\": this machine has no such program (image {container.Image} stands for {program})"
                );
            return new ProgramCommand(found, [.. rest, .. args], environment, folder);
        }

        IReadOnlyList<string> arguments =
            command.Length > 0 ? [.. command[1..], .. args]
            : args.Length > 0 ? args
            : entry.DefaultArguments;
        if (pod.Spec?.HostNetwork != true)
        {
            arguments = ListenAddresses.Bind(arguments, entry.ListenFlags, placement.PodIP);
        }

        return new ProgramCommand(program, [.. entry.LeadingArguments, .. arguments], environment, folder);
    }

    /// <summary>What the container mounts: its volumes, credentials, name service, and what its program's package brings.</summary>
    /// <exception cref="ContainerConfigException">A mount refers to no volume.</exception>
    public static List<SandboxMount> Mounts(PodContext context, Container container, ProgramEntry entry, string program)
    {
        var mounts = new List<SandboxMount>();
        var volumes = PodVolumes.AllVolumes(context.Pod).ToDictionary(v => v.Name);
        foreach (var mount in container.VolumeMounts ?? [])
        {
            if (
                !volumes.TryGetValue(mount.Name, out var volume)
                || !context.Volumes.Paths.TryGetValue(mount.Name, out var path)
            )
            {
                throw new ContainerConfigException(
                    $"cannot find volume \"{mount.Name}\" to mount at {mount.MountPath}"
                );
            }

            var isFromApi = volume is { ConfigMap: not null } or { Secret: not null } or { Projected: not null };
            var readOnly = mount.ReadOnly == true || isFromApi || volume.DownwardAPI is not null;
            mounts.Add(new SandboxMount(SubPath(path, mount.SubPath), mount.MountPath.TrimEnd('/'), readOnly));
        }

        if (
            mounts.TrueForAll(m => m.Target != ServiceAccountVolume.MountPath)
            && context.Volumes.Paths.TryGetValue(ServiceAccountVolume.Volume.Name, out var credentials)
        )
        {
            mounts.Add(new SandboxMount(credentials, ServiceAccountVolume.MountPath, ReadOnly: true));
        }

        foreach (var folder in entry.SupportFolders)
        {
            if (!Directory.Exists(folder) && ProgramLocator.FindSupportFolder(program, folder) is { } source)
            {
                mounts.Add(new SandboxMount(source, folder, ReadOnly: true));
            }
        }

        return mounts;
    }

    private static string SubPath(string volume, string? subPath)
    {
        if (string.IsNullOrEmpty(subPath))
        {
            return volume;
        }

        var path = Path.GetFullPath(Path.Join(volume, subPath));
        if (!path.StartsWith(volume + "/", StringComparison.Ordinal))
        {
            throw new ContainerConfigException($"subPath \"{subPath}\" leads out of its volume");
        }

        if (!Path.Exists(path))
        {
            Directory.CreateDirectory(path);
        }

        return SandboxRoot.ResolveOnHost(path);
    }

    /// <summary>Images name their program by a path of their own, such as <c>/bin/prometheus</c>.</summary>
    private static bool IsProgramOf(ProgramEntry entry, string program, string head)
    {
        var name = Path.GetFileName(head);
        return name == Path.GetFileName(program) || entry.Names.Any(n => Path.GetFileName(n) == name);
    }
}
