using System.Text.Json.Nodes;
using LocalCluster.Patching;

namespace LocalCluster.Schema;

/// <summary>
/// What makes a schema structural
/// (<see href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema"/>),
/// and what Kubernetes requires of its extensions.
/// </summary>
internal sealed class StructuralRules
{
    private readonly List<FieldError> errors = [];

    private enum Level
    {
        Root,
        Item,
        Field,
    }

    /// <summary>The faults of a schema.</summary>
    public static IReadOnlyList<FieldError> Check(JsonObject schema, string path)
    {
        var rules = new StructuralRules();
        rules.CheckStructure(schema, path, Level.Root);
        rules.CheckMetadata(schema, path);
        rules.CheckComplete(schema, path);
        return rules.errors;
    }

    private static string Text(JsonObject schema, string name) => JsonValues.AsString(schema[name]) ?? "";

    private static bool Flag(JsonObject schema, string name) => JsonValues.AsBoolean(schema[name]) == true;

    private static IEnumerable<(string Name, JsonObject Schema)> Properties(JsonObject schema) =>
        (schema["properties"] as JsonObject ?? [])
            .Where(p => p.Value is JsonObject)
            .Select(p => (p.Key, p.Value!.AsObject()));

    private static IEnumerable<(string Path, JsonObject Schema)> Branches(JsonObject schema, string path)
    {
        foreach (var name in (string[])["anyOf", "allOf", "oneOf"])
        {
            var index = 0;
            foreach (var branch in schema[name] as JsonArray ?? [])
            {
                if (branch is JsonObject value && !IsIntOrStringBranch(schema, name, index))
                {
                    yield return ($"{path}.{name}[{index}]", value);
                }
                index++;
            }
        }
        if (schema["not"] is JsonObject not)
        {
            yield return (path + ".not", not);
        }
    }

    /// <summary>The one place where a branch may name types: anyOf [integer, string] of an int-or-string, or that as first allOf.</summary>
    private static bool IsIntOrStringBranch(JsonObject schema, string name, int index)
    {
        if (!Flag(schema, "x-kubernetes-int-or-string"))
        {
            return false;
        }
        return name == "anyOf"
            ? IsIntOrString(schema["anyOf"])
            : name == "allOf"
                && index == 0
                && schema["allOf"]?[0] is JsonObject first
                && first.Count == 1
                && IsIntOrString(first["anyOf"]);
    }

    private static bool IsIntOrString(JsonNode? anyOf) =>
        JsonValues.Equal(
            anyOf,
            new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" })
        );

    private void CheckStructure(JsonObject schema, string path, Level level)
    {
        var type = Text(schema, "type");
        var intOrString = Flag(schema, "x-kubernetes-int-or-string");
        var preserve = Flag(schema, "x-kubernetes-preserve-unknown-fields");
        if (type == "array" && schema["items"] is null)
        {
            errors.Add(FieldError.Required(path + ".items", "must be specified"));
        }
        if (type.Length == 0 && !intOrString && !preserve)
        {
            errors.Add(
                FieldError.Required(
                    path + ".type",
                    level switch
                    {
                        Level.Root => "must not be empty at the root",
                        Level.Item => "must not be empty for specified array items",
                        _ => "must not be empty for specified object fields",
                    }
                )
            );
        }
        if (level == Level.Root && type.Length > 0 && type != "object")
        {
            errors.Add(FieldError.Invalid(path + ".type", type, "must be object at the root"));
        }
        if (level == Level.Root && Flag(schema, "nullable"))
        {
            errors.Add(FieldError.Forbidden(path + ".nullable", "nullable cannot be true at the root"));
        }
        if (intOrString && preserve)
        {
            errors.Add(
                FieldError.Invalid(
                    path + ".x-kubernetes-preserve-unknown-fields",
                    true,
                    "must be false if x-kubernetes-int-or-string is true"
                )
            );
        }
        if (JsonValues.AsBoolean(schema["x-kubernetes-preserve-unknown-fields"]) == false)
        {
            errors.Add(
                FieldError.Invalid(path + ".x-kubernetes-preserve-unknown-fields", false, "must be true or undefined")
            );
        }
        CheckAdditional(schema, path, level);
        ListRules.Check(schema, path, errors);
        foreach (var (at, branch) in Branches(schema, path))
        {
            CheckNested(branch, at);
        }
        if (schema["items"] is JsonObject items)
        {
            CheckStructure(items, path + ".items", Level.Item);
        }
        foreach (var (name, property) in Properties(schema))
        {
            CheckStructure(property, $"{path}.properties[{name}]", Level.Field);
        }
    }

