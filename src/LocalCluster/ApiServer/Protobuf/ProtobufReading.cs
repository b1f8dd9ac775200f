using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Protobuf;

/// <summary>
/// Reads the objects that kubectl's typed commands (<c>create namespace</c>, <c>create token</c>, <c>auth can-i</c>, …)
/// send in protobuf. Answers are always JSON, which their clients accept.
/// </summary>
internal sealed class ProtobufReading
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private readonly Dictionary<string, string> kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<int, (string Name, string Shape)>> types = new(
        StringComparer.Ordinal
    );

    private ProtobufReading(TextReader table)
    {
        while (table.ReadLine() is { } line)
        {
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (columns)
            {
                case ["kind", var kind, var type]:
                    kinds[kind] = type;
                    break;
                case ["type", var name, .. var fields]:
                    types[name] = fields
                        .Select(Field)
                        .ToDictionary(field => field.Number, field => (field.Name, field.Shape));
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>The messages that are known.</summary>
    public static ProtobufReading Known { get; } = Load();

    /// <summary>Reads an object in Kubernetes' envelope.</summary>
    /// <exception cref="FormatException">The bytes are none.</exception>
    /// <exception cref="NotSupportedException">The kind, or a field of it, is not known here.</exception>
    public JsonObject Read(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith("k8s\0"u8))
        {
            throw new FormatException("the body does not begin as Kubernetes' protobuf does");
        }

        var (apiVersion, kind) = ("", "");
        ReadOnlySpan<byte> raw = default;
        var envelope = new WireReader(bytes[4..]);
        while (envelope.Read())
        {
            if (envelope.Field == 1)
            {
                var meta = new WireReader(envelope.Content);
                while (meta.Read())
                {
                    if (meta.Field == 1)
                    {
                        apiVersion = Encoding.UTF8.GetString(meta.Content);
                    }
                    else if (meta.Field == 2)
                    {
                        kind = Encoding.UTF8.GetString(meta.Content);
                    }
                }
            }
            else if (envelope.Field == 2)
            {
                raw = envelope.Content;
            }
        }

        var name = kind == "DeleteOptions" ? "v1/DeleteOptions" : $"{apiVersion}/{kind}";
        if (!kinds.TryGetValue(name, out var type))
        {
            throw new NotSupportedException($"{apiVersion} {kind} is read as JSON or YAML only");
        }

        var result = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind };
        Message(raw, type, result);
        return result;
    }

    private void Message(ReadOnlySpan<byte> bytes, string type, JsonObject into)
    {
        var fields = types[type];
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            if (!fields.TryGetValue(reader.Field, out var field))
            {
                // Go writes every field that is no pointer, the empty ones too.
                if (reader.Number != 0 || !IsEmpty(reader.Content))
                {
                    throw new NotSupportedException($"field {reader.Field} of {type} is read as JSON or YAML only");
                }

                continue;
            }

            Value(ref reader, field.Name, field.Shape, into);
        }
    }

    private void Value(ref WireReader reader, string name, string shape, JsonObject into)
    {
        var repeated = shape.EndsWith('*');
        var single = shape.TrimEnd('*');
        switch (single)
        {
            case "map" or "bytesmap" or "quantities":
                Entry(reader.Content, single, into.Ensure(name));
                return;
            case "count" when reader.Number == 0:
                return;
            case ['^', .. var inline]:
                Message(reader.Content, inline, into);
                return;
            default:
                break;
        }

        JsonNode? value = single switch
        {
            "" => Encoding.UTF8.GetString(reader.Content),
            "bool" => reader.Number != 0,
            "int" or "count" => (long)reader.Number,
            "time" => Time(reader.Content),
            "intstr" => IntOrString(reader.Content),
            "json" => JsonReading.Parse(Wrapped(reader.Content)),
            _ => Nested(reader.Content, single),
        };
        if (repeated)
        {
            if (into.Arr(name) is not { } list)
            {
                list = [];
                into[name] = list;
            }

            list.Add(value);
        }
        else if (value is not null && !(single.Length == 0 && reader.Content.IsEmpty))
        {
            into[name] = value;
        }
    }

    private JsonObject Nested(ReadOnlySpan<byte> content, string type)
    {
        var nested = new JsonObject();
        Message(content, type, nested);
        return nested;
    }

    /// <summary>The first field of a message that wraps it: a Quantity's text, the bytes of FieldsV1.</summary>
    private static byte[] Wrapped(ReadOnlySpan<byte> content)
    {
        byte[] result = [];
        var reader = new WireReader(content);
        while (reader.Read())
        {
            result = reader.Field == 1 ? reader.Content.ToArray() : result;
        }

        return result;
    }

    private static JsonNode? IntOrString(ReadOnlySpan<byte> content)
    {
        var (isText, number, text) = (false, 0L, "");
        var reader = new WireReader(content);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    isText = reader.Number == 1;
                    break;
                case 2:
                    number = (long)reader.Number;
                    break;
                case 3:
                    text = Encoding.UTF8.GetString(reader.Content);
                    break;
                default:
                    break;
            }
        }

        return isText ? text : number;
    }

    private static void Entry(ReadOnlySpan<byte> content, string shape, JsonObject into)
    {
        var (key, value) = ("", "");
        var entry = new WireReader(content);
        while (entry.Read())
        {
            if (entry.Field == 1)
            {
                key = Encoding.UTF8.GetString(entry.Content);
            }
            else if (entry.Field == 2)
            {
                value = shape switch
                {
                    "bytesmap" => Convert.ToBase64String(entry.Content),
                    "quantities" => Encoding.UTF8.GetString(Wrapped(entry.Content)),
                    _ => Encoding.UTF8.GetString(entry.Content),
                };
            }
        }

        into[key] = value;
    }

    private static JsonNode? Time(ReadOnlySpan<byte> content)
    {
        var seconds = 0L;
        var reader = new WireReader(content);
        while (reader.Read())
        {
            seconds = reader.Field == 1 ? (long)reader.Number : seconds;
        }

        // Go's zero time, which stands for none, lies far before the epoch.
        return seconds <= 0 ? null : KubernetesTime.Format(DateTimeOffset.FromUnixTimeSeconds(seconds));
    }

    /// <summary>A message all of whose fields are empty is empty, too; other content is not.</summary>
    private static bool IsEmpty(ReadOnlySpan<byte> content)
    {
        try
        {
            var reader = new WireReader(content);
            while (reader.Read())
            {
                if (reader.Number != 0 || (reader.IsContent && !reader.Content.IsEmpty))
                {
                    return false;
                }
            }

            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static (int Number, string Name, string Shape) Field(string column)
    {
        var colon = column.IndexOf(':', StringComparison.Ordinal);
        var rest = column[(colon + 1)..].Split('=');
        return (int.Parse(column[..colon], CultureInfo.InvariantCulture), rest[0], rest.Length > 1 ? rest[1] : "");
    }

    private static ProtobufReading Load()
    {
        using var stream =
            typeof(ProtobufReading).Assembly.GetManifestResourceStream("protobuf-types.txt")
            ?? throw new InvalidOperationException("The resource protobuf-types.txt is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return new(reader);
    }
}
