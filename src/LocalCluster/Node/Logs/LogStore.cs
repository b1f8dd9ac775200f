using System.Globalization;
using Kubernetes.Models;

namespace LocalCluster.Node.Logs;

/// <summary>
/// The log files of a node: <c>NAMESPACE_POD_UID/CONTAINER/RUN.log</c>. Of each container the running and the previous
/// run are kept.
/// </summary>
internal sealed class LogStore(string directory, TimeProvider time)
{
    /// <summary>Starts the log of a run; drops those before the previous one.</summary>
    public LogFile Open(Pod pod, string container, int run)
    {
        var folder = Path.Join(PodFolder(pod), container);
        Directory.CreateDirectory(folder);
        foreach (var old in Runs(folder).Where(r => r < run - 1))
        {
            File.Delete(FileOf(folder, old));
            File.Delete(FileOf(folder, old) + ".1");
        }

        return new LogFile(FileOf(folder, run), time);
    }

    /// <summary>Files of the newest run, or of the one before it, oldest first; empty when there was no such run.</summary>
    public IReadOnlyList<string> Files(Pod pod, string container, bool previous)
    {
        var folder = Path.Join(PodFolder(pod), container);
        var runs = Runs(folder).OrderDescending().Skip(previous ? 1 : 0).Take(1).ToList();
        return [.. runs.Select(r => FileOf(folder, r)).SelectMany(f => new[] { f + ".1", f }).Where(File.Exists)];
    }

    /// <summary>Drops all logs of a pod that is gone.</summary>
    public void Delete(Pod pod)
    {
        if (Directory.Exists(PodFolder(pod)))
        {
            Directory.Delete(PodFolder(pod), recursive: true);
        }
    }

    private string PodFolder(Pod pod) =>
        Path.Join(directory, $"{pod.Metadata.Namespace}_{pod.Metadata.Name}_{pod.Metadata.Uid}");

    private static string FileOf(string folder, int run) =>
        Path.Join(folder, string.Create(CultureInfo.InvariantCulture, $"{run}.log"));

    private static IEnumerable<int> Runs(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*.log")
                .Select(f => int.Parse(Path.GetFileNameWithoutExtension(f), CultureInfo.InvariantCulture))
            : [];
}
