using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Protobuf;

namespace LocalCluster.ApiServer.Http;

/// <summary>Reads what a client sends.</summary>
internal static class RequestBody
{
    /// <summary>As much as Kubernetes takes.</summary>
    public const int MaxBytes = 3 << 20;

    /// <summary>Reads the whole body.</summary>
    /// <exception cref="ApiException">413: too long.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext http)
    {
        var reader = http.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(http.RequestAborted);
            if (result.Buffer.Length > MaxBytes)
            {
                throw ApiException.TooLarge(MaxBytes);
            }

            if (result.IsCompleted)
            {
                var bytes = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Reads an object in JSON or YAML.</summary>
    /// <param name="http">The request.</param>
    /// <param name="kind">What the object should be; for messages.</param>
    /// <param name="onDuplicate">Told of fields that are there twice.</param>
    /// <exception cref="ApiException">400: unreadable. 415: neither.</exception>
    public static async Task<JsonObject> ReadObjectAsync(
        HttpContext http,
        string kind,
        Action<string>? onDuplicate = null
    )
    {
        var bytes = await ReadAsync(http);
        try
        {
            return Decode(MediaType(http.Request), bytes, onDuplicate);
        }
        catch (FormatException e)
        {
            throw Unrecognized(kind, e.Message, bytes);
        }
    }

    /// <summary>Reads the options of a request; null for an empty body.</summary>
    /// <exception cref="ApiException">400: unreadable. 415: neither JSON nor YAML.</exception>
    public static async Task<JsonObject?> TryReadOptionsAsync(HttpContext http)
    {
        var bytes = await ReadAsync(http);
        try
        {
            return bytes.Length == 0 ? null : Decode(MediaType(http.Request), bytes, onDuplicate: null);
        }
        catch (FormatException e)
        {
            throw ApiException.BadRequest(e.Message);
        }
    }

    /// <summary>The object is not what it should be; the message shows how it begins.</summary>
    public static ApiException Unrecognized(string kind, string why, ReadOnlySpan<byte> body)
    {
        const int Shown = 30;
        var excerpt = body.IsEmpty ? "<empty>" : Encoding.UTF8.GetString(body[..Math.Min(Shown, body.Length)]);
        var more = body.Length > Shown ? " ..." : "";
        return ApiException.BadRequest(
            $"the object provided is unrecognized (must be of type {kind}): {why} ({excerpt}{more})"
        );
    }

    private static JsonObject Decode(string type, byte[] bytes, Action<string>? onDuplicate)
    {
        try
        {
            return type switch
            {
                "" or "application/json" or "*/*" => JsonReading.ParseTop(bytes, onDuplicate),
                "application/yaml" => YamlReading.ParseObject(Encoding.UTF8.GetString(bytes), onDuplicate),
                ProtobufReading.MediaType => Protobuf(bytes),
                _ => throw ApiException.UnsupportedMediaType(
                    "application/json",
                    "application/yaml",
                    ProtobufReading.MediaType
                ),
            };
        }
        catch (JsonException e)
        {
            throw new FormatException($"couldn't get version/kind; json parse error: {e.Message}", e);
        }
    }

    public static string MediaType(HttpRequest request) =>
        (request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>Reads the JSON of a patch.</summary>
    /// <exception cref="ApiException">400: no JSON.</exception>
    public static JsonNode Json(byte[] bytes, Action<string>? onDuplicate = null)
    {
        try
        {
            return JsonReading.ParseValue(bytes, onDuplicate);
        }
        catch (JsonException e)
        {
            throw ApiException.BadRequest($"error decoding patch: {e.Message}");
        }
    }

    private static JsonObject Protobuf(byte[] bytes)
    {
        try
        {
            return ProtobufReading.Known.Read(bytes);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw ApiException.BadRequest($"error decoding protobuf: {e.Message}");
        }
        catch (NotSupportedException e)
        {
            throw new ApiException(415, "UnsupportedMediaType", e.Message);
        }
    }

    public static JsonObject Yaml(byte[] bytes, Action<string>? onDuplicate = null)
    {
        try
        {
            return YamlReading.ParseObject(Encoding.UTF8.GetString(bytes), onDuplicate);
        }
        catch (FormatException e)
        {
            throw ApiException.BadRequest($"error decoding YAML: {e.Message}");
        }
    }
}
