using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.OpenApi;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Objects;

/// <summary>
/// The JSON types that a body must have to be decoded: metadata always, and the fields of built-in kinds. Custom kinds
/// have schemas for theirs.
/// </summary>
internal static class BodyShape
{
    private static readonly ConcurrentDictionary<(string Group, string Kind), JsonObject> Schemas = new();

    /// <summary>Checks a body.</summary>
    /// <exception cref="ApiException">400, as Kubernetes' decoder answers.</exception>
    public static void Check(JsonObject value, ApiResource resource)
    {
        var kind = new BodyKind(resource.Group, resource.Version, resource.Kind);
        MetadataShape.Check(value, kind, resource.IsCustom);
        if (resource.IsCustom)
        {
            return;
        }

        var schema = Schemas.GetOrAdd(
            (resource.Group, resource.Kind),
            static id => BuiltInSchemas.For(id.Group, id.Kind, [])
        );
        foreach (var (name, field) in value)
        {
            if (name != "metadata" && schema.Obj("properties").Obj(name) is { } expected)
            {
                Check(field, expected, kind, name);
            }
        }
    }

    private static void Check(JsonNode? value, JsonObject schema, BodyKind type, string path)
    {
        if (value is null)
        {
            return;
        }

        var kind = value.GetValueKind();
        var (fits, name) = schema.Str("type") switch
        {
            "string" => (kind == JsonValueKind.String, "string"),
            "boolean" => (kind is JsonValueKind.True or JsonValueKind.False, "bool"),
            "integer" when schema.Str("format") == "int64" => (GoType.Int64.Fits(value), "int64"),
            "integer" => (GoType.Int32.Fits(value), "int32"),
            "object" => (kind == JsonValueKind.Object, "struct"),
            "array" => (kind == JsonValueKind.Array, "slice"),
            _ => (true, ""),
        };
        if (!fits)
        {
            throw ApiException.BadRequest(
                $"{GoDecoding.Prefix(type)}json: cannot unmarshal {GoDecoding.Name(value, ofNumber: name.StartsWith("int", StringComparison.Ordinal))} into Go struct field {type.Kind}.{path} of type {name}"
            );
        }

        if (value is JsonArray items && schema.Obj("items") is { } item)
        {
            for (var i = 0; i < items.Count; i++)
            {
                // Go's lists of values have no nulls.
                items[i] ??= Zero(item);
                Check(items[i], item, type, path);
            }
        }

        if (value is not JsonObject fields)
        {
            return;
        }

        var values = schema.Obj("additionalProperties");
        foreach (var (field, child) in fields.ToList())
        {
            if (child is null && values.Str("type") == "string")
            {
                // As a map of Go's strings has it.
                fields[field] = "";
                continue;
            }

            if (schema.Obj("properties").Obj(field) is { } property)
            {
                Check(child, property, type, $"{path}.{field}");
            }
            else if (values is not null)
            {
                Check(child, values, type, path);
            }
        }
    }

    private static JsonNode? Zero(JsonObject schema) =>
        schema.Str("type") switch
        {
            "string" => "",
            "boolean" => false,
            "integer" => 0,
            "object" => new JsonObject(),
            _ => null,
        };
}
