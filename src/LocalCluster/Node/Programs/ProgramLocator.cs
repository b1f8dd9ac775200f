namespace LocalCluster.Node.Programs;

/// <summary>Finds the file of a program on this machine.</summary>
internal sealed class ProgramLocator(IReadOnlyList<string> directories, string? path)
{
    private readonly string[] searched =
    [
        .. directories.Select(Path.GetFullPath),
        .. (path ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
    ];

    /// <summary>Absolute path of the first name found, folder by folder; null when there is none.</summary>
    public string? Find(IReadOnlyList<string> names)
    {
        foreach (var name in names.Where(Path.IsPathRooted))
        {
            if (IsExecutable(name))
            {
                return name;
            }
        }

        return searched.SelectMany(_ => names.Where(n => !n.Contains('/')), Path.Combine).FirstOrDefault(IsExecutable);
    }

    /// <summary>A folder that a program reads by absolute path, as it lies in the program's own package; null when not there.</summary>
    public static string? FindSupportFolder(string program, string folder)
    {
        var file = File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program;
        // …/usr/bin/program belongs to …/usr/share/…
        var prefix = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(file)));
        var candidate = prefix is null ? null : Path.Join(prefix, folder);
        return candidate is not null && candidate != folder && Directory.Exists(candidate) ? candidate : null;
    }

    private static bool IsExecutable(string file) =>
        File.Exists(file)
        && (
            File.GetUnixFileMode(file)
            & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)
        ) != UnixFileMode.None;
}
