using System.Collections.Concurrent;
using System.Globalization;
using Kubernetes.Models;

namespace LocalCluster.Node.Logs;

/// <summary>
/// The log files of a node: <c>NAMESPACE_POD_UID/CONTAINER/RUN.log</c>. Of each container the running and the previous
/// run are kept.
/// </summary>
internal sealed class LogStore(string directory, TimeProvider time)
{
    /// <summary>What a log file that has grown too big is renamed to.</summary>
    public const string RotatedSuffix = ".1";

    private readonly ConcurrentDictionary<string, LogFile> open = new();

    /// <summary>Starts the log of a run; drops those before the previous one.</summary>
    public LogFile Open(Pod pod, string container, int run)
    {
        var folder = Path.Join(PodFolder(pod), container);
        Directory.CreateDirectory(folder);
        foreach (var old in Runs(folder).Where(r => r < run - 1).ToList())
        {
            File.Delete(FileOf(folder, old));
            File.Delete(FileOf(folder, old) + RotatedSuffix);
        }

        var path = FileOf(folder, run);
        var file = new LogFile(path, time, () => open.TryRemove(path, out _));
        open[path] = file;
        return file;
    }

    /// <summary>The file of a container's newest run, or of the one before it; null when there is none.</summary>
    public string? Find(PodLogRequest request)
    {
        var pod = PodFolder(request.Namespace, request.Pod, request.PodUid);
        var folder = Path.Join(pod, request.Container);
        return Runs(folder)
            .OrderDescending()
            .Skip(request.Previous ? 1 : 0)
            .Select(r => FileOf(folder, r))
            .FirstOrDefault();
    }

    /// <summary>Whether the run still writes to its file.</summary>
    public bool IsWritten(string path) => open.ContainsKey(path);

    /// <summary>Drops all logs of a pod that is gone.</summary>
    public void Delete(Pod pod)
    {
        if (Directory.Exists(PodFolder(pod)))
        {
            Directory.Delete(PodFolder(pod), recursive: true);
        }
    }

    private string PodFolder(Pod pod) =>
        PodFolder(pod.Metadata.Namespace ?? "", pod.Metadata.Name ?? "", pod.Metadata.Uid ?? "");

    private string PodFolder(string ns, string name, string uid) => Path.Join(directory, $"{ns}_{name}_{uid}");

    private static string FileOf(string folder, int run) =>
        Path.Join(folder, string.Create(CultureInfo.InvariantCulture, $"{run}.log"));

    private static IEnumerable<int> Runs(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*.log")
                .Select(f => int.Parse(Path.GetFileNameWithoutExtension(f), CultureInfo.InvariantCulture))
            : [];
}
