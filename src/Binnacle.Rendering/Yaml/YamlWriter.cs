using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Binnacle.Rendering.Yaml;

/// <summary>
/// Writes typed configuration as YAML: the source-generated JSON serializer gives the structure, YamlDotNet's emitter
/// the text. Scalars come out as YAML 1.1 and 1.2 readers both understand them (Go's yaml.v2 and v3 among them).
/// </summary>
public static class YamlWriter
{
    private static readonly SearchValues<char> PlainSafe = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-"
    );

    /// <summary>The value as a YAML document that ends with a line break.</summary>
    public static string Serialize<T>(T value, JsonTypeInfo<T> typeInfo)
    {
        using var document = JsonSerializer.SerializeToDocument(value, typeInfo);
        return Serialize(document.RootElement);
    }

    /// <summary>The JSON value as a YAML document that ends with a line break.</summary>
    public static string Serialize(JsonElement value)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        // Long lines are never folded: an expression stays on the line on which its author sees errors reported.
        var emitter = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, false, 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, value);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        var yaml = text.ToString();
        return yaml.EndsWith('\n') ? yaml : yaml + "\n";
    }

    private static void Emit(Emitter emitter, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var hasFields = value.EnumerateObject().Any();
                emitter.Emit(
                    new MappingStart(
                        AnchorName.Empty,
                        TagName.Empty,
                        true,
                        hasFields ? MappingStyle.Block : MappingStyle.Flow
                    )
                );
                foreach (var property in value.EnumerateObject())
                {
                    EmitString(emitter, property.Name);
                    Emit(emitter, property.Value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonValueKind.Array:
                emitter.Emit(
                    new SequenceStart(
                        AnchorName.Empty,
                        TagName.Empty,
                        true,
                        value.GetArrayLength() > 0 ? SequenceStyle.Block : SequenceStyle.Flow
                    )
                );
                foreach (var item in value.EnumerateArray())
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValueKind.String:
                EmitString(emitter, value.GetString()!);
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                EmitScalar(emitter, "null", ScalarStyle.Plain);
                break;
            default:
                EmitScalar(emitter, value.GetRawText(), ScalarStyle.Plain);
                break;
        }
    }

    private static void EmitString(Emitter emitter, string text) => EmitScalar(emitter, text, StyleOf(text));

    private static void EmitScalar(Emitter emitter, string text, ScalarStyle style) =>
        emitter.Emit(
            new Scalar(AnchorName.Empty, TagName.Empty, text, style, style == ScalarStyle.Plain, style != ScalarStyle.Plain)
        );

    private static ScalarStyle StyleOf(string text)
    {
        if (text.Contains('\n') && !text.Contains('\r') && !text.StartsWith(' ') && !HasControl(text))
        {
            return ScalarStyle.Literal;
        }

        return IsPlain(text) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted;
    }

    /// <summary>
    /// Plain only where no reader can take it for anything but a string: it starts with a letter (or a slash), has no
    /// character with a meaning, and is none of the words that YAML 1.1 reads as a boolean, null or number.
    /// </summary>
    private static bool IsPlain(string text) =>
        text.Length > 0
        && (char.IsAsciiLetter(text[0]) || text[0] is '/' or '_')
        && text.AsSpan().IndexOfAnyExcept(PlainSafe) < 0
        && text.ToLowerInvariant()
            is not ("y" or "n" or "yes" or "no" or "on" or "off" or "true" or "false" or "null" or "inf" or "nan");

    private static bool HasControl(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) && c is not ('\n' or '\t'))
            {
                return true;
            }
        }

        return false;
    }
}
