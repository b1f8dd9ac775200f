using LocalCluster.Node.Processes;

namespace LocalCluster.Node.Pods;

/// <summary>
/// A folder that has a container's mounts at their own paths, as links: for programs that cannot be given a mount
/// namespace. What lies next to each other in the container does so here, so that relative paths from one mount to
/// another lead to the same files.
/// </summary>
internal static class FolderView
{
    /// <summary>Makes the links.</summary>
    /// <returns>For each mount path the folder or file that stands for it.</returns>
    public static List<(string Path, string Here)> Create(string root, IEnumerable<SandboxMount> mounts)
    {
        var result = new List<(string Path, string Here)>();
        var outer = new List<SandboxMount>();
        foreach (var mount in mounts.OrderBy(m => m.Target, StringComparer.Ordinal))
        {
            var parent = outer.FindLast(m => mount.Target.StartsWith(m.Target + "/", StringComparison.Ordinal));
            // A mount inside of another has its mount point in that one's folder, as container runtimes do it.
            var link = parent is null
                ? Path.Join(root, mount.Target)
                : Path.Join(parent.Source, mount.Target[parent.Target.Length..]);
            Link(link, mount.Source);
            outer.Add(mount);
            result.Add((mount.Target, Path.Join(root, mount.Target)));
        }

        return result;
    }

    private static void Link(string link, string source)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        var there = new FileInfo(link);
        if (there.LinkTarget == source)
        {
            return;
        }

        if (there.LinkTarget is not null)
        {
            there.Delete();
        }

        File.CreateSymbolicLink(link, source);
    }
}
