using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Kubernetes.Client;

/// <summary>One document of a YAML text.</summary>
/// <param name="Json">Its content.</param>
/// <param name="Line">Where it starts, counted from 1.</param>
public readonly record struct YamlDocumentJson(JsonElement Json, long Line);

/// <summary>Reads YAML (and JSON, which is YAML) into JSON: core schema, anchors, merge keys, many documents.</summary>
public static class YamlReader
{
    private const int MaxDepth = 100;
    private const int MaxNodes = 2_000_000;

    /// <summary>All documents that are not empty.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="source">The file's name, for messages.</param>
    /// <exception cref="ManifestException">The text is not YAML, or has no JSON form.</exception>
    public static IReadOnlyList<YamlDocumentJson> ReadAll(string yaml, string? source = null)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = new StringReader(yaml);
            stream.Load(reader);
        }
        catch (YamlException e)
        {
            throw new ManifestException(Message(e), source, e.End.Line, e);
        }
        var documents = new List<YamlDocumentJson>();
        foreach (var document in stream.Documents)
        {
            var json = new Conversion(source).Convert(document.RootNode);
            if (json.ValueKind != JsonValueKind.Null)
            {
                documents.Add(new YamlDocumentJson(json, document.RootNode.Start.Line));
            }
        }
        return documents;
    }

    /// <summary>The one document of a text; JSON null when the text is empty.</summary>
    /// <exception cref="ManifestException">As <see cref="ReadAll"/>, or there are more documents than one.</exception>
    public static JsonElement Read(string yaml, string? source = null) =>
        ReadAll(yaml, source) switch
        {
            [] => JsonElement.Parse("null"u8),
            [var only] => only.Json,
            [_, var second, ..] => throw new ManifestException(
                "a second document starts here; one is expected",
                source,
                second.Line
            ),
        };

    private static string Message(YamlException e) => e.InnerException is { } inner ? inner.Message : e.Message;

    private sealed class Conversion(string? source)
    {
        private int nodes;

        public JsonElement Convert(YamlNode root)
        {
            var buffer = new ArrayBufferWriter<byte>();
            using var writer = new Utf8JsonWriter(
                buffer,
                new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            );
            Write(writer, root, 0);
            writer.Flush();
            return JsonElement.Parse(buffer.WrittenSpan, new JsonDocumentOptions { MaxDepth = MaxDepth + 1 });
        }

        private void Write(Utf8JsonWriter writer, YamlNode node, int depth)
        {
            if (depth > MaxDepth)
            {
                throw Fault(node, $"nested deeper than {MaxDepth} levels");
            }
            if (++nodes > MaxNodes)
            {
                throw Fault(node, $"more than {MaxNodes} nodes after aliases are expanded");
            }
            switch (node)
            {
                case YamlScalarNode scalar:
                    WriteScalar(writer, scalar);
                    break;
                case YamlSequenceNode sequence:
                    writer.WriteStartArray();
                    foreach (var item in sequence.Children)
                    {
                        Write(writer, item, depth + 1);
                    }
                    writer.WriteEndArray();
                    break;
                case YamlMappingNode mapping:
                    writer.WriteStartObject();
                    foreach (var (key, value) in Entries(mapping, 0))
                    {
                        writer.WritePropertyName(key);
                        Write(writer, value, depth + 1);
                    }
                    writer.WriteEndObject();
                    break;
                default:
                    throw Fault(node, $"a {node.NodeType} has no JSON form");
            }
        }

        private void WriteScalar(Utf8JsonWriter writer, YamlScalarNode scalar)
        {
            try
            {
                YamlScalar.Write(writer, scalar);
            }
            catch (Exception e) when (e is FormatException or ArgumentException)
            {
                throw Fault(scalar, e.Message, e);
            }
        }

        /// <summary>The entries of a mapping with merge keys resolved: its own win, then those of earlier ones.</summary>
        private Dictionary<string, YamlNode> Entries(YamlMappingNode mapping, int depth)
        {
            var entries = new Dictionary<string, YamlNode>();
            var merges = new List<YamlNode>();
            foreach (var (keyNode, value) in mapping.Children)
            {
                if (keyNode is not YamlScalarNode { Value: { } key } scalar)
                {
                    throw Fault(keyNode, "a key must be a string");
                }
                if (key == "<<" && scalar.Style == ScalarStyle.Plain)
                {
                    merges.Add(value);
                }
                else if (!entries.TryAdd(key, value))
                {
                    throw Fault(keyNode, $"the key '{key}' is there twice");
                }
            }
            foreach (var merged in merges.SelectMany(node => node is YamlSequenceNode list ? list.Children : [node]))
            {
                if (merged is not YamlMappingNode other || depth > MaxDepth)
                {
                    throw Fault(merged, "'<<' takes a mapping or a list of mappings");
                }
                foreach (var (key, value) in Entries(other, depth + 1))
                {
                    entries.TryAdd(key, value);
                }
            }
            return entries;
        }

        private ManifestException Fault(YamlNode node, string message, Exception? inner = null) =>
            new(message, source, node.Start.Line, inner);
    }
}
