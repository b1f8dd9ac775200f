using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Http;

/// <summary>Where the next page of a list begins: opaque to clients.</summary>
internal static class ContinueToken
{
    private const string TokenVersion = "meta.k8s.io/v1";

    public static string Write(long version, ObjectKey last) =>
        Base64Url.EncodeToString(
            new JsonObject
            {
                ["v"] = TokenVersion,
                ["rv"] = version,
                ["start"] = $"{last.Namespace}/{last.Name}",
            }.ToUtf8()
        );

    /// <summary>Reads a token.</summary>
    /// <exception cref="ApiException">400: not one of ours.</exception>
    public static (long Version, ObjectKey Last) Read(string token)
    {
        byte[] bytes;
        try
        {
            bytes = Base64Url.DecodeFromChars(token);
        }
        catch (FormatException)
        {
            throw Invalid("illegal base64 data");
        }

        JsonNode? content;
        try
        {
            content = JsonReading.Parse(bytes);
        }
        catch (JsonException)
        {
            throw Invalid($"invalid character '{Encoding.UTF8.GetString(bytes, 0, 1)}' looking for beginning of value");
        }

        return
            content is JsonObject value
            && value.Str("v") == TokenVersion
            && value.Long("rv") is { } version
            && value.Str("start")?.Split('/') is [var ns, var name]
            ? (version, new(ns, name))
            : throw Invalid("it is no token of this server");
    }

    private static ApiException Invalid(string why) =>
        ApiException.BadRequest($"invalid continue token: continue key is not valid: {why}");
}
