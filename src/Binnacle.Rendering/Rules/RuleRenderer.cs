using Binnacle.Rendering.Common;
using Binnacle.Rendering.Prometheus;
using Binnacle.Rendering.Yaml;
using Kubernetes.Models;

namespace Binnacle.Rendering.Rules;

/// <summary>The rules of a stack, rendered.</summary>
/// <param name="Shards">The ConfigMaps that have rules; an unchanged one is the instance of the last render.</param>
/// <param name="Plan">Where each rule is.</param>
/// <param name="Problems">Resources that were left out, and doubts about others.</param>
public sealed record RuleRender(
    IReadOnlyList<ConfigMap> Shards,
    RulePlan Plan,
    IReadOnlyList<ResourceProblem> Problems
);

/// <summary>
/// Renders AlertRules and the alerts of HealthProbes into rule files: grouped by namespace and interval, at most 50 to
/// a group, spread over 64 files of at most 512 KiB. A change of one rule writes one file.
/// </summary>
public static class RuleRenderer
{
    /// <summary>A pure function of <paramref name="snapshot"/>; <paramref name="cache"/> only makes it cheap.</summary>
    public static RuleRender Render(StackSnapshot snapshot, RuleShardCache cache)
    {
        var environment = RuleEnvironment.Of(snapshot.Stack, snapshot.Versions);
        cache.Begin(environment, snapshot.Stack);
        var alertRules = new AlertRuleFragments(environment);
        var probes = new ProbeAlertFragments(environment.EnforcedLabel);
        var fragments = snapshot
            .AlertRules.Select(rule => cache.Fragment(rule, AlertRuleFragments.Kind, alertRules.Render))
            .Concat(snapshot.HealthProbes.Select(p => cache.Fragment(p, ProbeAlertFragments.Kind, probes.Render)))
            .ToList();
        var groups = RuleGroups.Of(fragments.Where(fragment => fragment.Rules.Count > 0));
        cache.Settle(groups);

        var objects = new StackObjects(snapshot.Stack);
        var placed = RuleShards.Place(groups, out var homeless);
        var shards = placed
            .Select((content, number) => cache.Shard(number, content, (n, g) => Write(objects, n, g)))
            .OfType<RenderedShard>()
            .ToList();

        var problems = fragments
            .SelectMany(fragment => fragment.Problems)
            .Concat(DuplicateRules.Find(fragments))
            .Concat(homeless.SelectMany(group => group.Fragments).Select(NoRoom))
            .OrderBy(problem => problem.Resource.Key)
            .ThenBy(problem => problem.Resource.Kind, StringComparer.Ordinal)
            .ToList();
        return new RuleRender(
            [.. shards.Select(shard => shard.ConfigMap)],
            new RulePlan(
                [.. shards.SelectMany(shard => shard.Rules)],
                StableHash.Hex(string.Join('\n', shards.Select(shard => shard.Hash)))
            ),
            problems
        );
    }

    private static RenderedShard Write(StackObjects objects, int number, List<RuleGroup> groups)
    {
        var file = ObjectNames.RuleFile(number);
        var yaml = YamlWriter.Serialize(
            new RuleFile
            {
                Groups =
                [
                    .. groups.Select(group => new RuleFileGroup
                    {
                        Name = group.Name,
                        Interval = group.Interval,
                        Rules = [.. group.Fragments.SelectMany(fragment => fragment.Rules)],
                    }),
                ],
            },
            RuleFileJsonContext.Default.RuleFile
        );
        return new RenderedShard(
            groups,
            new ConfigMap
            {
                Metadata = objects.Owned(ObjectNames.RuleShard(objects.StackName, number), PrometheusComponent.Name),
                Data = new Dictionary<string, string> { [file] = yaml },
            },
            [.. groups.SelectMany(group => Plan(file, group))],
            StableHash.Hex($"{file}\n{yaml}")
        );
    }

    private static IEnumerable<PlannedRule> Plan(string file, RuleGroup group) =>
        group
            .Fragments.SelectMany(fragment => fragment.Rules.Select(rule => (fragment.Source, rule)))
            .Select(
                (entry, index) =>
                    new PlannedRule(
                        file,
                        group.Name,
                        index,
                        entry.rule.Name,
                        entry.rule.Expr,
                        entry.rule.Alert is not null,
                        entry.Source
                    )
            );

    private static ResourceProblem NoRoom(RuleFragment fragment) =>
        new(
            fragment.Source,
            "CapacityExceeded",
            $"none of the stack's {ObjectNames.RuleShards} rule files of {RuleShards.MaxBytes / 1024} KiB has room for its "
                + $"{fragment.Rules.Count} rules ({fragment.Bytes} bytes): shorten or remove rules, or give some "
                + "namespaces a MonitoringStack of their own"
        );
}
