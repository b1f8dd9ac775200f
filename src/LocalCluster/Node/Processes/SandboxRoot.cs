namespace LocalCluster.Node.Processes;

/// <summary>
/// The folder tree that a sandboxed program has as its root: the machine's own, with mounts at paths that the machine
/// need not have. Nothing of the machine is changed: the parents of mount points are folders of our own, filled with
/// links to what the machine has there, and the mounts themselves exist in the program's namespace alone.
/// </summary>
internal sealed class SandboxRoot
{
    /// <summary>Where the original of a folder that had to be replaced is found inside of the sandbox.</summary>
    public const string HostFolder = "/.host";

    private readonly string root;
    private readonly HashSet<string> replaced = [];
    private readonly List<(string Source, string Target, bool Recursive, bool ReadOnly)> binds = [];

    private SandboxRoot(string root) => this.root = root;

    /// <summary>What is to be mounted, in order: absolute paths on the machine.</summary>
    public IReadOnlyList<(string Source, string Target, bool Recursive, bool ReadOnly)> Binds => binds;

    /// <summary>Lays the tree out in a folder that does not exist yet.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="mounts">Mounts inside of others come after them, whatever the order here.</param>
    /// <param name="folder">A folder that the program needs to be there, empty if neither machine nor mounts have it.</param>
    public static SandboxRoot Create(string root, IEnumerable<SandboxMount> mounts, string folder)
    {
        var result = new SandboxRoot(root);
        result.ReplaceFolder("/");
        // By resolved path: two mounts through different links may be parent and child.
        var ordered = mounts
            .Select(m => m with { Target = ResolveOnHost(m.Target) })
            .OrderBy(m => m.Target, StringComparer.Ordinal)
            .ToList();
        foreach (var mount in ordered)
        {
            result.Add(mount, ordered);
        }

        var resolved = ResolveOnHost(folder);
        if (!Directory.Exists(resolved) && !ordered.Exists(m => IsInside(resolved, m.Target)))
        {
            result.ReplaceFolder(resolved);
        }

        return result;
    }

    /// <summary>The path with all symbolic links of the machine followed; parts that do not exist stay as they are.</summary>
    internal static string ResolveOnHost(string path)
    {
        var resolved = "/";
        var rest = new Queue<string>(Parts(path));
        for (var links = 0; rest.TryDequeue(out var part); )
        {
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? "/";
                continue;
            }

            var next = Path.Join(resolved, part);
            if (new FileInfo(next).LinkTarget is { } target && links++ < 40)
            {
                rest = new Queue<string>([.. Parts(target), .. rest]);
                resolved = target.StartsWith('/') ? "/" : resolved;
            }
            else
            {
                resolved = next;
            }
        }

        return resolved;
    }

    private void Add(SandboxMount mount, List<SandboxMount> all)
    {
        var isFolder = Directory.Exists(mount.Source);
        var parent = all.LastOrDefault(m => m != mount && m.Target != mount.Target && IsInside(mount.Target, m.Target));
        if (parent is not null)
        {
            // Inside of another mount the mount point has to exist in that one's source, as container runtimes do it.
            MakeMountPoint(Path.Join(parent.Source, mount.Target[parent.Target.Length..]), isFolder);
        }
        else
        {
            ReplaceFolder(Path.GetDirectoryName(mount.Target) ?? "/");
            MakeMountPoint(Inside(mount.Target), isFolder);
        }

        binds.Add((mount.Source, Inside(mount.Target), false, mount.ReadOnly));
    }

    /// <summary>Makes a folder of our own that shows the same entries as the machine's folder at that path, if there is one.</summary>
    private void ReplaceFolder(string folder)
    {
        if (!replaced.Add(folder))
        {
            return;
        }

        if (folder != "/")
        {
            ReplaceFolder(Path.GetDirectoryName(folder)!);
            var link = new FileInfo(Inside(folder));
            if (link.LinkTarget is not null)
            {
                link.Delete();
            }

            binds.RemoveAll(b => b.Target == Inside(folder));
        }

        Directory.CreateDirectory(Inside(folder));
        if (!Directory.Exists(folder))
        {
            return;
        }

        if (Path.GetDirectoryName(folder) == "/")
        {
            var original = Inside(HostFolder + folder);
            Directory.CreateDirectory(original);
            binds.Add((folder, original, true, false));
        }

        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            var inside = Inside(Path.Join(folder, entry.Name));
            if (entry.LinkTarget is { } target)
            {
                File.CreateSymbolicLink(inside, target);
            }
            else if (folder != "/")
            {
                File.CreateSymbolicLink(inside, HostFolder + Path.Join(folder, entry.Name));
            }
            else if (entry is DirectoryInfo)
            {
                Directory.CreateDirectory(inside);
                binds.Add((entry.FullName, inside, true, false));
            }
        }
    }

    private static void MakeMountPoint(string path, bool isFolder)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            File.Delete(path);
        }

        if (isFolder)
        {
            Directory.CreateDirectory(path);
        }
        else if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, []);
        }
    }

    private static bool IsInside(string path, string folder) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    private string Inside(string path) => path == "/" ? root : Path.Join(root, path);

    private static IEnumerable<string> Parts(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".");
}
