using System.Globalization;
using LocalCluster.Node.Processes;

namespace LocalCluster.Node.Volumes;

/// <summary>
/// A folder whose files change all at once, laid out as the kubelet does it: files lie in a time-stamped folder,
/// <c>..data</c> is a link to it that is swapped with one rename, and every top-level name is a link into <c>..data</c>.
/// Source: kubernetes pkg/volume/util/atomic_writer.go.
/// </summary>
internal sealed class AtomicFolder(string directory, TimeProvider time)
{
    private const string DataLink = "..data";
    private const string NewDataLink = "..data_tmp";

    private IReadOnlyDictionary<string, FilePayload>? written;

    /// <summary>Makes the folder hold exactly these files (relative paths); true when that changed anything.</summary>
    public bool Write(IReadOnlyDictionary<string, FilePayload> files)
    {
        if (written is not null && IsSame(written, files))
        {
            return false;
        }

        foreach (var path in files.Keys)
        {
            Validate(path);
        }

        Directory.CreateDirectory(directory);
        var data = Path.Join(directory, DataLink);
        var old = new FileInfo(data).LinkTarget;
        var stamp = time.GetUtcNow()
            .UtcDateTime.ToString("'..'yyyy_MM_dd_HH_mm_ss.fffffff", CultureInfo.InvariantCulture);
        var folder = Path.Join(directory, stamp);
        for (var i = 1; Directory.Exists(folder); i++)
        {
            folder = Path.Join(directory, string.Create(CultureInfo.InvariantCulture, $"{stamp}-{i}"));
        }

        Directory.CreateDirectory(folder);
        foreach (var (path, file) in files)
        {
            var target = Path.Join(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, file.Content.ToArray());
            File.SetUnixFileMode(target, (UnixFileMode)(file.Mode & 0x1FF));
        }

        var next = Path.Join(directory, NewDataLink);
        if (new FileInfo(next).LinkTarget is not null)
        {
            File.Delete(next);
        }

        File.CreateSymbolicLink(next, Path.GetFileName(folder));
        NativeMethods.Rename(next, data);
        LinkNames(files.Keys.Select(p => p.Split('/')[0]).ToHashSet());
        if (old is not null)
        {
            Directory.Delete(Path.Join(directory, old), recursive: true);
        }

        written = files;
        return true;
    }

    private static bool IsSame(
        IReadOnlyDictionary<string, FilePayload> left,
        IReadOnlyDictionary<string, FilePayload> right
    ) =>
        left.Count == right.Count
        && left.All(l =>
            right.TryGetValue(l.Key, out var r)
            && r.Mode == l.Value.Mode
            && r.Content.Span.SequenceEqual(l.Value.Content.Span)
        );

    private static void Validate(string path)
    {
        var parts = path.Split('/');
        if (path.StartsWith('/') || parts.Contains("..") || parts[0].StartsWith("..", StringComparison.Ordinal))
        {
            throw new VolumeNotReadyException(
                $"invalid path '{path}': it must be relative, and neither contain '..' nor start with it"
            );
        }
    }

    private void LinkNames(HashSet<string> names)
    {
        foreach (var name in names)
        {
            var link = new FileInfo(Path.Join(directory, name));
            if (link.LinkTarget is null)
            {
                File.CreateSymbolicLink(link.FullName, $"{DataLink}/{name}");
            }
        }

        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            var isOurs = entry.LinkTarget?.StartsWith(DataLink + "/", StringComparison.Ordinal) == true;
            if (isOurs && !names.Contains(entry.Name))
            {
                entry.Delete();
            }
        }
    }
}
