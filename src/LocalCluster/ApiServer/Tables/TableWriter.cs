using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;

namespace LocalCluster.ApiServer.Tables;

/// <summary>Objects as rows of a <c>meta.k8s.io/v1 Table</c>.</summary>
internal static class TableWriter
{
    /// <summary>What a client wants to have of the objects themselves.</summary>
    /// <exception cref="ApiException">400: something unknown.</exception>
    public static string CheckInclude(IQueryCollection query) =>
        query["includeObject"].ToString() is var text && text is "" or "None" or "Metadata" or "Object"
            ? text
            : throw ApiException.BadRequest(
                $"Unable to convert to Table as requested: includeObject: Invalid value: \"{text}\": must be 'Metadata', 'Object', 'None', or empty"
            );

    public static JsonObject Table(
        string apiVersion,
        JsonObject metadata,
        JsonArray? columnDefinitions,
        JsonArray rows
    ) =>
        new()
        {
            ["kind"] = "Table",
            ["apiVersion"] = apiVersion,
            ["metadata"] = metadata,
            ["columnDefinitions"] = columnDefinitions,
            ["rows"] = rows,
        };

    public static JsonArray Definitions(IReadOnlyList<TableColumn> columns)
    {
        var result = new JsonArray();
        foreach (var column in WithName(columns))
        {
            result.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["name"] = column.Name,
                        ["type"] = column.Type == "date" ? "date" : column.Type,
                        ["format"] = column.Format,
                        ["description"] = column.Description,
                        ["priority"] = column.Priority,
                    }
            );
        }

        return result;
    }

    /// <summary>NAME comes first, unless the kind says where else.</summary>
    private static IEnumerable<TableColumn> WithName(IReadOnlyList<TableColumn> columns) =>
        columns.Any(column => column.Format == "name") ? columns : columns.Prepend(TableColumn.NameColumn);

    /// <summary>One row.</summary>
    /// <param name="columns">The columns after NAME.</param>
    /// <param name="value">The object, which may become part of the row.</param>
    /// <param name="include">None, Metadata or Object.</param>
    /// <param name="now">For ages.</param>
    public static JsonObject Row(
        IReadOnlyList<TableColumn> columns,
        JsonObject value,
        string include,
        DateTimeOffset now
    )
    {
        var cells = new JsonArray();
        foreach (var column in WithName(columns))
        {
            cells.Add(column.Cell(value, now));
        }

        var row = new JsonObject { ["cells"] = cells };
        row["object"] = include switch
        {
            "None" => null,
            "Object" => value,
            _ => Partial(value, "meta.k8s.io/v1"),
        };
        return row;
    }

    /// <summary>Only the metadata of an object.</summary>
    public static JsonObject Partial(JsonObject value, string apiVersion) =>
        new()
        {
            ["kind"] = "PartialObjectMetadata",
            ["apiVersion"] = apiVersion,
            ["metadata"] = value["metadata"]?.DeepClone() ?? new JsonObject(),
        };
}
