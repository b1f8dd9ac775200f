using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Binnacle.Rendering.Common;

/// <summary>Hashes that are the same on every machine and in every version.</summary>
internal static class StableHash
{
    /// <summary>The first 16 hex digits (64 bits) of SHA-256: enough to tell configurations apart, short enough to read.</summary>
    public static string Hex(string text) => Hex(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Hex(string)" />
    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8));

    /// <summary>
    /// The value that Alertmanager reports as <c>alertmanager_config_hash</c>: the first six bytes of the file's MD5,
    /// little-endian (https://github.com/prometheus/alertmanager, config/coordinator.go). An identity, not a
    /// protection.
    /// </summary>
    public static string AlertmanagerConfig(string yaml)
    {
#pragma warning disable CA5351 // MD5 is what Alertmanager uses; nothing is protected by it.
        var md5 = MD5.HashData(Encoding.UTF8.GetBytes(yaml));
#pragma warning restore CA5351
        ulong number = 0;
        for (var i = 5; i >= 0; i--)
        {
            number = (number << 8) | md5[i];
        }

        return number.ToString(CultureInfo.InvariantCulture);
    }
}
