using System.Text.Json.Nodes;
using LocalCluster.Patching;

namespace LocalCluster.Schema;

/// <summary>What x-kubernetes-list-type, -list-map-keys and -map-type require of a schema.</summary>
internal static class ListRules
{
    /// <summary>Adds the faults of one schema node.</summary>
    public static void Check(JsonObject schema, string path, List<FieldError> errors)
    {
        var type = JsonValues.AsString(schema["type"]) ?? "";
        var listType = JsonValues.AsString(schema["x-kubernetes-list-type"]);
        if (schema["x-kubernetes-map-type"] is not null && type != "object")
        {
            errors.Add(WrongType(path, type, "must be object if x-kubernetes-map-type is specified"));
        }
        if (listType is not null && type != "array")
        {
            errors.Add(WrongType(path, type, "must be array if x-kubernetes-list-type is specified"));
        }
        var keys = (schema["x-kubernetes-list-map-keys"] as JsonArray ?? [])
            .Select(k => JsonValues.AsString(k) ?? "")
            .ToList();
        var items = schema["items"] as JsonObject;
        if (keys.Count > 0 && listType is null)
        {
            errors.Add(
                FieldError.Required(
                    path + ".x-kubernetes-list-type",
                    "must be map if x-kubernetes-list-map-keys is non-empty"
                )
            );
        }
        else if (keys.Count > 0 && listType != "map")
        {
            errors.Add(
                FieldError.Invalid(
                    path + ".x-kubernetes-list-type",
                    listType,
                    "must be map if x-kubernetes-list-map-keys is non-empty"
                )
            );
        }
        if (listType == "map")
        {
            CheckMap(schema, path, keys, items, errors);
        }
        else if (listType == "set" && items is not null)
        {
            CheckSet(path, items, errors);
        }
        if (listType is "set" or "map" && JsonValues.AsBoolean(items?["nullable"]) == true)
        {
            errors.Add(
                FieldError.Forbidden(
                    path + ".items.nullable",
                    $"cannot be nullable when x-kubernetes-list-type is {listType}"
                )
            );
        }
    }

    private static void CheckSet(string path, JsonObject items, List<FieldError> errors)
    {
        var itemType = JsonValues.AsString(items["type"]);
        if (itemType == "array" && JsonValues.AsString(items["x-kubernetes-list-type"]) is { } nested and not "atomic")
        {
            errors.Add(
                FieldError.Invalid(
                    path + ".items.x-kubernetes-list-type",
                    nested,
                    "must be atomic as item of a list with x-kubernetes-list-type=set"
                )
            );
        }
        if (itemType == "object" && JsonValues.AsString(items["x-kubernetes-map-type"]) != "atomic")
        {
            errors.Add(
                FieldError.Invalid(
                    path + ".items.x-kubernetes-map-type",
                    null,
                    "must be atomic as item of a list with x-kubernetes-list-type=set"
                )
            );
        }
    }

    private static void CheckMap(
        JsonObject schema,
        string path,
        List<string> keys,
        JsonObject? items,
        List<FieldError> errors
    )
    {
        if (keys.Count == 0)
        {
            errors.Add(
                FieldError.Required(
                    path + ".x-kubernetes-list-map-keys",
                    "must not be empty if x-kubernetes-list-type is map"
                )
            );
        }
        if (items is null)
        {
            errors.Add(FieldError.Required(path + ".items", "must have a schema if x-kubernetes-list-type is map"));
            return;
        }
        var itemType = JsonValues.AsString(items["type"]) ?? "";
        if (itemType != "object")
        {
            errors.Add(
                FieldError.Invalid(
                    path + ".items.type",
                    itemType,
                    "must be object if parent array's x-kubernetes-list-type is map"
                )
            );
            return;
        }
        var required = (items["required"] as JsonArray ?? [])
            .Select(JsonValues.AsString)
            .ToHashSet(StringComparer.Ordinal);
        var at = path + ".x-kubernetes-list-map-keys";
        foreach (var key in keys)
        {
            var property = $"{path}.items.properties[{key}]";
            if (items["properties"]?[key] is not JsonObject declared)
            {
                errors.Add(
                    FieldError.Invalid(
                        at,
                        schema["x-kubernetes-list-map-keys"]!.DeepClone(),
                        "entries must all be names of item properties"
                    )
                );
                continue;
            }
            if (JsonValues.AsString(declared["type"]) is "array" or "object")
            {
                errors.Add(
                    FieldError.Invalid(
                        property + ".type",
                        itemType,
                        "must be a scalar type if parent array's x-kubernetes-list-type is map"
                    )
                );
            }
            if (!required.Contains(key) && declared["default"] is null)
            {
                errors.Add(
                    FieldError.Required(
                        property + ".default",
                        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"
                    )
                );
            }
            if (JsonValues.AsBoolean(declared["nullable"]) == true)
            {
                errors.Add(
                    FieldError.Forbidden(
                        property + ".nullable",
                        "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"
                    )
                );
            }
        }
        if (keys.Distinct(StringComparer.Ordinal).Count() != keys.Count)
        {
            errors.Add(
                FieldError.Invalid(
                    at,
                    schema["x-kubernetes-list-map-keys"]!.DeepClone(),
                    "must not contain duplicate entries"
                )
            );
        }
    }

    private static FieldError WrongType(string path, string type, string detail) =>
        type.Length == 0
            ? FieldError.Required(path + ".type", detail)
            : FieldError.Invalid(path + ".type", type, detail);
}
