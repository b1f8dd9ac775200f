using Kubernetes.Models;
using Kubernetes.Runtime.Events;
using LocalCluster.Node.Processes;
using LocalCluster.Node.Programs;

namespace LocalCluster.Node.Pods;

/// <summary>Puts a container's command into its surroundings: a sandbox with its mounts, or rewritten paths without one.</summary>
internal static class ContainerSetup
{
    /// <summary>Lays out what the command needs on disk and returns what is to be started.</summary>
    public static ProgramCommand Prepare(
        NodeServices node,
        PodContext pod,
        Container container,
        ProgramEntry entry,
        string program,
        ProgramCommand command,
        int run
    )
    {
        var directory = Path.Join(pod.Directory, "containers", container.Name);
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        Directory.CreateDirectory(directory);
        var mounts = ContainerCommand.Mounts(pod, container, entry, program);
        if (node.Sandbox is { } sandbox)
        {
            var hosts = node.Hosts.Ensure(pod.Pod, pod.Placement, pod.Directory);
            mounts.Add(new SandboxMount(hosts.HostsPath, "/etc/hosts", ReadOnly: true));
            mounts.Add(new SandboxMount(hosts.ResolverPath, "/etc/resolv.conf", ReadOnly: true));
            return sandbox.Wrap(command, mounts, directory);
        }

        foreach (var folder in entry.SupportFolders.Where(f => !Directory.Exists(f)))
        {
            var missing =
                $"{Path.GetFileName(program)} reads {folder}, which this machine lacks and only a mount namespace can provide";
            node.Events.Tell(pod.Pod, EventType.Warning, "MissingFolder", "Starting", missing);
        }

        if (command.WorkingDirectory != "/" && !mounts.Exists(m => m.Target == command.WorkingDirectory))
        {
            // The image's own folder, which the machine does not have.
            var own = Directory.CreateDirectory(Path.Join(directory, "work")).FullName;
            mounts.Add(new SandboxMount(own, command.WorkingDirectory, ReadOnly: false));
        }

        var paths = FolderView.Create(Path.Join(directory, "view"), mounts);
        var rewriter = new PathRewriter(paths);
        string Adapt(string text) => node.Hosts.ReplaceNames(rewriter.Rewrite(text));
        var rewritten = command with
        {
            Arguments = [.. command.Arguments.Select(Adapt)],
            Environment = command.Environment.ToDictionary(e => e.Key, e => e.Key == "PATH" ? e.Value : Adapt(e.Value)),
            WorkingDirectory = command.WorkingDirectory == "/" ? directory : rewriter.Rewrite(command.WorkingDirectory),
        };
        return Sandbox.Tie(rewritten, node.Setpriv);
    }
}
