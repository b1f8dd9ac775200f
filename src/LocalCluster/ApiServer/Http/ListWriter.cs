using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
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
        var page = ListPage.Read(resource, selector, http.Request.Query);
        var metadata = Metadata(resource, page, form);
        http.Response.ContentType = form.MediaType;
        if (form.Kind == FormKind.Table)
        {
            await WriteTableAsync(http, resource, page.Items, metadata, form);
            return;
        }

        await WriteItemsAsync(http, resource, page.Items, metadata, form);
    }

    private static async Task WriteItemsAsync(
        HttpContext http,
        ApiResource resource,
        IReadOnlyList<StoredObject> page,
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
        IReadOnlyList<StoredObject> page,
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
    public static JsonObject Metadata(ApiResource resource, ListPage page, AnswerForm form)
    {
        var metadata = new JsonObject { ["resourceVersion"] = page.Version.ToString(CultureInfo.InvariantCulture) };
        if (page.Continue is { } next)
        {
            metadata["continue"] = next;
        }
        else if (resource.IsCustom && form.Kind == FormKind.Objects)
        {
            metadata["continue"] = "";
        }

        if (page.Remaining is { } remaining)
        {
            metadata["remainingItemCount"] = remaining;
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
