namespace Binnacle.CrdGen;

/// <summary>The folder that generated files are kept in.</summary>
/// <param name="root">Its path.</param>
internal sealed class OutputFolder(string root)
{
    /// <summary>Files that are missing, differ, or lie in a generated folder without being generated any more.</summary>
    public IReadOnlyList<string> Differences(IReadOnlyDictionary<string, string> files) =>
        [.. files.Where(file => Read(file.Key) != file.Value).Select(file => file.Key), .. Leftovers(files)];

    /// <summary>Makes the folder hold exactly these files.</summary>
    public void Write(IReadOnlyDictionary<string, string> files)
    {
        foreach (var (path, content) in files)
        {
            var target = Path.Combine(root, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, content);
        }
        foreach (var path in Leftovers(files))
        {
            File.Delete(Path.Combine(root, path));
        }
    }

    private string? Read(string path)
    {
        var file = Path.Combine(root, path);
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    private string[] Leftovers(IReadOnlyDictionary<string, string> files) =>
        [
            .. files
                .Keys.Select(path => Path.GetDirectoryName(path)!)
                .Distinct()
                .Where(folder => Directory.Exists(Path.Combine(root, folder)))
                .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.yaml"))
                .Select(file => Path.GetRelativePath(root, file))
                .Where(path => !files.ContainsKey(path))
                .Order(StringComparer.Ordinal),
        ];
}
