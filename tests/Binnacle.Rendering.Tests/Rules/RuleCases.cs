using System.Text.Json;
using Binnacle.Api;
using Binnacle.Rendering.Rules;
using Kubernetes.Models;
using Testing;

namespace Binnacle.Rendering.Tests.Rules;

/// <summary>Stacks and rules for these tests.</summary>
internal static class RuleCases
{
    public static MonitoringStack Stack { get; } =
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = "main",
                Namespace = "monitoring",
                Uid = "6f0e7a52-0000-4000-8000-000000000001",
            },
        };

    public static StackSnapshot Read(string yaml)
    {
        var snapshot = new StackSnapshot { Stack = Stack };
        foreach (var document in YamlDocuments.Read(yaml))
        {
            snapshot = (string?)document!["kind"] switch
            {
                "MonitoringStack" => snapshot with { Stack = document.Deserialize(MonitoringStack.JsonTypeInfo)! },
                "AlertRule" => snapshot with
                {
                    AlertRules = [.. snapshot.AlertRules, document.Deserialize(AlertRule.JsonTypeInfo)!],
                },
                "HealthProbe" => snapshot with
                {
                    HealthProbes = [.. snapshot.HealthProbes, document.Deserialize(HealthProbe.JsonTypeInfo)!],
                },
                var kind => throw new NotSupportedException($"kind {kind}"),
            };
        }

        return snapshot;
    }

    public static StackSnapshot Of(IEnumerable<AlertRule> rules) => new() { Stack = Stack, AlertRules = [.. rules] };

    public static AlertRule Rule(
        string name,
        string @namespace = "shop",
        int recordings = 0,
        string? interval = null
    ) =>
        new()
        {
            Metadata = new ObjectMeta { Name = name, Namespace = @namespace },
            Spec = new AlertRuleSpec
            {
                Expr = $"up{{rule=\"{name}\"}} == 0",
                Interval = interval,
                Recordings =
                [
                    .. Enumerable
                        .Range(0, recordings)
                        .Select(i => new Recording { Name = $"r:{i}", Expr = $"sum(up{{rule=\"{name}\"}})" }),
                ],
            },
        };

    /// <summary>The rules of all files as Prometheus would list them.</summary>
    public static IEnumerable<(string File, string Group, int Index, string Name, string Expr)> Files(
        RuleRender render
    ) =>
        from shard in render.Shards
        from file in shard.Data!
        from @group in YamlDocuments.Read(file.Value).Single()!["groups"]!.AsArray()
        from entry in @group!["rules"]!.AsArray().Index()
        let name = (string)(entry.Item!["alert"] ?? entry.Item["record"])!
        select (file.Key, (string)@group["name"]!, entry.Index, name, (string)entry.Item["expr"]!);
}
