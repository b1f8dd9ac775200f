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
        var options = ListOptions.Read(http.Request.Query, isWatch: false);
        var limit = options.Limit;
        var (snapshot, after) = Start(resource, options);
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

        var metadata = Metadata(resource, snapshot.Version, form);
        if (more is not null)
        {
            metadata["continue"] = ContinueToken.Write(snapshot.Version, page[^1].Key);
            if (selector.TakesAll)
            {
                metadata["remainingItemCount"] = snapshot.Count(selector.Namespace, page[^1].Key);
            }
        }

        http.Response.ContentType = form.MediaType;
        if (form.Kind == FormKind.Table)
        {
            await WriteTableAsync(http, resource, page, metadata, form);
            return;
        }

        await WriteItemsAsync(http, resource, page, metadata, form);
    }

    private static (Snapshot Snapshot, ObjectKey? After) Start(ApiResource resource, ListOptions options)
    {
        if (options.Continue.Length > 0)
        {
            var (version, key) = ContinueToken.Read(options.Continue);
            if (options.ResourceVersion is not (null or 0))
            {
                throw ApiException.BadRequest("specifying resource version is not allowed when using continue");
            }

            var kept =
                resource.Store.SnapshotAt(version)
                ?? throw ApiException.Expired(
                    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter."
                );
            return (kept, key);
        }

        var snapshot = resource.Store.TakeSnapshot();
        var wanted = options.ResourceVersion ?? 0;
        if (wanted > snapshot.Version)
        {
            throw ApiException.TooLargeResourceVersion(wanted, snapshot.Version);
        }

        if (options.IsExact && wanted < snapshot.Version)
        {
            return (
                resource.Store.SnapshotAt(wanted)
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
        var partial = form.Kind == FormKind.Partial;
        var kind = partial ? "PartialObjectMetadataList" : resource.ListKind;
        var apiVersion = partial ? form.ApiVersion : resource.ApiVersion;
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

            Write(
                writer,
                partial ? TableWriter.Partial(page[i].ToJson(), form.ApiVersion).ToUtf8() : ItemBytes(resource, page[i])
            );
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
        JsonObject metadata,
        AnswerForm form
    )
    {
        var include = TableWriter.CheckInclude(http.Request.Query);
        var now = clock.GetUtcNow();
        var rows = new JsonArray();
        foreach (var item in page)
        {
            rows.Add((JsonNode)TableWriter.Row(resource.Columns, ObjectPipeline.Serve(resource, item), include, now));
        }

        var table = TableWriter.Table(form.ApiVersion, metadata, TableWriter.Definitions(resource.Columns), rows);
        await http.Response.BodyWriter.WriteAsync(table.ToUtf8(), http.RequestAborted);
    }

    /// <summary>The UTF-8 of an object in a served version.</summary>
    public static byte[] Bytes(ApiResource resource, StoredObject stored) =>
        resource.Conversion is null ? stored.Utf8 : ObjectPipeline.Serve(resource, stored).ToUtf8();

    /// <summary>The metadata of a list; lists of custom kinds always tell whether there is more.</summary>
    public static JsonObject Metadata(ApiResource resource, long version, AnswerForm form)
    {
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (resource.IsCustom && form.Kind == FormKind.Objects)
        {
            metadata["continue"] = "";
        }

        return metadata;
    }

    /// <summary>The UTF-8 of an item of a list: those of built-in kinds do not repeat their kind.</summary>
    public static ReadOnlySpan<byte> ItemBytes(ApiResource resource, StoredObject stored)
    {
        var bytes = Bytes(resource, stored);
        return resource.IsCustom ? bytes : TypelessItem.From(bytes);
    }

    /// <summary>Reads a number of a query; null when there is none.</summary>
    /// <exception cref="ApiException">400: no number.</exception>
    public static long? Number(string text, string name) =>
        text.Length == 0 ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw ApiException.BadRequest($"Invalid value: \"{text}\": {name} must be a non-negative integer");

    private static void Write(PipeWriter writer, ReadOnlySpan<byte> bytes) => BuffersExtensions.Write(writer, bytes);
}
