using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Http;

/// <summary>Writes whole answers.</summary>
internal static class Answers
{
    public static Task JsonAsync(HttpContext http, int code, JsonNode value) => JsonAsync(http, code, value.ToUtf8());

    public static async Task JsonAsync(
        HttpContext http,
        int code,
        ReadOnlyMemory<byte> utf8,
        string mediaType = "application/json"
    )
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = mediaType;
        http.Response.ContentLength = utf8.Length;
        await http.Response.BodyWriter.WriteAsync(utf8, http.RequestAborted);
    }

    public static async Task TextAsync(HttpContext http, int code, string text)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(text, http.RequestAborted);
    }

    /// <summary>201 for what was done without leaving an object that could be shown.</summary>
    public static Task CreatedAsync(HttpContext http) =>
        JsonAsync(
            http,
            201,
            new JsonObject
            {
                ["kind"] = "Status",
                ["apiVersion"] = "v1",
                ["metadata"] = new JsonObject(),
                ["status"] = "Success",
                ["code"] = 201,
            }
        );

    /// <summary>Sends remarks as <c>Warning: 299 - "…"</c>, which kubectl prints.</summary>
    public static void AddWarnings(HttpContext http, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings.Distinct(StringComparer.Ordinal))
        {
            var text = string.Concat(
                warning.Where(c => !char.IsControl(c)).Select(c => c is '"' or '\\' ? $"\\{c}" : c.ToString())
            );
            http.Response.Headers.Append("Warning", $"299 - \"{text}\"");
        }
    }
}
