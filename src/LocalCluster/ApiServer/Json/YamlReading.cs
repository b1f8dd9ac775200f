using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LocalCluster.ApiServer.Json;

/// <summary>
/// Reads one YAML document as the JSON that Kubernetes makes of it (sigs.k8s.io/yaml: YAML 1.1 scalars, merge keys, the
/// last of two equal keys). What would take more memory or stack than its length allows is refused.
/// </summary>
internal sealed class YamlReading
{
    private const int MaxDepth = 512;
    private const string MergeKey = "<<";

    private readonly Parser parser;
    private readonly Action<string>? onDuplicate;
    private readonly int maxNodes;

    // Null while the value that an anchor names is still being read.
    private readonly Dictionary<AnchorName, (JsonNode? Value, int Nodes)?> anchors = [];
    private int nodes;

    private YamlReading(string yaml, Action<string>? onDuplicate)
    {
        parser = new(new StringReader(yaml));
        this.onDuplicate = onDuplicate;

        // Written out, every node takes a character; aliases may stand for some more, not for any number.
        maxNodes = 100_000 + yaml.Length;
    }

    /// <summary>Reads the first document.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="onDuplicate">Told of keys that are there twice.</param>
    /// <exception cref="FormatException">The text is no YAML, or its top is no mapping.</exception>
    public static JsonObject ParseObject(string yaml, Action<string>? onDuplicate = null)
    {
        try
        {
            return new YamlReading(yaml, onDuplicate).ReadDocument() as JsonObject
                ?? throw new FormatException("expected a YAML mapping");
        }
        catch (Exception e)
            when (e is YamlException or InvalidOperationException or InvalidCastException or ArgumentException)
        {
            // The reader answers some broken texts with other exceptions than its own.
            var place = e is YamlException { Start.Line: var line } ? $" line {line}:" : "";
            throw new FormatException($"yaml:{place} {e.Message}", e);
        }
    }

    private JsonNode? ReadDocument()
    {
        parser.Consume<StreamStart>();
        return parser.TryConsume<DocumentStart>(out _) ? ReadNode("", depth: 0) : null;
    }

    private JsonNode? ReadNode(string path, int depth)
    {
        Count(1);
        if (depth > MaxDepth)
        {
            throw new FormatException($"yaml: exceeded max depth of {MaxDepth}");
        }

        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Resolve(alias.Value);
        }

        var (anchor, before) = (((NodeEvent)parser.Current!).Anchor, nodes);
        if (!anchor.IsEmpty)
        {
            anchors[anchor] = null;
        }

        var value = parser.Current switch
        {
            MappingStart => ReadMapping(path, depth),
            SequenceStart => ReadSequence(path, depth),
            _ => YamlScalars.Read(parser.Consume<Scalar>()),
        };
        if (!anchor.IsEmpty)
        {
            anchors[anchor] = (value, nodes - before + 1);
        }

        return value;
    }

    private JsonObject ReadMapping(string path, int depth)
    {
        var result = new JsonObject();
        var written = new HashSet<string>(StringComparer.Ordinal);
        parser.Consume<MappingStart>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Current is Scalar { Value: MergeKey, IsPlainImplicit: true })
            {
                parser.MoveNext();
                Merge(result, ReadNode(path, depth + 1));
                continue;
            }

            var name = YamlScalars.Key(ReadNode(path, depth + 1));
            var child = path.Length == 0 ? name : $"{path}.{name}";
            if (!written.Add(name))
            {
                onDuplicate?.Invoke(child);
            }

            result[name] = ReadNode(child, depth + 1);
        }

        return result;
    }

    private JsonArray ReadSequence(string path, int depth)
    {
        var result = new JsonArray();
        parser.Consume<SequenceStart>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            result.Add(ReadNode($"{path}[{result.Count}]", depth + 1));
        }

        return result;
    }

    /// <summary>Puts the fields of others into a mapping; of several the first counts most.</summary>
    private static void Merge(JsonObject into, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, field) in map)
                {
                    into[name] = field?.DeepClone();
                }

                break;
            case JsonArray list when list.All(item => item is JsonObject):
                foreach (var item in list.Reverse())
                {
                    Merge(into, item);
                }

                break;
            default:
                throw new FormatException("yaml: map merge requires map or sequence of maps as the value");
        }
    }

    private JsonNode? Resolve(AnchorName name)
    {
        if (!anchors.TryGetValue(name, out var known))
        {
            throw new FormatException($"yaml: unknown anchor '{name}' referenced");
        }

        if (known is not var (value, size))
        {
            throw new FormatException($"yaml: anchor '{name}' value contains itself");
        }

        Count(size);
        return value?.DeepClone();
    }

    private void Count(int more)
    {
        nodes += more;
        if (nodes > maxNodes)
        {
            throw new FormatException("yaml: document contains excessive aliasing");
        }
    }
}
