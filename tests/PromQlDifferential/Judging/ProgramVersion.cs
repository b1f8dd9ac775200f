using System.Globalization;
using System.Text.RegularExpressions;

namespace PromQlDifferential.Judging;

/// <summary>The version that Prometheus and promtool print for <c>--version</c>.</summary>
internal static partial class ProgramVersion
{
    /// <summary>Its first two numbers.</summary>
    public static Version Read(string output) =>
        VersionText().Match(output) is { Success: true } match
            ? new Version(Number(match.Groups[1]), Number(match.Groups[2]))
            : throw new FormatException($"no version in {output}");

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"version (\d+)\.(\d+)")]
    private static partial Regex VersionText();
}
