namespace Binnacle.Quickstart;

/// <summary>A folder for the files of one run: logs, and what the cluster keeps. Removed at the end unless kept.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly string runs;

    private RunFolder(string runs, string path) => (this.runs, Path) = (runs, path);

    public string Path { get; }

    /// <summary>Set when a run failed: its logs are worth reading.</summary>
    public bool Keep { get; set; }

    public static RunFolder Create(string runs)
    {
        var path = System.IO.Path.Combine(runs, $"quickstart-{Environment.ProcessId}");
        if (Directory.Exists(path))
        {
            // A process of the same id that is gone.
            Directory.Delete(path, recursive: true);
        }

        Directory.CreateDirectory(path);
        return new RunFolder(runs, path);
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Keep)
        {
            return;
        }

        Directory.Delete(Path, recursive: true);
        if (!Directory.EnumerateFileSystemEntries(runs).Any())
        {
            Directory.Delete(runs);
        }
    }
}
