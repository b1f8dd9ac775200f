using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LocalCluster.ApiServer.Json;

/// <summary>What plain words of YAML stand for, by YAML 1.1 as Go's reader has it.</summary>
internal static partial class YamlScalars
{
    private const string TextTag = "tag:yaml.org,2002:str";
    private const string BinaryTag = "tag:yaml.org,2002:binary";

    /// <summary>The value of a scalar.</summary>
    /// <exception cref="FormatException">JSON has nothing like it.</exception>
    public static JsonNode? Read(Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        if (tag == BinaryTag)
        {
            return JsonValue.Create(Encoding.UTF8.GetString(Convert.FromBase64String(scalar.Value)));
        }

        return tag == TextTag || (tag.Length == 0 && scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any))
            ? JsonValue.Create(scalar.Value)
            : Plain(scalar.Value);
    }

    /// <summary>The name of a field: keys are texts, whatever they look like.</summary>
    /// <exception cref="FormatException">The key is no scalar.</exception>
    public static string Key(JsonNode? value) =>
        value is JsonValue
            ? value.Text()!
            : throw new FormatException($"yaml: invalid map key: {value?.ToJsonString() ?? "null"}");

    private static JsonNode? Plain(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON":
                return JsonValue.Create(true);
            case "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF":
                return JsonValue.Create(false);
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF":
            case ".nan" or ".NaN" or ".NAN":
                throw new FormatException($"json: unsupported value: {text}");
            default:
                break;
        }

        if (!char.IsAsciiDigit(text[0]) && text[0] is not ('-' or '+' or '.'))
        {
            return JsonValue.Create(text);
        }

        var digits = text.Replace("_", "", StringComparison.Ordinal);
        return Integer(digits) is { } integer
                ? JsonReading.Parse(Encoding.UTF8.GetBytes(integer.ToString(CultureInfo.InvariantCulture)))
            : Float().IsMatch(digits)
            && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
                ? JsonValue.Create(number)
            : JsonValue.Create(text);
    }

    /// <summary>A number in the base that its first characters name: 0x, 0b, 0o or 0.</summary>
    private static Int128? Integer(string text)
    {
        var negative = text[0] == '-';
        var digits = text[0] is '-' or '+' ? text[1..] : text;
        var (radix, from) = digits.ToLowerInvariant() switch
        {
            ['0', 'x', ..] => (16, 2),
            ['0', 'b', ..] => (2, 2),
            ['0', 'o', ..] => (8, 2),
            ['0', _, ..] => (8, 1),
            _ => (10, 0),
        };
        if (digits.Length == from)
        {
            return null;
        }

        Int128 value = 0;
        foreach (var c in digits.AsSpan(from))
        {
            if (!char.IsAsciiHexDigit(c) || Convert.ToInt32(c.ToString(), 16) is var digit && digit >= radix)
            {
                return null;
            }

            value = (value * radix) + Convert.ToInt32(c.ToString(), 16);
            if (value > ulong.MaxValue)
            {
                return null;
            }
        }

        value = negative ? -value : value;
        return value < long.MinValue ? null : value;
    }

    [GeneratedRegex(
        @"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Float();
}
