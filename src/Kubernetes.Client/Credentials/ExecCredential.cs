using System.Globalization;
using System.Text.Json;

namespace Kubernetes.Client;

/// <summary>What a credential plugin printed.</summary>
/// <param name="Token">A bearer token.</param>
/// <param name="Identity">A certificate with its key.</param>
/// <param name="Expires">Until when it may be used; null: until the server refuses it.</param>
internal sealed record ExecCredential(string? Token, ClientIdentity? Identity, DateTimeOffset? Expires)
{
    /// <summary>Reads an <c>ExecCredential</c>.</summary>
    /// <exception cref="InvalidDataException">It is none, or has no credentials. The message shows none of it.</exception>
    public static ExecCredential Parse(ReadOnlyMemory<byte> utf8Json, string apiVersion, string origin)
    {
        using var document = Document(utf8Json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || Text(root, "kind") != "ExecCredential")
        {
            throw new InvalidDataException("what it printed is no object of kind ExecCredential");
        }
        if (Text(root, "apiVersion") is var version && version != apiVersion)
        {
            throw new InvalidDataException($"it printed apiVersion '{version}', the kubeconfig says '{apiVersion}'");
        }
        if (!root.TryGetProperty("status", out var status) || status.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException("it printed no status");
        }
        var token = Text(status, "token");
        var certificate = Text(status, "clientCertificateData");
        var key = Text(status, "clientKeyData");
        if (certificate is null != key is null)
        {
            throw new InvalidDataException(
                $"it printed no status.{(key is null ? "clientKeyData" : "clientCertificateData")}: a certificate needs both"
            );
        }
        if ((token ?? certificate) is null)
        {
            throw new InvalidDataException("it printed neither status.token nor status.clientCertificateData");
        }
        return new ExecCredential(
            token,
            certificate is null ? null : new ClientIdentity(certificate, key!, origin, origin),
            Expiry(status)
        );
    }

    /// <summary>No secret shows up in a log.</summary>
    public override string ToString() => $"credentials until {Expires?.ToString("O", CultureInfo.InvariantCulture)}";

    private static JsonDocument Document(ReadOnlyMemory<byte> utf8Json)
    {
        try
        {
            return JsonDocument.Parse(utf8Json);
        }
        catch (JsonException e)
        {
            // The parser names the place, and at most one character of what was read.
            throw new InvalidDataException(
                utf8Json.Span.Trim(" \r\n\t"u8).IsEmpty ? "it printed nothing" : "what it printed is no JSON",
                e
            );
        }
    }

    private static DateTimeOffset? Expiry(JsonElement status)
    {
        if (Text(status, "expirationTimestamp") is not { } text)
        {
            return null;
        }
        return DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var expires
        )
            ? expires
            : throw new InvalidDataException($"status.expirationTimestamp '{text}' is no RFC 3339 time");
    }

    private static string? Text(JsonElement element, string field) =>
        !element.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind != JsonValueKind.String ? throw new InvalidDataException($"its {field} is no string")
        : value.GetString() is { Length: > 0 } text ? text
        : null;
}
