using System.Buffers;

namespace Kubernetes.Client;

/// <summary>A whole answer in a rented buffer: lists are read many times, and are megabytes.</summary>
internal sealed class PooledBody : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int length;

    private PooledBody() { }

    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    public static async Task<PooledBody> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var body = new PooledBody();
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            int read;
            while ((read = await stream.ReadAsync(body.buffer.AsMemory(body.length), cancellationToken)) > 0)
            {
                body.length += read;
                if (body.length == body.buffer.Length)
                {
                    body.Grow();
                }
            }
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
            length = 0;
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
