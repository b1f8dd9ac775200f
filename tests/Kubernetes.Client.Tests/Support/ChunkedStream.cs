namespace Kubernetes.Client.Tests.Support;

/// <summary>A stream that gives its bytes in pieces of the given sizes (over and over), as a network does.</summary>
internal sealed class ChunkedStream(byte[] content, IReadOnlyList<int> sizes) : Stream
{
    private int position;
    private int piece;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var size = Math.Min(Math.Min(sizes[piece++ % sizes.Count], buffer.Length), content.Length - position);
        content.AsSpan(position, size).CopyTo(buffer);
        position += size;
        return size;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return Read(buffer.Span);
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
