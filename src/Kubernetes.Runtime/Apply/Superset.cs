using System.Text.Json;

namespace Kubernetes.Runtime.Apply;

/// <summary>
/// Whether a live object says all that a wanted one says. What the live one says beyond that (defaults, what
/// controllers and other managers added) does not matter, nor in which form a quantity is written.
/// </summary>
internal static class Superset
{
    /// <summary>Fields by which the items of a list are told apart, where they have one.</summary>
    private static readonly string[] ItemKeys = ["name", "mountPath", "uid", "key"];

    public static bool Of(JsonElement live, JsonElement desired)
    {
        foreach (var property in desired.EnumerateObject())
        {
            var holds = property.Name switch
            {
                "apiVersion" or "kind" or "status" => true,
                "metadata" => live.TryGetProperty("metadata", out var metadata) && OfMetadata(metadata, property.Value),
                "stringData" => OfStringData(live, property.Value),
                _ => OfProperty(live, property, isQuantity: false),
            };
            if (!holds)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Names of the fields of a wanted object or part of one that the live one does not say.</summary>
    public static IEnumerable<string> MissingFields(JsonElement live, JsonElement desired) =>
        desired
            .EnumerateObject()
            .Where(field => !OfProperty(live, field, isQuantity: false))
            .Select(field => field.Name);

    private static bool OfMetadata(JsonElement live, JsonElement desired)
    {
        foreach (var property in desired.EnumerateObject())
        {
            var holds = property.Name switch
            {
                "resourceVersion" or "uid" or "generation" or "creationTimestamp" or "managedFields" => true,
                "finalizers" => live.TryGetProperty("finalizers", out var finalizers)
                    && property
                        .Value.EnumerateArray()
                        .All(wanted => finalizers.EnumerateArray().Any(it => it.GetString() == wanted.GetString())),
                _ => OfProperty(live, property, isQuantity: false),
            };
            if (!holds)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The server turns a Secret's <c>stringData</c> into <c>data</c>.</summary>
    private static bool OfStringData(JsonElement live, JsonElement stringData) =>
        live.TryGetProperty("data", out var data)
        && stringData
            .EnumerateObject()
            .All(wanted =>
                data.TryGetProperty(wanted.Name, out var value)
                && value.TryGetBytesFromBase64(out var bytes)
                && wanted.Value.ValueEquals(bytes)
            );

    private static bool OfProperty(JsonElement live, JsonProperty desired, bool isQuantity)
    {
        if (!live.TryGetProperty(desired.Name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return IsEmpty(desired.Value);
        }

        return OfValue(value, desired.Value, isQuantity || IsQuantity(desired.Name));
    }

    private static bool OfValue(JsonElement live, JsonElement desired, bool isQuantity)
    {
        switch (desired.ValueKind)
        {
            case JsonValueKind.Object when live.ValueKind == JsonValueKind.Object:
                foreach (var property in desired.EnumerateObject())
                {
                    if (!OfProperty(live, property, isQuantity))
                    {
                        return false;
                    }
                }

                return true;
            case JsonValueKind.Array when live.ValueKind == JsonValueKind.Array:
                return OfList(live, desired, isQuantity);
            case JsonValueKind.Number when live.ValueKind == JsonValueKind.Number:
                return live.GetRawText() == desired.GetRawText() || live.GetDouble().Equals(desired.GetDouble());
            case JsonValueKind.String when live.ValueKind == JsonValueKind.String:
                return live.ValueEquals(desired.GetString())
                    || (isQuantity && Quantities.AreSame(live.GetString()!, desired.GetString()!));
            default:
                return live.ValueKind == desired.ValueKind;
        }
    }

    private static bool OfList(JsonElement live, JsonElement desired, bool isQuantity)
    {
        var length = desired.GetArrayLength();
        if (live.GetArrayLength() == length)
        {
            var inPlace = true;
            for (var i = 0; i < length && inPlace; i++)
            {
                inPlace = OfValue(live[i], desired[i], isQuantity);
            }

            if (inPlace)
            {
                return true;
            }
        }

        return Array.Find(ItemKeys, key => IsKeyOf(desired, key) && IsKeyOf(live, key)) is { } key
            && desired
                .EnumerateArray()
                .All(wanted =>
                    live.EnumerateArray()
                        .Any(it =>
                            it.GetProperty(key).ValueEquals(wanted.GetProperty(key).GetString())
                            && OfValue(it, wanted, isQuantity)
                        )
                );
    }

    private static bool IsKeyOf(JsonElement list, string key)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return list.EnumerateArray()
            .All(item =>
                item.ValueKind == JsonValueKind.Object
                && item.TryGetProperty(key, out var value)
                && value.ValueKind == JsonValueKind.String
                && seen.Add(value.GetString()!)
            );
    }

    /// <summary>What Go leaves out when it writes.</summary>
    private static bool IsEmpty(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.False => true,
            JsonValueKind.Object => value.EnumerateObject().All(property => IsEmpty(property.Value)),
            JsonValueKind.Array => value.GetArrayLength() == 0,
            JsonValueKind.String => value.ValueEquals(""u8),
            JsonValueKind.Number => value.TryGetInt64(out var number) && number == 0,
            _ => false,
        };

    private static bool IsQuantity(string field) =>
        field is "limits" or "requests" or "capacity" or "hard" or "sizeLimit" or "divisor";
}
