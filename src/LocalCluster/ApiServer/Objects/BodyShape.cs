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
        MetadataShape.Check(value, resource);
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
                Check(field, expected, resource, name);
            }
        }
    }

    private static void Check(JsonNode? value, JsonObject schema, ApiResource resource, string path)
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
            "integer" => (GoType.Int64.Fits(value), schema.Str("format") == "int64" ? "int64" : "int32"),
            "object" => (kind == JsonValueKind.Object, "struct"),
            "array" => (kind == JsonValueKind.Array, "slice"),
            _ => (true, ""),
        };
        if (!fits)
        {
            throw ApiException.BadRequest(
                $"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: json: cannot unmarshal {GoDecoding.Name(value)} into Go struct field {resource.Kind}.{path} of type {name}"
            );
        }

        if (value is JsonArray items && schema.Obj("items") is { } item)
        {
            foreach (var entry in items)
            {
                Check(entry, item, resource, path);
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
                Check(child, property, resource, $"{path}.{field}");
            }
            else if (values is not null)
            {
                Check(child, values, resource, path);
            }
        }
    }
}
