using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Binnacle.Api.Schema;

namespace Binnacle.CrdGen.Crd;

/// <summary>Defaults of the schema are what a new C# object holds, so that both can never differ.</summary>
internal static class Defaults
{
    /// <summary>
    /// The default of a property; null when it has none: required fields, values that are null, empty lists and maps.
    /// A nested object defaults to <c>{}</c>, which makes the server fill in the defaults of its fields.
    /// </summary>
    public static JsonNode? Of(PropertyInfo property, JsonSerializerOptions options)
    {
        if (property.IsDefined(typeof(RequiredFieldAttribute)) || property.IsDefined(typeof(NoSchemaDefaultAttribute)))
        {
            return null;
        }
        if (property.ReflectedType is not { IsAbstract: false } owner)
        {
            return null;
        }
        return property.GetValue(New(owner)) switch
        {
            null => null,
            ICollection { Count: 0 } => null,
            IEnumerable empty and not string when !empty.Cast<object>().Any() => null,
            { } value => JsonSerializer.SerializeToNode(
                value,
                options.GetTypeInfo(value is IEnumerable and not string ? property.PropertyType : value.GetType())
            ) switch
            {
                JsonObject => new JsonObject(),
                var node => node,
            },
        };
    }

    private static object New(Type type)
    {
        // The widest public constructor: the primary one, whose parameters all have defaults, or the one without any.
        var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(p => p.DefaultValue)]);
    }
}
