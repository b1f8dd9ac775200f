namespace Testing;

/// <summary>
/// Finds the real components that tests check our output with. They lie in <c>.tools/bin</c> of the repository or of a
/// folder above it, or on PATH under the upstream name or the one that Debian gives.
/// </summary>
public static class Tools
{
    private static readonly Dictionary<string, string> DebianNames = new()
    {
        ["alertmanager"] = "prometheus-alertmanager",
        ["blackbox_exporter"] = "prometheus-blackbox-exporter",
        ["node_exporter"] = "prometheus-node-exporter",
    };

    /// <summary>The path of the program, or null where this machine has none.</summary>
    public static string? Find(string name)
    {
        string[] names = DebianNames.TryGetValue(name, out var debian) ? [name, debian] : [name];
        return Folders().SelectMany(folder => names.Select(n => Path.Combine(folder, n))).FirstOrDefault(File.Exists);
    }

    private static IEnumerable<string> Folders()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, ".tools", "bin");
        }

        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            yield return folder;
        }
    }
}
