using System.Buffers;
using System.IO.Pipelines;

namespace Kubernetes.Client;

/// <summary>
/// Cuts a stream into lines, wherever the network cut it. A line is valid until the next one is asked for.
/// </summary>
internal sealed class LineReader(PipeReader reader, int maxLength) : IAsyncDisposable
{
    private SequencePosition? consumed;
    private long scanned;

    /// <summary>The next line without its line feed; null at the end of the stream. Empty lines are left out.</summary>
    /// <exception cref="InvalidDataException">The line is longer than is allowed.</exception>
    /// <exception cref="EndOfStreamException">The stream ended in the middle of a line.</exception>
    public async ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        if (consumed is { } position)
        {
            reader.AdvanceTo(position);
            consumed = null;
        }
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var start = buffer.Start;
            while (buffer.Slice(scanned).PositionOf((byte)'\n') is { } end)
            {
                scanned = 0;
                var line = buffer.Slice(0, end);
                var next = buffer.GetPosition(1, end);
                ThrowIfTooLong(line.Length);
                if (!line.IsEmpty)
                {
                    consumed = next;
                    return line;
                }
                buffer = buffer.Slice(next);
                start = next;
            }
            scanned = buffer.Length;
            ThrowIfTooLong(buffer.Length);
            if (result.IsCompleted)
            {
                return buffer.IsEmpty
                    ? null
                    : throw new EndOfStreamException(
                        $"the stream ended in the middle of a line, after {buffer.Length} bytes of it"
                    );
            }
            reader.AdvanceTo(start, buffer.End);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => reader.CompleteAsync();

    private void ThrowIfTooLong(long length)
    {
        if (length > maxLength)
        {
            throw new InvalidDataException($"a line of the watch is longer than {maxLength} bytes");
        }
    }
}
