using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>Checks that an applied configuration fits the schema it is merged by.</summary>
internal static class MergeValidation
{
    /// <summary>The faults, each as <c>.path: what is wrong</c>; empty when the value fits.</summary>
    public static IReadOnlyList<string> Check(MergeSchema schema, JsonNode? value)
    {
        var faults = new List<string>();
        Check(schema, value, "", faults);
        return faults;
    }

    private static void Check(MergeSchema schema, JsonNode? value, string path, List<string> faults)
    {
        if (value is null)
        {
            return;
        }
        void Fault(string message) => faults.Add(path.Length == 0 ? message : $"{path}: {message}");

        switch (schema.Resolve(Slot.Of(value)))
        {
            case StructSchema map:
                if (value is not JsonObject fields)
                {
                    Fault($"expected map, got {Shown(value)}");
                    return;
                }
                foreach (var (name, child) in fields)
                {
                    if (map.Rest is null && !map.Fields.ContainsKey(name))
                    {
                        // The rest of this object is not looked at, as in Kubernetes.
                        faults.Add($"{path}.{name}: field not declared in schema");
                        return;
                    }
                    Check(map.Of(name), child, $"{path}.{name}", faults);
                }
                return;
            case ListSchema list:
                if (value is not JsonArray items)
                {
                    Fault($"expected list, got {Shown(value)}");
                    return;
                }
                CheckItems(list, items, path, faults);
                return;
            case ScalarSchema scalar:
                var error = scalar.Type switch
                {
                    ScalarType.Numeric when !JsonValues.TryNumber(value, out _) =>
                        $"expected numeric (int or float), got {GoType(value)}",
                    ScalarType.String when JsonValues.AsString(value) is null =>
                        $"expected string, got &value.valueUnstructured{{Value:{JsonValues.Canonical(value)}}}",
                    ScalarType.Boolean when JsonValues.AsBoolean(value) is null =>
                        $"expected boolean, got {Shown(value)}",
                    ScalarType.Any when !JsonValues.IsScalar(value) => $"expected any scalar, got {Shown(value)}",
                    _ => null,
                };
                if (error is not null)
                {
                    Fault(error);
                }
                return;
        }
    }

    private static void CheckItems(ListSchema list, JsonArray items, string path, List<string> faults)
    {
        var seen = new HashSet<PathElement>();
        for (var i = 0; i < items.Count; i++)
        {
            if (list.Relation == ListRelation.Atomic)
            {
                Check(list.Element, items[i], $"{path}[{i}]", faults);
                continue;
            }
            if (MergeItems.Identify(list, items[i], out var error) is not { } element)
            {
                faults.Add($"{path}: element {i}: {error}");
                return;
            }
            if (!seen.Add(element))
            {
                faults.Add($"{path}: duplicate entries for key {element}");
            }
            Check(list.Element, items[i], path + element, faults);
        }
    }

    private static string GoType(JsonNode value) =>
        value switch
        {
            JsonObject => "map[string]interface {}",
            JsonArray => "[]interface {}",
            _ => JsonValues.AsString(value) is not null ? "string" : "bool",
        };

    private static string Shown(JsonNode value) => $"&{{{Inner(value)}}}";

    /// <summary>A value as Go prints it with %v.</summary>
    private static string Inner(JsonNode? value) =>
        value switch
        {
            null => "<nil>",
            JsonObject map =>
                $"map[{string.Join(' ', map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{Inner(p.Value)}"))}]",
            JsonArray list => $"[{string.Join(' ', list.Select(Inner))}]",
            _ => JsonValues.AsString(value) ?? JsonValues.Canonical(value),
        };
}
