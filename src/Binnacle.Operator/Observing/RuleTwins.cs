using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Binnacle.Api;
using Binnacle.Rendering;
using Binnacle.Rendering.Rules;
using Kubernetes.Models;

namespace Binnacle.Operator.Observing;

/// <summary>
/// Finds the rule that another one repeats, for those who ask about a single one: a render compares all of them. What was
/// found out about a rule is kept until it changes or goes.
/// </summary>
internal sealed class RuleTwins(ResourceTable<AlertRule> rules)
{
    private readonly ConcurrentDictionary<ObjectKey, Known> _stacks = new();

    /// <summary>Answers which other AlertRule of a stack has a rule of a number; of several, the first by its name.</summary>
    /// <param name="rule">The one that asks.</param>
    /// <param name="stack">The stack that takes it.</param>
    /// <param name="environment">What the stack tells of its rules.</param>
    public Func<ulong, ResourceRef?> Of(AlertRule rule, ObjectKey stack, RuleEnvironment environment)
    {
        var identity = environment.Identity;
        var known = _stacks.AddOrUpdate(
            stack,
            _ => new Known(identity),
            (_, old) => old.Identity == identity ? old : new Known(identity)
        );
        return number =>
        {
            ResourceEntry<AlertRule>? twin = null;
            foreach (var entry in rules.List())
            {
                if (
                    entry.Reference.Key != rule.Key
                    && entry.IsAccepted
                    && entry.Selection.Stacks.Contains(stack)
                    && (twin is null || entry.Reference.Key.CompareTo(twin.Reference.Key) < 0)
                    && known
                        .Numbers.GetValue(entry.Resource, other => RuleReview.Numbers(other, environment))
                        .Contains(number)
                )
                {
                    twin = entry;
                }
            }

            return twin?.Reference;
        };
    }

    /// <summary>Numbers of rules, as long as a stack tells the same of them.</summary>
    private sealed record Known(string Identity)
    {
        public ConditionalWeakTable<AlertRule, IReadOnlyList<ulong>> Numbers { get; } = [];
    }
}
