using System.Text;

namespace LocalCluster.Node.Logs;

/// <summary>The whole lines of a log file that grows, and may be renamed and begun anew, while it is read.</summary>
internal sealed class LogLines(string path) : IAsyncDisposable
{
    private readonly List<byte> partial = [];
    private FileStream? file;

    /// <summary>What was written before the file was last begun anew.</summary>
    public IEnumerable<string> ReadRotated()
    {
        if (!File.Exists(path + LogStore.RotatedSuffix))
        {
            return [];
        }

        using var rotated = Open(path + LogStore.RotatedSuffix);
        return [.. Read(rotated)];
    }

    /// <summary>What was written since the last call.</summary>
    public IEnumerable<string> ReadNew()
    {
        file ??= File.Exists(path) ? Open(path) : null;
        if (file is null)
        {
            yield break;
        }

        foreach (var line in Read(file))
        {
            yield return line;
        }

        // A file shorter than what was read of it is another one.
        if (File.Exists(path) && new FileInfo(path).Length < file.Position)
        {
            file.Dispose();
            file = Open(path);
            foreach (var line in Read(file))
            {
                yield return line;
            }
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => file?.DisposeAsync() ?? ValueTask.CompletedTask;

    private IEnumerable<string> Read(FileStream source)
    {
        var buffer = new byte[32 * 1024];
        int count;
        while ((count = source.Read(buffer)) > 0)
        {
            for (var i = 0; i < count; i++)
            {
                if (buffer[i] != (byte)'\n')
                {
                    partial.Add(buffer[i]);
                    continue;
                }

                yield return Encoding.UTF8.GetString([.. partial]);
                partial.Clear();
            }
        }
    }

    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
