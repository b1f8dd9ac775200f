using System.Buffers;
using System.Text.Json;

namespace Kubernetes.Runtime.Status;

/// <summary>
/// What differs between a status that is and one that is wanted. A null is the same as a field that is not there, the
/// order of fields does not matter, and the <c>lastTransitionTime</c> of a condition counts only when its status
/// differs.
/// </summary>
internal static class StatusDiff
{
    private const string Conditions = "conditions";
    private const string TransitionTime = "lastTransitionTime";

    /// <summary>A merge patch of the status' differing fields; null when nothing differs.</summary>
    /// <param name="live">The status that is.</param>
    /// <param name="desired">The status that is wanted.</param>
    /// <param name="version">The metadata.resourceVersion without which the patch is refused; null: of any.</param>
    public static ReadOnlyMemory<byte>? Of(JsonElement? live, JsonElement desired, string? version)
    {
        if (desired.ValueKind != JsonValueKind.Object)
        {
            throw new ArgumentException($"A status must be a JSON object, not {desired.ValueKind}.", nameof(desired));
        }

        var before = live is { ValueKind: JsonValueKind.Object } known ? known : (JsonElement?)null;
        if (before is not null && IsSame(before.Value, desired))
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        if (version is not null)
        {
            writer.WriteStartObject("metadata");
            writer.WriteString("resourceVersion", version);
            writer.WriteEndObject();
        }

        writer.WritePropertyName("status");
        WriteDiff(writer, before, desired);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static bool IsSame(JsonElement live, JsonElement desired)
    {
        foreach (var property in desired.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (Find(live, property.Name) is not { } value || !IsSameField(property.Name, value, property.Value))
            {
                return false;
            }
        }

        foreach (var property in live.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Null && Find(desired, property.Name) is null)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSameField(string name, JsonElement live, JsonElement desired)
    {
        if (name != Conditions || live.ValueKind != JsonValueKind.Array || desired.ValueKind != JsonValueKind.Array)
        {
            return IsSameValue(live, desired);
        }

        return live.GetArrayLength() == desired.GetArrayLength()
            && live.EnumerateArray()
                .Zip(desired.EnumerateArray())
                .All(pair => IsSameCondition(pair.First, pair.Second));
    }

    private static bool IsSameCondition(JsonElement live, JsonElement desired)
    {
        if (live.ValueKind != JsonValueKind.Object || !KeepsTransitionTime(live, desired))
        {
            return false;
        }

        return Fields(live).SetEquals(Fields(desired))
            && desired
                .EnumerateObject()
                .All(property =>
                    property.NameEquals(TransitionTime)
                    || property.Value.ValueKind == JsonValueKind.Null
                    || (Find(live, property.Name) is { } value && IsSameValue(value, property.Value))
                );

        static HashSet<string> Fields(JsonElement condition) =>
            [
                .. condition
                    .EnumerateObject()
                    .Where(it => it.Value.ValueKind != JsonValueKind.Null && !it.NameEquals(TransitionTime))
                    .Select(it => it.Name),
            ];
    }

    private static bool IsSameValue(JsonElement live, JsonElement desired)
    {
        switch (desired.ValueKind)
        {
            case JsonValueKind.Object when live.ValueKind == JsonValueKind.Object:
                return IsSame(live, desired);
            case JsonValueKind.Array when live.ValueKind == JsonValueKind.Array:
                return live.GetArrayLength() == desired.GetArrayLength()
                    && live.EnumerateArray()
                        .Zip(desired.EnumerateArray())
                        .All(pair => IsSameValue(pair.First, pair.Second));
            default:
                return JsonElement.DeepEquals(live, desired);
        }
    }

    private static void WriteDiff(Utf8JsonWriter writer, JsonElement? live, JsonElement desired)
    {
        writer.WriteStartObject();
        foreach (var property in desired.EnumerateObject())
        {
            var before = live is null ? null : Find(live.Value, property.Name);
            if (
                property.Value.ValueKind == JsonValueKind.Null
                || (before is not null && IsSameField(property.Name, before.Value, property.Value))
            )
            {
                continue;
            }

            writer.WritePropertyName(property.Name);
            if (property.Name == Conditions && property.Value.ValueKind == JsonValueKind.Array)
            {
                WriteConditions(writer, before, property.Value);
            }
            else if (property.Value.ValueKind == JsonValueKind.Object)
            {
                // Objects are merged by the server, so what is no longer wanted in them must be named too.
                WriteDiff(writer, before is { ValueKind: JsonValueKind.Object } ? before : null, property.Value);
            }
            else
            {
                property.Value.WriteTo(writer);
            }
        }

        if (live is not null)
        {
            foreach (var property in live.Value.EnumerateObject())
            {
                if (property.Value.ValueKind != JsonValueKind.Null && Find(desired, property.Name) is null)
                {
                    writer.WriteNull(property.Name);
                }
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteConditions(Utf8JsonWriter writer, JsonElement? live, JsonElement desired)
    {
        writer.WriteStartArray();
        foreach (var condition in desired.EnumerateArray())
        {
            var kept = live is { ValueKind: JsonValueKind.Array } list
                ? list.EnumerateArray().FirstOrDefault(old => KeepsTransitionTime(old, condition))
                : default;
            if (kept.ValueKind == JsonValueKind.Undefined || Find(kept, TransitionTime) is not { } time)
            {
                condition.WriteTo(writer);
                continue;
            }

            writer.WriteStartObject();
            foreach (var property in condition.EnumerateObject().Where(it => !it.NameEquals(TransitionTime)))
            {
                property.WriteTo(writer);
            }

            writer.WritePropertyName(TransitionTime);
            time.WriteTo(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static bool KeepsTransitionTime(JsonElement live, JsonElement desired) =>
        live.ValueKind == JsonValueKind.Object
        && desired.ValueKind == JsonValueKind.Object
        && IsEqual(live, desired, "type")
        && IsEqual(live, desired, "status");

    private static bool IsEqual(JsonElement left, JsonElement right, string field) =>
        Find(left, field) is { ValueKind: JsonValueKind.String } one
        && Find(right, field) is { ValueKind: JsonValueKind.String } other
        && one.ValueEquals(other.GetString());

    private static JsonElement? Find(JsonElement value, string field) =>
        value.TryGetProperty(field, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;
}
