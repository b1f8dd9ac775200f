using System.Globalization;
using System.Text;

namespace Kubernetes.Runtime.Tests.Telemetry;

internal sealed record ReadSample(string Name, SortedDictionary<string, string> Labels, double Value);

/// <summary>Reads samples of both text formats, strictly enough to notice what is not escaped.</summary>
internal static class ExpositionReader
{
    public static IReadOnlyList<ReadSample> Read(string text) =>
        [.. text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(ReadLine)];

    private static ReadSample ReadLine(string line)
    {
        var at = line.AsSpan().IndexOfAny('{', ' ');
        var name = line[..at];
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (line[at] == '{')
        {
            do
            {
                var equals = line.IndexOf('=', at);
                var label = line[(at + 1)..equals];
                label.ShouldMatch("^[a-zA-Z_][a-zA-Z0-9_]*$");
                line[equals + 1].ShouldBe('"');
                at = equals + 2;
                labels.Add(label, ReadValue(line, ref at));
            } while (line[at] == ',');
            line[at++].ShouldBe('}');
        }

        return new ReadSample(
            name,
            labels,
            double.Parse(line[at..].Trim().Split(' ')[0], CultureInfo.InvariantCulture)
        );
    }

    private static string ReadValue(string line, ref int at)
    {
        var value = new StringBuilder();
        for (; line[at] != '"'; at++)
        {
            value.Append(
                line[at] != '\\'
                    ? line[at]
                    : line[++at] switch
                    {
                        'n' => '\n',
                        '\\' => '\\',
                        '"' => '"',
                        var other => throw new FormatException($"\\{other}"),
                    }
            );
        }

        at++;
        return value.ToString();
    }
}
