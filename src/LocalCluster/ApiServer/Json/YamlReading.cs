using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LocalCluster.ApiServer.Json;

/// <summary>Reads one YAML document as the JSON it stands for (YAML 1.2 core schema, as sigs.k8s.io/yaml).</summary>
internal static class YamlReading
{
    /// <summary>Reads the first document.</summary>
    /// <exception cref="FormatException">The text is no YAML, or its top is no mapping.</exception>
    public static JsonObject ParseObject(string yaml, Action<string>? onDuplicate = null)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            return stream.Documents.Count > 0 && Convert(stream.Documents[0].RootNode) is JsonObject result
                ? result
                : throw new FormatException("expected a YAML mapping");
        }
        catch (Exception e)
            when (e is YamlException or InvalidOperationException or InvalidCastException or ArgumentException)
        {
            // The reader answers some broken texts with other exceptions than its own.
            var place = e is YamlException { Start.Line: var line } ? $" line {line}:" : "";
            throw new FormatException($"yaml:{place} {e.Message}", e);
        }
    }

    private static JsonNode? Convert(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                var result = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                {
                    result[((YamlScalarNode)key).Value ?? ""] = Convert(value);
                }

                return result;
            case YamlSequenceNode sequence:
                var array = new JsonArray();
                foreach (var item in sequence.Children)
                {
                    array.Add(Convert(item));
                }

                return array;
            case YamlScalarNode scalar:
                return Scalar(scalar);
            default:
                return null;
        }
    }

    private static JsonNode? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any))
        {
            return JsonValue.Create(text);
        }

        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE":
                return JsonValue.Create(true);
            case "false" or "False" or "FALSE":
                return JsonValue.Create(false);
            default:
                break;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return JsonReading.Parse(
                System.Text.Encoding.UTF8.GetBytes(integer.ToString(CultureInfo.InvariantCulture))
            );
        }

        return
            (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.')
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            ? JsonValue.Create(number)
            : JsonValue.Create(text);
    }
}
