using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace LocalCluster.Node.Logs;

/// <summary>Reads log files the way <c>kubectl logs</c> asks for them.</summary>
internal sealed class LogReader(LogStore store, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(150);

    /// <summary>The wanted lines; null when there is no such log.</summary>
    public Stream? Open(PodLogRequest request, CancellationToken cancellationToken)
    {
        if (store.Find(request) is not { } path)
        {
            return null;
        }

        var pipe = new Pipe();
        _ = Task.Run(() => FillAsync(pipe.Writer, path, request, cancellationToken), CancellationToken.None);
        return pipe.Reader.AsStream();
    }

    private async Task FillAsync(
        PipeWriter writer,
        string path,
        PodLogRequest request,
        CancellationToken cancellationToken
    )
    {
        Exception? failure = null;
        try
        {
            var lines = new LogLines(path);
            await using (lines)
            {
                var first = new Queue<string>();
                foreach (var line in lines.ReadRotated().Concat(lines.ReadNew()))
                {
                    if (Format(line, request) is not { } text)
                    {
                        continue;
                    }

                    if (request.TailLines is not { } tail)
                    {
                        await WriteAsync(writer, text, cancellationToken);
                        continue;
                    }

                    first.Enqueue(text);
                    if (first.Count > tail)
                    {
                        first.Dequeue();
                    }
                }

                foreach (var text in first)
                {
                    await WriteAsync(writer, text, cancellationToken);
                }

                while (request.Follow)
                {
                    // In this order: what was written before the end is still read.
                    var isOver = !store.IsWritten(path);
                    foreach (var line in lines.ReadNew())
                    {
                        if (Format(line, request) is { } text)
                        {
                            await WriteAsync(writer, text, cancellationToken);
                        }
                    }

                    if (isOver)
                    {
                        break;
                    }

                    await Task.Delay(Poll, time, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) { }
        catch (Exception exception)
        {
            failure = exception;
        }

        await writer.CompleteAsync(failure);
    }

    /// <summary><c>TIME stream F text</c> as it is to be shown; null when it is not wanted.</summary>
    private static string? Format(string line, PodLogRequest request)
    {
        var stamp = line.IndexOf(' ');
        var text = stamp < 0 ? -1 : line.IndexOf(' ', line.IndexOf(' ', stamp + 1) + 1);
        if (text < 0)
        {
            return null;
        }

        if (
            request.Since is { } since
            && DateTimeOffset.TryParse(line.AsSpan(0, stamp), CultureInfo.InvariantCulture, out var at)
            && at < since
        )
        {
            return null;
        }

        return request.Timestamps ? line[..stamp] + line[text..] : line[(text + 1)..];
    }

    private static async Task WriteAsync(PipeWriter writer, string text, CancellationToken cancellationToken)
    {
        writer.Write(Encoding.UTF8.GetBytes(text + "\n"));
        var result = await writer.FlushAsync(cancellationToken);
        if (result.IsCompleted)
        {
            // The reader has enough.
            throw new OperationCanceledException();
        }
    }
}
