using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PromQlDifferential.Corpus;

/// <summary>Expressions out of files as projects publish them: rules, PrometheusRule objects, dashboards, test scripts.</summary>
internal static class RuleFiles
{
    private static readonly HashSet<string> Keys = new(StringComparer.Ordinal) { "expr", "query", "expression" };

    /// <summary>Every expression in the files below <paramref name="folder"/>, in the order of the files' names, each once.</summary>
    public static IReadOnlyList<string> Expressions(string folder)
    {
        var found = new List<string>();
        foreach (
            var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        )
        {
            switch (Path.GetExtension(file))
            {
                case ".yml" or ".yaml" or ".json":
                    FromYaml(File.ReadAllText(file), found);
                    break;
                case ".test":
                    found.AddRange(TestScripts.Evaluated(File.ReadAllText(file)));
                    break;
                case ".go" or ".ts" or ".py":
                    found.AddRange(TestScripts.Literals(File.ReadAllText(file)));
                    break;
            }
        }

        return [.. found.Where(text => !string.IsNullOrWhiteSpace(text)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>JSON is YAML. Files that are neither, such as templates of charts, are left out.</summary>
    private static void FromYaml(string text, List<string> found)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException)
        {
            return;
        }

        var before = found.Count;
        foreach (var document in stream.Documents)
        {
            Collect(document.RootNode, found);
        }

        // A ConfigMap or a chart's values may hold whole rule files as texts.
        for (var i = found.Count - 1; i >= before; i--)
        {
            if (found[i].Contains("- alert:", StringComparison.Ordinal))
            {
                found.RemoveAt(i);
            }
        }
    }

    private static void Collect(YamlNode node, List<string> found)
    {
        switch (node)
        {
            case YamlSequenceNode sequence:
                foreach (var child in sequence)
                {
                    Collect(child, found);
                }

                break;
            case YamlMappingNode mapping:
                foreach (var (key, value) in mapping)
                {
                    if (
                        key is YamlScalarNode { Value: { } name }
                        && Keys.Contains(name)
                        && value is YamlScalarNode { Value: { } text }
                    )
                    {
                        found.Add(text);
                    }
                    else if (
                        value is YamlScalarNode { Value: { } inner }
                        && inner.Contains("groups:", StringComparison.Ordinal)
                    )
                    {
                        FromYaml(inner, found);
                    }
                    else
                    {
                        Collect(value, found);
                    }
                }

                break;
        }
    }
}
