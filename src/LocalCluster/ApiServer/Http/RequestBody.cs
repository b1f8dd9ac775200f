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
    /// <param name="onDuplicate">Told of fields that are there twice.</param>
    /// <exception cref="ApiException">400: unreadable. 415: neither.</exception>
    public static async Task<JsonObject> ReadObjectAsync(HttpContext http, Action<string>? onDuplicate = null) =>
        Decode(MediaType(http.Request), await ReadAsync(http), onDuplicate);

    /// <summary>As <see cref="ReadObjectAsync"/>; null for an empty body.</summary>
    public static async Task<JsonObject?> TryReadObjectAsync(HttpContext http)
    {
        var bytes = await ReadAsync(http);
        return bytes.Length == 0 ? null : Decode(MediaType(http.Request), bytes, onDuplicate: null);
    }

    private static JsonObject Decode(string type, byte[] bytes, Action<string>? onDuplicate)
    {
        return type switch
        {
            "" or "application/json" or "*/*" => Json(bytes, onDuplicate),
            "application/yaml" => Yaml(bytes, onDuplicate),
            ProtobufReading.MediaType => Protobuf(bytes),
            _ => throw ApiException.UnsupportedMediaType(type, "application/json", "application/yaml"),
        };
    }

    public static string MediaType(HttpRequest request) =>
        (request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();

    public static JsonObject Json(byte[] bytes, Action<string>? onDuplicate = null)
    {
        try
        {
            return JsonReading.ParseObject(bytes, onDuplicate);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw ApiException.BadRequest(
                $"the object provided is unrecognized (must be of type application/json): {e.Message}"
            );
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
