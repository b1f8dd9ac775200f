using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Kubernetes.Client.Tests.Support;

/// <summary>A SOCKS 5 proxy (RFC 1928), with a password (RFC 1929) where the test wants one.</summary>
internal sealed class SocksProxy((string User, string Password)? credentials = null) : RelayServer
{
    private const byte Version = 5;
    private const byte NoPassword = 0;
    private const byte Password = 2;

    protected override async Task<(string Host, int Port)?> AgreeAsync(
        Stream client,
        CancellationToken cancellationToken
    )
    {
        var greeting = await ReadAsync(client, 2, cancellationToken);
        var offered = await ReadAsync(client, greeting[1], cancellationToken);
        var wanted = credentials is null ? NoPassword : Password;
        if (greeting[0] != Version || !offered.Contains(wanted))
        {
            await client.WriteAsync(new byte[] { Version, 0xFF }, cancellationToken);
            return null;
        }
        await client.WriteAsync(new byte[] { Version, wanted }, cancellationToken);
        if (credentials is { } expected)
        {
            await ReadAsync(client, 1, cancellationToken);
            var user = await TextAsync(client, cancellationToken);
            var good = (user, await TextAsync(client, cancellationToken)) == expected;
            await client.WriteAsync(new byte[] { 1, (byte)(good ? 0 : 1) }, cancellationToken);
            if (!good)
            {
                return null;
            }
        }
        var request = await ReadAsync(client, 4, cancellationToken);
        var host = request[3] switch
        {
            1 => new IPAddress(await ReadAsync(client, 4, cancellationToken)).ToString(),
            4 => new IPAddress(await ReadAsync(client, 16, cancellationToken)).ToString(),
            _ => await TextAsync(client, cancellationToken),
        };
        return (host, BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(client, 2, cancellationToken)));
    }

    protected override Task ConfirmAsync(Stream client, CancellationToken cancellationToken) =>
        client.WriteAsync(new byte[] { Version, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, cancellationToken).AsTask();

    private static async Task<string> TextAsync(Stream client, CancellationToken cancellationToken)
    {
        var length = await ReadAsync(client, 1, cancellationToken);
        return Encoding.UTF8.GetString(await ReadAsync(client, length[0], cancellationToken));
    }
}
