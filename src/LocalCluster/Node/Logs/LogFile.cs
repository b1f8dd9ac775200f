using System.Globalization;
using System.Text;

namespace LocalCluster.Node.Logs;

/// <summary>
/// The output of one run of a container, in the container runtimes' form: <c>TIME stream F line</c>. A file that grows
/// beyond the limit is set aside, so that a run takes at most twice the limit on disk.
/// </summary>
internal sealed class LogFile(string path, TimeProvider time, Action closed, long limit = 16 * 1024 * 1024)
    : IDisposable
{
    /// <summary>A longer line is cut, as runtimes do.</summary>
    private const int MaxLine = 16 * 1024;

    private readonly Lock gate = new();
    private FileStream file = Open(path);

    /// <summary>Copies a stream line by line until it ends.</summary>
    public async Task CopyAsync(Stream source, string stream)
    {
        using var reader = new StreamReader(source, new UTF8Encoding(false), false, 4096);
        var line = new StringBuilder();
        var buffer = new char[4096];
        while (await ReadAsync(reader, buffer) is var count and > 0)
        {
            foreach (var character in buffer.AsSpan(0, count))
            {
                if (character == '\n')
                {
                    Write(stream, line.ToString());
                    line.Clear();
                }
                else if (line.Length < MaxLine)
                {
                    line.Append(character);
                }
            }
        }

        if (line.Length > 0)
        {
            Write(stream, line.ToString());
        }
    }

    /// <summary>Appends one line, stamped with the time of now.</summary>
    public void Write(string stream, string line)
    {
        var stamp = time.GetUtcNow()
            .UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);
        var bytes = Encoding.UTF8.GetBytes($"{stamp} {stream} F {line.TrimEnd('\r')}\n");
        lock (gate)
        {
            if (!file.CanWrite)
            {
                return;
            }

            if (file.Length + bytes.Length > limit)
            {
                file.Dispose();
                File.Move(path, path + LogStore.RotatedSuffix, overwrite: true);
                file = Open(path);
            }

            file.Write(bytes);
            file.Flush();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (gate)
        {
            file.Dispose();
        }

        closed();
    }

    private static async Task<int> ReadAsync(StreamReader reader, char[] buffer)
    {
        try
        {
            return await reader.ReadAsync(buffer.AsMemory());
        }
        catch (IOException)
        {
            // The pipe was cut together with the program.
            return 0;
        }
    }

    private static FileStream Open(string path) =>
        new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
}
