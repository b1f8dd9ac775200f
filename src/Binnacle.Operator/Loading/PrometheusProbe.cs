using Binnacle.Operator.Components;
using Binnacle.Rendering;

namespace Binnacle.Operator.Loading;

/// <summary>
/// Prometheus: the marker in its reported configuration tells which prometheus.yml is in force, and the rules that
/// were changed are looked up one by one.
/// </summary>
/// <param name="api">The server's API.</param>
/// <param name="audit">Compares rules.</param>
/// <param name="plan">The component.</param>
/// <param name="changed">The rules to look up: all of them at first, later those of the groups that changed.</param>
/// <param name="unwantedGroups">Groups that were there before and must be gone.</param>
/// <param name="isWhole">
/// <paramref name="changed"/> is everything, since nobody knows what was there before: any other group must be gone.
/// </param>
internal sealed class PrometheusProbe(
    PrometheusApi api,
    RuleAudit audit,
    ComponentPlan plan,
    IReadOnlyCollection<PlannedRule> changed,
    IReadOnlyCollection<string> unwantedGroups,
    bool isWhole
) : IReplicaProbe
{
    /// <summary>With more groups than this, all are asked for: the names would not fit into a URL.</summary>
    private const int NamedGroupsLimit = 20;

    /// <inheritdoc />
    public async Task<ReplicaState> StateAsync(Replica replica, CancellationToken cancellationToken)
    {
        var hash = ConfigIdentity.FindMarker(await api.LoadedConfigAsync(replica, cancellationToken));
        if (hash != plan.ConfigHash)
        {
            return new ReplicaState(hash, false, "the configuration in force is an older one");
        }

        var names = changed.Select(rule => rule.Group).Concat(unwantedGroups).ToHashSet(StringComparer.Ordinal);
        if (names.Count == 0 && !isWhole)
        {
            return new ReplicaState(hash, true, "");
        }

        var areNamed = !isWhole && names.Count <= NamedGroupsLimit;
        var groups = await api.RulesAsync(replica, areNamed ? names : null, cancellationToken);
        var left = unwantedGroups.FirstOrDefault(name => groups.Any(group => group.Name == name));
        var stray = left is null ? RuleAudit.Stray(changed, groups, isWhole) : $"rule group {left} should be gone";
        if (stray is not null)
        {
            return new ReplicaState(hash, false, stray);
        }

        var audited = await audit.CompareAsync(replica, changed, groups, cancellationToken);
        var missing = audited.Where(rule => rule.Reported is null).Select(rule => rule.Planned).ToList();
        return missing.Count == 0
            ? new ReplicaState(hash, true, "")
            : new ReplicaState(hash, false, $"{missing.Count} rules are not loaded, {missing[0].Source} among them");
    }

    /// <inheritdoc />
    public Task ReloadAsync(Replica replica, CancellationToken cancellationToken) =>
        api.ReloadAsync(replica, cancellationToken);
}
