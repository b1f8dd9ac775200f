using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Binnacle.Api.Schema;

namespace Binnacle.CrdGen.Crd;

/// <summary>
/// Makes structural schemas (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema)
/// out of the serializer's view of a type, its attributes and doc comments.
/// </summary>
/// <param name="types">The source-generated context; it knows the JSON names.</param>
/// <param name="options">The options of that context.</param>
/// <param name="docs">Descriptions.</param>
internal sealed class SchemaBuilder(IJsonTypeInfoResolver types, JsonSerializerOptions options, DocComments docs)
{
    /// <summary>The schema of one property of a kind, <c>spec</c> or <c>status</c>.</summary>
    /// <param name="property">The property.</param>
    /// <param name="withDefaults">Spec: yes. Status: no, the operator says what is.</param>
    public JsonObject Property(PropertyInfo property, bool withDefaults)
    {
        var defaultValue = withDefaults ? Defaults.Of(property, options) : null;
        var schema = new JsonObject { ["description"] = Description(docs.Of(property), defaultValue) };
        if (defaultValue is not null)
        {
            schema["default"] = defaultValue;
        }
        Append(schema, Type(property.PropertyType, withDefaults));
        FieldConstraints.Apply(property, schema);
        return schema;
    }

    // kubectl explain does not print the schema's default, so the text says it.
    private static string Description(string text, JsonNode? defaultValue)
    {
        if (defaultValue is null or JsonObject || text.Contains("Default:", StringComparison.Ordinal))
        {
            return text;
        }
        var value = defaultValue is JsonArray list ? $"[{string.Join(", ", list)}]" : defaultValue.ToString();
        var example = text.IndexOf(" Example: ", StringComparison.Ordinal);
        return example < 0 ? $"{text} Default: {value}." : $"{text[..example]} Default: {value}.{text[example..]}";
    }

    private JsonObject Type(Type declared, bool withDefaults)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (WellKnownSchemas.Find(type) is { } known)
        {
            return known;
        }
        if (type.IsEnum)
        {
            return new JsonObject { ["type"] = "string", ["enum"] = EnumNames(type) };
        }
        if (ListItem(type) is { } item)
        {
            return new JsonObject
            {
                ["type"] = "array",
                ["items"] = Type(item, withDefaults),
                ["x-kubernetes-list-type"] = "atomic",
            };
        }
        if (MapValue(type) is { } value)
        {
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = Type(value, withDefaults) };
        }
        return Object(type, withDefaults);
    }

    private JsonObject Object(Type type, bool withDefaults)
    {
        var info =
            types.GetTypeInfo(type, options)
            ?? throw new InvalidOperationException($"{type.FullName} is not part of the serializer context");
        var schema = new JsonObject { ["type"] = "object" };
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var property in info.Properties.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            if (property.IsExtensionData || property.AttributeProvider is not PropertyInfo member)
            {
                continue;
            }
            properties[property.Name] = Property(member, withDefaults);
            if (member.IsDefined(typeof(RequiredFieldAttribute)))
            {
                required.Add(JsonValue.Create(property.Name));
            }
        }
        schema["properties"] = properties;
        if (required.Count > 0)
        {
            schema["required"] = required;
        }
        if (WellKnownSchemas.IsAtomic(type))
        {
            schema["x-kubernetes-map-type"] = "atomic";
        }
        FieldConstraints.AddCelRules(type, schema);
        return schema;
    }

    private JsonArray EnumNames(Type type)
    {
        var info = types.GetTypeInfo(type, options)!;
        return [.. Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToNode(value, info))];
    }

    /// <summary>The type of a list's items; null when the type is no list.</summary>
    internal static Type? ListItem(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
            ? type.GenericTypeArguments[0]
            : null;

    /// <summary>The type of a map's values; null when the type is no map.</summary>
    internal static Type? MapValue(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
            ? type.GenericTypeArguments[1]
            : null;

    private static void Append(JsonObject target, JsonObject source)
    {
        foreach (var (key, value) in source)
        {
            target[key] = value?.DeepClone();
        }
    }
}
