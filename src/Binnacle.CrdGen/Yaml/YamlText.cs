using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Binnacle.CrdGen.Yaml;

/// <summary>Writes JSON documents as YAML that every reader takes back to the same JSON: LF, two spaces, no tags.</summary>
internal static class YamlText
{
    private const int LineWidth = 120;

    private static readonly FrozenSet<string> Keywords = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        ["y", "n", "yes", "no", "true", "false", "on", "off", "null", "nan", "inf"]
    );

    /// <summary>The document as YAML, after a comment.</summary>
    public static string Of(string comment, JsonNode document)
    {
        var writer = new StringWriter { NewLine = "\n" };
        writer.WriteLine("# " + comment);
        var emitter = new Emitter(writer, EmitterSettings.Default.WithBestWidth(LineWidth).WithNewLine("\n"));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, document);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return writer.ToString();
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                var style = map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block;
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, style));
                foreach (var (key, value) in map)
                {
                    emitter.Emit(Text(key));
                    Emit(emitter, value);
                }
                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                var listStyle = list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block;
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, listStyle));
                foreach (var item in list)
                {
                    Emit(emitter, item);
                }
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                emitter.Emit(Text(value.GetValue<string>()));
                break;
            default:
                emitter.Emit(new Scalar(node?.ToJsonString() ?? "null"));
                break;
        }
    }

    private static Scalar Text(string text) =>
        new(
            AnchorName.Empty,
            TagName.Empty,
            text,
            IsSurelyText(text) ? ScalarStyle.Any : ScalarStyle.SingleQuoted,
            isPlainImplicit: true,
            isQuotedImplicit: true
        );

    // Plain style only where no YAML reader can take the text for a number, a boolean, null or a date.
    private static bool IsSurelyText(string text) =>
        text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] == '/') && !Keywords.Contains(text);
}
