using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Kubernetes.Client;

/// <summary>
/// What type a scalar has: the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema), so that
/// <c>no</c>, <c>on</c> and <c>12:30</c> are strings. One thing is taken from kubectl, which reads YAML 1.1: <c>0644</c>
/// is octal, because file modes in manifests are written so.
/// </summary>
internal static partial class YamlScalar
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    public static void Write(Utf8JsonWriter writer, YamlScalarNode node)
    {
        var text = node.Value ?? "";
        var tag = node.Tag.IsEmpty ? null : node.Tag.Value;
        if (
            tag is "!" or TagPrefix + "str" or TagPrefix + "binary"
            || (tag is null && node.Style is not (ScalarStyle.Plain or ScalarStyle.Any))
        )
        {
            writer.WriteStringValue(text);
            return;
        }
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                writer.WriteNullValue();
                return;
            case "true" or "True" or "TRUE":
                writer.WriteBooleanValue(true);
                return;
            case "false" or "False" or "FALSE":
                writer.WriteBooleanValue(false);
                return;
        }
        if (Number(text) is { } number)
        {
            writer.WriteRawValue(number);
        }
        else if (Special().IsMatch(text))
        {
            throw new FormatException($"{text} has no JSON form; write a number, or quote it");
        }
        else
        {
            writer.WriteStringValue(text);
        }
    }

    /// <summary>The JSON form of a number, or null when the text is none.</summary>
    internal static string? Number(string text)
    {
        if (text.Length == 0 || !(char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.'))
        {
            return null;
        }
        if (Radix().Match(text) is { Success: true } radix)
        {
            var digits = radix.Groups["digits"].Value;
            var value = radix.Groups["base"].Value is "0x" ? Parse(digits, 16) : Parse(digits, 8);
            return value is null ? null
                : radix.Groups["sign"].Value == "-" && value != 0 ? $"-{value}"
                : $"{value}";
        }
        if (Decimal().Match(text) is not { Success: true } match)
        {
            return null;
        }
        var sign = match.Groups["sign"].Value == "-" ? "-" : "";
        var whole = match.Groups["whole"].Value.TrimStart('0');
        var fraction = match.Groups["fraction"].Value;
        var exponent = match.Groups["exponent"].Value;
        return $"{sign}{(whole.Length == 0 ? "0" : whole)}{(fraction.Length == 0 ? "" : "." + fraction)}{exponent}";
    }

    private static ulong? Parse(string digits, uint radix)
    {
        ulong value = 0;
        foreach (var digit in digits)
        {
            var next = ((UInt128)value * radix) + (uint)Convert.ToInt32(digit.ToString(), 16);
            if (next > ulong.MaxValue)
            {
                return null;
            }
            value = (ulong)next;
        }
        return value;
    }

    [GeneratedRegex(
        @"\A(?<sign>[-+]?)((?<base>0x)(?<digits>[0-9a-fA-F]+)|(?<base>0o)(?<digits>[0-7]+)|(?<base>0)(?<digits>[0-7]+))\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Radix();

    [GeneratedRegex(
        @"\A(?<sign>[-+]?)(\.(?<fraction>[0-9]+)|(?<whole>[0-9]+)(\.(?<fraction>[0-9]*))?)(?<exponent>[eE][-+]?[0-9]+)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Decimal();

    [GeneratedRegex(
        @"\A([-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN)\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Special();
}
