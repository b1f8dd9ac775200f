using System.Globalization;
using System.Text.RegularExpressions;

namespace SampleService.Tests;

/// <summary>Metrics read back from the text that a service serves, strictly: any other line fails the test.</summary>
internal static partial class Exposition
{
    public static Dictionary<string, double> Parse(string text)
    {
        text.ShouldEndWith("\n");
        var samples = new Dictionary<string, double>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Comment().IsMatch(line))
            {
                continue;
            }

            var match = Sample().Match(line);
            match.Success.ShouldBeTrue($"not a line of the text format: {line}");
            samples.Add(
                match.Groups["series"].Value,
                double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture)
            );
        }

        return samples;
    }

    [GeneratedRegex(@"^# (HELP [a-z_]+ .+|TYPE [a-z_]+ (counter|gauge|histogram))$")]
    private static partial Regex Comment();

    [GeneratedRegex("""^(?<series>[a-z_]+(\{([a-z_]+="([^"\\\n]|\\["\\n])*",?)+\})?) (?<value>[0-9.eE+-]+)$""")]
    private static partial Regex Sample();
}
