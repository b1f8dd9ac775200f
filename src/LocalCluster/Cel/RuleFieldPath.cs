using LocalCluster.Schema;

namespace LocalCluster.Cel;

/// <summary>The fieldPath of a rule: <c>.a.b['c.d']</c>, fields and map keys alone.</summary>
internal static class RuleFieldPath
{
    /// <summary>The path as errors print it; null when it leads to no field of the schema.</summary>
    public static string? Normalize(string path, StructuralSchema schema)
    {
        var result = "";
        var at = 0;
        while (at < path.Length)
        {
            string name;
            if (path[at] == '.')
            {
                var end = path.AsSpan(at + 1).IndexOfAny('.', '[');
                name = end < 0 ? path[(at + 1)..] : path.Substring(at + 1, end);
                at += 1 + name.Length;
            }
            else if (path.AsSpan(at).StartsWith("['"))
            {
                var end = path.IndexOf("']", at, StringComparison.Ordinal);
                if (end < 0)
                {
                    return null;
                }
                name = path[(at + 2)..end].Replace("\\'", "'", StringComparison.Ordinal);
                at = end + 2;
            }
            else
            {
                return null;
            }
            if (schema.Properties.TryGetValue(name, out var property))
            {
                result = FieldError.Child(result, name);
                schema = property;
            }
            else if (schema.AdditionalProperties is { } values)
            {
                result = $"{result}[{name}]";
                schema = values;
            }
            else
            {
                return null;
            }
        }
        return result.Length == 0 ? null : result;
    }
}
