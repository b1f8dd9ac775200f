using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Binnacle.Rendering.Yaml;

/// <summary>
/// Writes typed configuration as YAML in block style: the source-generated JSON serializer gives the structure. Strings
/// come out so that readers of YAML 1.1 and 1.2 take them for the same text (Go's yaml.v2 and v3 among them). Nothing
/// is folded: an expression stays on the line on which its author sees errors reported.
/// </summary>
public static class YamlWriter
{
    private static readonly SearchValues<char> _plain = SearchValues.Create(
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
        var text = new StringBuilder();
        if (IsBlock(value))
        {
            Block(text, value, indent: 0, inline: true);
        }
        else
        {
            // A block scalar has nothing to be indented against at the top.
            Scalar(text, value, indent: 0, block: false);
        }

        return text.ToString();
    }

    private static bool IsBlock(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject().MoveNext(),
            JsonValueKind.Array => value.GetArrayLength() > 0,
            _ => false,
        };

    /// <summary>Writes the entries of an object or array.</summary>
    /// <param name="text">What it is appended to.</param>
    /// <param name="value">Not empty.</param>
    /// <param name="indent">Column of the entries.</param>
    /// <param name="inline">The first entry goes on where the text is, since it stands at that column already.</param>
    private static void Block(StringBuilder text, JsonElement value, int indent, bool inline)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                text.Append(' ', inline ? 0 : indent).Append('-');
                inline = false;
                if (IsBlock(item))
                {
                    text.Append(' ');
                    Block(text, item, indent + 2, inline: true);
                }
                else
                {
                    text.Append(' ');
                    Scalar(text, item, indent + 2, block: true);
                }
            }

            return;
        }

        foreach (var property in value.EnumerateObject())
        {
            text.Append(' ', inline ? 0 : indent);
            inline = false;
            Key(text, property.Name);
            text.Append(':');
            if (IsBlock(property.Value))
            {
                text.Append('\n');
                var nested = property.Value.ValueKind == JsonValueKind.Array ? indent : indent + 2;
                Block(text, property.Value, nested, inline: false);
            }
            else
            {
                text.Append(' ');
                Scalar(text, property.Value, indent + 2, block: true);
            }
        }
    }

    private static void Key(StringBuilder text, string name)
    {
        if (IsPlain(name))
        {
            text.Append(name);
        }
        else
        {
            Quoted(text, name);
        }
    }

    /// <summary>Writes a value on the rest of the line, and lines of its own where that reads better.</summary>
    private static void Scalar(StringBuilder text, JsonElement value, int indent, bool block)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append("{}");
                break;
            case JsonValueKind.Array:
                text.Append("[]");
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                text.Append("null");
                break;
            case JsonValueKind.String:
                var content = value.GetString()!;
                if (block && IsLiteral(content))
                {
                    Literal(text, content, indent);
                    return;
                }

                Key(text, content);
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }

        text.Append('\n');
    }

    /// <summary>
    /// Plain only where no reader can take it for anything but a string: it starts with a letter, a slash or an
    /// underscore, has no character with a meaning, and is none of the words that YAML 1.1 reads as a boolean, null or
    /// number.
    /// </summary>
    private static bool IsPlain(string text) =>
        text.Length > 0
        && (char.IsAsciiLetter(text[0]) || text[0] is '/' or '_')
        && !text.AsSpan().ContainsAnyExcept(_plain)
        && !(text.Length <= 5 && IsWord(text));

    private static bool IsWord(string text) =>
        text.ToLowerInvariant()
            is "y"
                or "n"
                or "yes"
                or "no"
                or "on"
                or "off"
                or "true"
                or "false"
                or "null"
                or "inf"
                or "nan";

    /// <summary>
    /// Text of several lines that a block can hold as it is: what is at its edges decides about indentation and
    /// trailing line breaks, so doubtful edges are quoted instead.
    /// </summary>
    private static bool IsLiteral(string text)
    {
        if (!text.Contains('\n') || char.IsWhiteSpace(text[0]) || text.EndsWith("\n\n", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (c != '\n' && c != '\t' && NeedsEscape(c))
            {
                return false;
            }
        }

        // A line that starts with a tab, or of blanks alone, is indentation to some readers.
        return !text.Contains("\n\t", StringComparison.Ordinal)
            && !text.AsSpan(0, text.Length - 1).EndsWith("\n ")
            && !text.Split('\n').Any(line => line.Length > 0 && string.IsNullOrWhiteSpace(line));
    }

    private static void Literal(StringBuilder text, string content, int indent)
    {
        var ends = content.EndsWith('\n');
        text.Append(ends ? "|" : "|-").Append('\n');
        var rest = ends ? content.AsSpan(0, content.Length - 1) : content;
        foreach (var range in rest.Split('\n'))
        {
            var line = rest[range];
            text.Append(' ', line.Length == 0 ? 0 : indent).Append(line).Append('\n');
        }
    }

    private static void Quoted(StringBuilder text, string content)
    {
        text.Append('"');
        foreach (var c in content)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '\r' => text.Append(@"\r"),
                '\t' => text.Append(@"\t"),
                _ when NeedsEscape(c) => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }

    /// <summary>Characters that YAML does not print, or reads as line breaks.</summary>
    private static bool NeedsEscape(char c) =>
        c < ' ' || (c >= '\u007f' && c <= '\u00a0') || c is '\u2028' or '\u2029' or '\ufeff' or '\ufffe' or '\uffff';
}
