using System.Buffers;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Binnacle.Api.Syntax;

/// <summary>A Grafana dashboard as it was exported, and what a status says of it.</summary>
public sealed record DashboardContent
{
    /// <summary>Most bytes of a dashboard without white space: with its other fields it must fit into a ConfigMap (1 MiB).</summary>
    public const int MaxBytes = 1_000_000;

    // Beyond this no dashboard is unpacked; a few kB of gzip can stand for gigabytes.
    private const int MaxUnpackedBytes = 16 * 1024 * 1024;

    private DashboardContent() { }

    /// <summary>The dashboard without white space. What the HTTP API exports wraps it as <c>{"dashboard": {…}}</c>; here it is unwrapped.</summary>
    public required string Json { get; init; }

    /// <summary>Its title; never empty.</summary>
    public required string Title { get; init; }

    /// <summary>Its own uid, where it has one.</summary>
    public string? Uid { get; init; }

    /// <summary>Number of panels, rows left out.</summary>
    public required int Panels { get; init; }

    /// <summary>Number of queries of all panels.</summary>
    public required int Queries { get; init; }

    /// <summary>Every query that a Prometheus gets: of panels, variables and annotations.</summary>
    public required IReadOnlyList<DashboardQuery> PromQl { get; init; }

    /// <summary>Reads a dashboard.</summary>
    /// <param name="json">JSON.</param>
    /// <param name="content">What was read; null when something is wrong.</param>
    /// <param name="error">What is wrong and what would be right; null when nothing is.</param>
    public static bool TryReadJson(string json, out DashboardContent? content, out string? error) =>
        TryRead(Encoding.UTF8.GetBytes(json), out content, out error);

    /// <summary>Reads a dashboard that was compressed with gzip and encoded in base64.</summary>
    /// <inheritdoc cref="TryReadJson" />
    /// <param name="gzipJson">Base64 of gzip of JSON.</param>
    /// <param name="content">What was read; null when something is wrong.</param>
    /// <param name="error">What is wrong and what would be right; null when nothing is.</param>
    public static bool TryReadGzip(string gzipJson, out DashboardContent? content, out string? error)
    {
        content = null;
        var packed = new byte[gzipJson.Length];
        if (!Convert.TryFromBase64String(gzipJson, packed, out var length))
        {
            error = "is no base64: make it with `gzip -c dashboard.json | base64 -w0`";
            return false;
        }
        var unpacked = new MemoryStream();
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed, 0, length), CompressionMode.Decompress);
            var buffer = new byte[81920];
            for (var read = gzip.Read(buffer); read > 0; read = gzip.Read(buffer))
            {
                unpacked.Write(buffer, 0, read);
                if (unpacked.Length > MaxUnpackedBytes)
                {
                    error = $"unpacks to more than {MaxUnpackedBytes / 1024 / 1024} MiB";
                    return false;
                }
            }
        }
        catch (InvalidDataException)
        {
            error = "is base64, but not of gzip: make it with `gzip -c dashboard.json | base64 -w0`";
            return false;
        }
        return TryRead(unpacked.ToArray(), out content, out error);
    }

    private static bool TryRead(byte[] utf8, out DashboardContent? content, out string? error)
    {
        content = null;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8);
        }
        catch (JsonException exception)
        {
            error =
                $"is no JSON: line {exception.LineNumber + 1}, column {exception.BytePositionInLine + 1}: {FirstSentence(exception)}";
            return false;
        }
        using (document)
        {
            var root = document.RootElement;
            if (Member(root, "dashboard", JsonValueKind.Object) is { } wrapped)
            {
                root = wrapped;
            }
            if (root.ValueKind != JsonValueKind.Object)
            {
                error = $"must be a JSON object, but is {Describe(root.ValueKind)}";
                return false;
            }
            if (Text(root, "title") is not { Length: > 0 } title)
            {
                error = "has no title: a Grafana dashboard has a text field \"title\" at the top";
                return false;
            }
            var json = Compact(root);
            if (Encoding.UTF8.GetByteCount(json) > MaxBytes)
            {
                error = $"is larger than {MaxBytes} bytes even without white space: split it into several dashboards";
                return false;
            }
            var queries = DashboardQueries.Of(root);
            content = new DashboardContent
            {
                Json = json,
                Title = title,
                Uid = Text(root, "uid"),
                Panels = queries.Panels,
                Queries = queries.Queries,
                PromQl = [.. queries.Found.Where(query => query.IsPrometheus)],
            };
            error = null;
            return true;
        }
    }

    private static string Compact(JsonElement element)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (
            var writer = new Utf8JsonWriter(
                buffer,
                new JsonWriterOptions
                {
                    Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                }
            )
        )
        {
            element.WriteTo(writer);
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static JsonElement? Member(JsonElement element, string name, JsonValueKind kind) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == kind
            ? value
            : null;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name, JsonValueKind.String)?.GetString();

    private static string Describe(JsonValueKind kind) =>
        kind switch
        {
            JsonValueKind.Array => "an array",
            JsonValueKind.String => "a text",
            JsonValueKind.Number => "a number",
            _ => kind.ToString().ToLowerInvariant(),
        };

    private static string FirstSentence(JsonException exception) => exception.Message.Split(". ", 2)[0].TrimEnd('.');
}
