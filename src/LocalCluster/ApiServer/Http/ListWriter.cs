using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Selectors;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tables;

namespace LocalCluster.ApiServer.Http;

/// <summary>Answers lists, page by page, object by object as they are stored.</summary>
internal sealed class ListWriter(TimeProvider clock)
{
    private const int FlushBytes = 256 << 10;

    public async Task WriteAsync(HttpContext http, ApiResource resource, ObjectSelector selector, AnswerForm form)
    {
        var query = http.Request.Query;
        var limit = Number(query["limit"].ToString(), "limit") ?? 0;
        var (snapshot, after) = Start(resource, query);
        var page = new List<StoredObject>();
        StoredObject? more = null;
        foreach (var item in snapshot.Select(selector.Namespace, after))
        {
            if (!selector.Matches(item))
            {
                continue;
            }

            if (limit > 0 && page.Count == limit)
            {
                more = item;
                break;
            }

            page.Add(item);
        }

        var metadata = new JsonObject { ["resourceVersion"] = snapshot.Version.ToString(CultureInfo.InvariantCulture) };
        if (more is not null)
        {
            resource.Store.Keep(snapshot);
            metadata["continue"] = ContinueToken.Write(snapshot.Version, page[^1].Key);
            if (selector.TakesAll)
            {
                metadata["remainingItemCount"] = snapshot.Count(selector.Namespace, page[^1].Key);
            }
        }

        http.Response.ContentType = "application/json";
        if (form == AnswerForm.Table)
        {
            await WriteTableAsync(http, resource, page, metadata);
            return;
        }

        await WriteItemsAsync(http, resource, page, metadata, form);
    }

    private static (Snapshot Snapshot, ObjectKey? After) Start(ApiResource resource, IQueryCollection query)
    {
        if (query["continue"].ToString() is { Length: > 0 } token)
        {
            var (version, key) = ContinueToken.Read(token);
            var kept =
                resource.Store.FindKept(version)
                ?? throw ApiException.Expired(
                    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter."
                );
            return (kept, key);
        }

        var snapshot = resource.Store.TakeSnapshot();
        var wanted = Number(query["resourceVersion"].ToString(), "resourceVersion") ?? 0;
        if (wanted > snapshot.Version)
        {
            throw ApiException.TooLargeResourceVersion(wanted, snapshot.Version);
        }

        if (query["resourceVersionMatch"].ToString() == "Exact" && wanted < snapshot.Version)
        {
            return (
                resource.Store.FindKept(wanted)
                    ?? throw ApiException.Expired($"The resourceVersion for the provided list is too old: {wanted}"),
                null
            );
        }

        return (snapshot, null);
    }

    private static async Task WriteItemsAsync(
        HttpContext http,
        ApiResource resource,
        List<StoredObject> page,
        JsonObject metadata,
        AnswerForm form
    )
    {
        var partial = form == AnswerForm.Partial;
        var kind = partial ? "PartialObjectMetadataList" : resource.ListKind;
        var apiVersion = partial ? "meta.k8s.io/v1" : resource.ApiVersion;
        var writer = http.Response.BodyWriter;
        Write(writer, Encoding.UTF8.GetBytes($"{{\"kind\":\"{kind}\",\"apiVersion\":\"{apiVersion}\",\"metadata\":"));
        Write(writer, metadata.ToUtf8());
        Write(writer, ",\"items\":["u8);
        for (var i = 0; i < page.Count; i++)
        {
            if (i > 0)
            {
                Write(writer, ","u8);
            }

            Write(writer, partial ? TableWriter.Partial(page[i].ToJson()).ToUtf8() : Bytes(resource, page[i]));
            if (writer.UnflushedBytes > FlushBytes)
            {
                await writer.FlushAsync(http.RequestAborted);
            }
        }

        Write(writer, "]}"u8);
        await writer.FlushAsync(http.RequestAborted);
    }

    private async Task WriteTableAsync(
        HttpContext http,
        ApiResource resource,
        List<StoredObject> page,
        JsonObject metadata
    )
    {
        var include = http.Request.Query["includeObject"].ToString();
        var now = clock.GetUtcNow();
        var rows = new JsonArray();
        foreach (var item in page)
        {
            rows.Add((JsonNode)TableWriter.Row(resource.Columns, ObjectPipeline.Serve(resource, item), include, now));
        }

        var table = TableWriter.Table(metadata, TableWriter.Definitions(resource.Columns), rows);
        await http.Response.BodyWriter.WriteAsync(table.ToUtf8(), http.RequestAborted);
    }

    /// <summary>The UTF-8 of an object in a served version.</summary>
    public static byte[] Bytes(ApiResource resource, StoredObject stored) =>
        resource.Conversion is null ? stored.Utf8 : ObjectPipeline.Serve(resource, stored).ToUtf8();

    public static long? Number(string text, string name) =>
        text.Length == 0 ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw ApiException.BadRequest($"Invalid value: \"{text}\": {name} must be a non-negative integer");

    private static void Write(PipeWriter writer, ReadOnlySpan<byte> bytes) => BuffersExtensions.Write(writer, bytes);
}
