using System.Text.Json.Nodes;
using Binnacle.PromQL.Linting;
using Testing;
using YamlDotNet.Core;

namespace Binnacle.PromQL.Tests.Linting;

/// <summary>A rule of a file, as Prometheus or prometheus-operator read it.</summary>
internal sealed record FiledRule(
    string File,
    int Index,
    LintUse Use,
    string Name,
    string Expression,
    string? For,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyDictionary<string, string> Annotations
)
{
    public string Origin => $"{File}[{Index}]: {Name}";

    /// <summary>The rule for the linter; null where its expression has faults.</summary>
    public LintContext? Context()
    {
        var parsed = PromQlExpression.Parse(Expression, PromQlOptions.Any);
        if (!parsed.IsValid)
        {
            return null;
        }

        return new LintContext(Use, new LintSource("expr", Expression), parsed.Root)
        {
            Name = new LintSource(Use is LintUse.Alert ? "alert" : "record", Name),
            For = For is null ? null : new LintSource("for", For),
            Labels = Fields("labels", Labels),
            Annotations = Fields("annotations", Annotations),
        };
    }

    private static IReadOnlyList<LintField> Fields(string path, IReadOnlyDictionary<string, string> texts) =>
        [.. texts.Select(text => new LintField(text.Key, new LintSource($"{path}.{text.Key}", text.Value)))];
}

/// <summary>Reads rules out of YAML files: rule files, PrometheusRule resources and lists of them.</summary>
internal static class RuleFile
{
    /// <summary>All rules below a folder. Files that are no YAML, such as templates of charts, are left out.</summary>
    public static IReadOnlyList<FiledRule> ReadAll(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*.y*ml", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .SelectMany(file => Read(Path.GetRelativePath(folder, file), File.ReadAllText(file))),
        ];

    public static IReadOnlyList<FiledRule> Read(string file, string yaml)
    {
        IReadOnlyList<JsonNode?> documents;
        try
        {
            documents = YamlDocuments.Read(yaml);
        }
        catch (Exception e) when (e is YamlException or NotSupportedException or ArgumentException)
        {
            return [];
        }

        var rules = new List<FiledRule>();
        foreach (var document in documents)
        {
            Collect(file, document, rules);
        }

        return rules;
    }

    private static void Collect(string file, JsonNode? node, List<FiledRule> rules)
    {
        switch (node)
        {
            case JsonObject map when map["expr"] is { } expression && (map["alert"] ?? map["record"]) is { } name:
                rules.Add(
                    new FiledRule(
                        file,
                        rules.Count,
                        map["alert"] is null ? LintUse.Recording : LintUse.Alert,
                        name.ToString(),
                        expression.ToString(),
                        map["for"]?.ToString(),
                        Texts(map["labels"]),
                        Texts(map["annotations"])
                    )
                );
                break;
            case JsonObject map:
                foreach (var (_, child) in map)
                {
                    Collect(file, child, rules);
                }

                break;
            case JsonArray list:
                foreach (var child in list)
                {
                    Collect(file, child, rules);
                }

                break;
        }
    }

    private static IReadOnlyDictionary<string, string> Texts(JsonNode? node) =>
        node is JsonObject map
            ? map.ToDictionary(pair => pair.Key, pair => pair.Value?.ToString() ?? "")
            : new Dictionary<string, string>();
}
