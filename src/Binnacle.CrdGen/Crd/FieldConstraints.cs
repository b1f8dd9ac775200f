using System.Reflection;
using System.Text.Json.Nodes;
using Binnacle.Api.Schema;

namespace Binnacle.CrdGen.Crd;

/// <summary>Turns the attributes of a field into keywords of its schema.</summary>
internal static class FieldConstraints
{
    // Longest duration that makes sense: every unit with four digits.
    private const int DurationLength = 40;

    private const string DurationRegex =
        "^(0|([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)$";

    private const string QuantityRegex = "^[0-9]+([.][0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$";

    /// <summary>Adds what the property's attributes say.</summary>
    public static void Apply(PropertyInfo property, JsonObject schema)
    {
        // Constraints on the values of a list or map go to its items.
        var values = (schema["items"] ?? schema["additionalProperties"])?.AsObject();
        foreach (var attribute in property.GetCustomAttributes(inherit: true))
        {
            switch (attribute)
            {
                case SizeAttribute size:
                    AddSize(schema, values, size);
                    break;
                case BetweenAttribute between:
                    (values ?? schema)["minimum"] = between.Minimum;
                    (values ?? schema)["maximum"] = between.Maximum;
                    break;
                case PatternAttribute pattern:
                    (values ?? schema)["pattern"] = pattern.Regex;
                    break;
                case FormatAttribute format:
                    schema["format"] = format.Name;
                    break;
                case DurationAttribute:
                    schema["minLength"] = 1;
                    schema["maxLength"] = DurationLength;
                    // CEL instead of a pattern: its message says what would be right.
                    AddRule(
                        schema,
                        $"self.matches('{DurationRegex}')",
                        "must be a Prometheus duration such as 30s, 5m or 1h30m"
                    );
                    break;
                case QuantityAttribute:
                    schema["minLength"] = 1;
                    schema["maxLength"] = 32;
                    AddRule(
                        schema,
                        $"self.matches('{QuantityRegex}')",
                        "must be a Kubernetes quantity such as 512Mi or 20Gi"
                    );
                    break;
            }
        }
        AddListType(property, schema);
        AddCelRules(property, schema);
    }

    /// <summary>Adds the rules that a type or property declares.</summary>
    public static void AddCelRules(MemberInfo member, JsonObject schema)
    {
        foreach (var rule in member.GetCustomAttributes<CelRuleAttribute>())
        {
            AddRule(schema, rule.Rule, rule.Message);
        }
    }

    private static void AddRule(JsonObject schema, string rule, string message)
    {
        if (schema["x-kubernetes-validations"] is not JsonArray rules)
        {
            schema["x-kubernetes-validations"] = rules = [];
        }
        rules.Add(new JsonObject { ["rule"] = rule, ["message"] = message });
    }

    // Lists are atomic unless they say more.
    private static void AddListType(PropertyInfo property, JsonObject schema)
    {
        if (property.GetCustomAttribute<ListMapAttribute>() is { } map)
        {
            schema["x-kubernetes-list-type"] = "map";
            schema["x-kubernetes-list-map-keys"] = new JsonArray([.. map.Keys.Select(key => JsonValue.Create(key))]);
        }
        else if (property.IsDefined(typeof(ListSetAttribute)))
        {
            schema["x-kubernetes-list-type"] = "set";
        }
    }

    private static void AddSize(JsonObject schema, JsonObject? values, SizeAttribute size)
    {
        var suffix = schema["type"]?.GetValue<string>() switch
        {
            "array" => "Items",
            "object" => "Properties",
            _ => "Length",
        };
        if (size.Min > 0)
        {
            schema["min" + suffix] = size.Min;
        }
        if (size.Max > 0)
        {
            schema["max" + suffix] = size.Max;
        }
        if (size.MaxItemLength > 0 && values is not null)
        {
            values["maxLength"] = size.MaxItemLength;
        }
    }
}
