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
    private readonly ConditionalWeakTable<AlertRule, Known> _known = [];

    /// <summary>Answers which other AlertRule of a stack has a rule of a number; of several, the first by its name.</summary>
    /// <param name="rule">The one that asks.</param>
    /// <param name="stack">The stack that takes it.</param>
    /// <param name="environment">What the stack tells of its rules.</param>
    public Func<ulong, ResourceRef?> Of(AlertRule rule, ObjectKey stack, RuleEnvironment environment)
    {
        var identity = environment.Identity;
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
                    && NumbersOf(entry.Resource, environment, identity).Contains(number)
                )
                {
                    twin = entry;
                }
            }

            return twin?.Reference;
        };
    }

    private IReadOnlyList<ulong> NumbersOf(AlertRule rule, RuleEnvironment environment, string identity)
    {
        if (!_known.TryGetValue(rule, out var known) || known.Identity != identity)
        {
            known = new Known(identity, RuleReview.Numbers(rule, environment));
            _known.AddOrUpdate(rule, known);
        }

        return known.Numbers;
    }

    /// <summary>A rule's numbers, as long as its stack tells the same of it.</summary>
    private sealed record Known(string Identity, IReadOnlyList<ulong> Numbers);
}
