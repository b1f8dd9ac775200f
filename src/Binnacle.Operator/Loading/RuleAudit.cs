using System.Collections.Concurrent;
using Binnacle.Operator.Components;
using Binnacle.PromQL;
using Binnacle.Rendering;

namespace Binnacle.Operator.Loading;

/// <summary>A planned rule and what the replica reports at its place; null when there is something else or nothing.</summary>
internal readonly record struct AuditedRule(PlannedRule Planned, RuleState? Reported);

/// <summary>
/// Compares the rules that a replica reports with the plan. Prometheus prints expressions anew, so texts that differ
/// are compared by tokens and, where that does not settle it, by what the server's own formatter makes of both.
/// </summary>
internal sealed class RuleAudit(PrometheusApi api)
{
    private const int CacheLimit = 50_000;

    /// <summary>Pairs (planned, reported) that were found to be the same expression.</summary>
    private readonly ConcurrentDictionary<(string Planned, string Reported), bool> _same = new();

    /// <summary>Looks every planned rule up in what was reported.</summary>
    public async Task<IReadOnlyList<AuditedRule>> CompareAsync(
        Replica replica,
        IReadOnlyCollection<PlannedRule> plan,
        IReadOnlyList<RuleGroup> reported,
        CancellationToken cancellationToken
    )
    {
        var groups = new Dictionary<(string File, string Group), RuleGroup>(reported.Count);
        foreach (var group in reported)
        {
            groups[(FileName(group.File), group.Name)] = group;
        }

        var result = new List<AuditedRule>(plan.Count);
        foreach (var rule in plan)
        {
            var state =
                groups.TryGetValue((rule.File, rule.Group), out var group) && rule.Index < group.Rules.Count
                    ? group.Rules[rule.Index]
                    : null;
            var matches =
                state is not null
                && state.Name == rule.Name
                && state.Type == (rule.IsAlert ? "alerting" : "recording")
                && await IsSameAsync(replica, rule.Query, state.Query, cancellationToken);
            result.Add(new AuditedRule(rule, matches ? state : null));
        }

        return result;
    }

    /// <summary>What is reported beyond the plan, for people; null when nothing is.</summary>
    /// <param name="plan">Rules of whole groups.</param>
    /// <param name="reported">Groups that the replica reports.</param>
    /// <param name="isWhole">The plan has every group: others should not be there.</param>
    public static string? Stray(IReadOnlyCollection<PlannedRule> plan, IReadOnlyList<RuleGroup> reported, bool isWhole)
    {
        var planned = plan.CountBy(rule => (rule.File, rule.Group)).ToDictionary();
        foreach (var group in reported)
        {
            if (planned.TryGetValue((FileName(group.File), group.Name), out var count))
            {
                if (group.Rules.Count > count)
                {
                    return $"rule group {group.Name} has {group.Rules.Count} rules, {count} are wanted";
                }
            }
            else if (isWhole)
            {
                return $"rule group {group.Name} should be gone";
            }
        }

        return null;
    }

    private async ValueTask<bool> IsSameAsync(
        Replica replica,
        string planned,
        string reported,
        CancellationToken cancellationToken
    )
    {
        if (planned == reported || _same.ContainsKey((planned, reported)))
        {
            return true;
        }

        var same = PromQlText.Equivalent(planned, reported);
        if (!same)
        {
            try
            {
                same =
                    await api.FormatAsync(replica, planned, cancellationToken)
                    == await api.FormatAsync(replica, reported, cancellationToken);
            }
            catch (ComponentRefusedException)
            {
                return false;
            }
        }

        if (same)
        {
            if (_same.Count >= CacheLimit)
            {
                _same.Clear();
            }

            _same[(planned, reported)] = true;
        }

        return same;
    }

    private static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];
}