    private void CheckAdditional(JsonObject schema, string path, Level level)
    {
        var at = path + ".additionalProperties";
        switch (schema["additionalProperties"])
        {
            case null:
                return;
            case JsonObject values:
                if (level == Level.Root)
                {
                    errors.Add(FieldError.Forbidden(at, "must not be used at the root"));
                }
                if (schema["properties"] is JsonObject { Count: > 0 })
                {
                    errors.Add(FieldError.Forbidden(at, "additionalProperties and properties are mutual exclusive"));
                }
                CheckStructure(values, at, Level.Field);
                return;
            case var flag when JsonValues.AsBoolean(flag) == true:
                if (level == Level.Root)
                {
                    errors.Add(FieldError.Forbidden(at, "must not be used at the root"));
                }
                return;
            case var flag when JsonValues.AsBoolean(flag) == false:
                if (schema["properties"] is JsonObject { Count: > 0 })
                {
                    errors.Add(FieldError.Forbidden(at, "additionalProperties and properties are mutual exclusive"));
                }
                return;
            default:
                errors.Add(
                    FieldError.Invalid(at, schema["additionalProperties"], "must be a schema object or a boolean")
                );
                return;
        }
    }

    /// <summary>A schema under a logical junctor: value validations alone.</summary>
    private void CheckNested(JsonObject schema, string path)
    {
        ListRules.Check(schema, path, errors);
        foreach (var name in (string[])["type", "title", "description"])
        {
            if (Text(schema, name).Length > 0)
            {
                errors.Add(FieldError.Forbidden($"{path}.{name}", "must be empty to be structural"));
            }
        }
        foreach (
            var name in (string[])["additionalProperties", "default", "x-kubernetes-list-type", "x-kubernetes-map-type"]
        )
        {
            if (schema[name] is not null)
            {
                errors.Add(FieldError.Forbidden($"{path}.{name}", "must be undefined to be structural"));
            }
        }
        foreach (
            var name in (string[])
                [
                    "nullable",
                    "x-kubernetes-preserve-unknown-fields",
                    "x-kubernetes-embedded-resource",
                    "x-kubernetes-int-or-string",
                ]
        )
        {
            if (Flag(schema, name))
            {
                errors.Add(FieldError.Forbidden($"{path}.{name}", "must be false to be structural"));
            }
        }
        foreach (var name in (string[])["x-kubernetes-list-map-keys", "x-kubernetes-validations"])
        {
            if (schema[name] is JsonArray { Count: > 0 })
            {
                errors.Add(FieldError.Forbidden($"{path}.{name}", "must be empty to be structural"));
            }
        }
        foreach (var (at, branch) in Branches(schema, path))
        {
            CheckNested(branch, at);
        }
        if (schema["items"] is JsonObject items)
        {
            CheckNested(items, path + ".items");
        }
        foreach (var (name, property) in Properties(schema))
        {
            if (name == "metadata")
            {
                errors.Add(
                    FieldError.Forbidden($"{path}.properties[metadata]", "must not be specified in a nested context")
                );
            }
            CheckNested(property, $"{path}.properties[{name}]");
        }
    }

    private void CheckMetadata(JsonObject root, string path)
    {
        foreach (var (name, property) in Properties(root))
        {
            var at = $"{path}.properties[{name}]";
            if (name is "kind" or "apiVersion" && Text(property, "type") != "string")
            {
                errors.Add(FieldError.Invalid(at + ".type", Text(property, "type"), "must be string"));
            }
            if (name != "metadata")
            {
                continue;
            }
            if (Text(property, "type") != "object")
            {
                errors.Add(FieldError.Invalid(at + ".type", Text(property, "type"), "must be object"));
            }
            if (
                property.Any(p => p.Key is not ("type" or "properties" or "description"))
                || Properties(property).Any(p => p.Name is not ("name" or "generateName"))
            )
            {
                errors.Add(
                    FieldError.Forbidden(
                        at,
                        "must not specify anything other than name and generateName, but metadata is implicitly specified"
                    )
                );
            }
        }
    }

    /// <summary>What the root's branches speak of must also be declared outside of them; Kubernetes does not ask it below the root.</summary>
    private void CheckComplete(JsonObject schema, string path)
    {
        foreach (var (at, nested) in Branches(schema, path))
        {
            CheckDeclared(schema, nested, path, at);
        }
    }

    private void CheckDeclared(JsonObject schema, JsonObject nested, string path, string nestedPath)
    {
        foreach (var (at, branch) in Branches(nested, nestedPath))
        {
            CheckDeclared(schema, branch, path, at);
        }
        if (nested["items"] is JsonObject items)
        {
            if (schema["items"] is JsonObject declared)
            {
                CheckDeclared(declared, items, path + ".items", nestedPath + ".items");
            }
            else
            {
                errors.Add(FieldError.Required(path + ".items", $"because it is defined in {nestedPath}.items"));
            }
        }
        foreach (var (name, property) in Properties(nested))
        {
            var (at, nestedAt) = ($"{path}.properties[{name}]", $"{nestedPath}.properties[{name}]");
            if (schema["properties"]?[name] is JsonObject declared)
            {
                CheckDeclared(declared, property, at, nestedAt);
            }
            else
            {
                errors.Add(FieldError.Required(at, $"because it is defined in {nestedAt}"));
            }
        }
    }
}
