using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Flow;

/// <summary>One label of a result.</summary>
/// <param name="Name">The label's name.</param>
/// <param name="Presence">Whether series carry it.</param>
/// <param name="Value">Its value, where all series that carry it have the same one; otherwise null.</param>
/// <param name="Loss">Why no series has it; null where some may.</param>
public readonly record struct LabelFact(string Name, LabelPresence Presence, string? Value, LabelLoss? Loss);

/// <summary>
/// Which labels the series of a result surely have, may have and surely lack, and why: what can be said of an expression
/// without its data. Immutable.
/// </summary>
public sealed class LabelFlow
{
    /// <summary>The label that holds the metric name.</summary>
    public const string MetricName = "__name__";

    private readonly LabelFact[] _facts;

    internal LabelFlow(LabelFact[] facts, LabelLoss? rest)
    {
        _facts = facts;
        Rest = rest;
    }

    /// <summary>What is known of single labels; of all others see <see cref="Rest"/>.</summary>
    public IReadOnlyList<LabelFact> Facts => _facts;

    /// <summary>Why there are no labels but those in <see cref="Facts"/>; null where there may be others.</summary>
    public LabelLoss? Rest { get; }

    /// <summary>True where labels that the expression does not name may be there.</summary>
    public bool IsOpen => Rest is null;

    /// <summary>True where series may still carry the metric name.</summary>
    public bool HasName => PresenceOf(MetricName) is not LabelPresence.Never;

    /// <summary>The labels of the expression's result.</summary>
    public static LabelFlow Of(Expression expression) => ExpressionFlow.Of(expression).Labels(expression);

    /// <summary>Whether series of the result carry <paramref name="label"/>.</summary>
    public LabelPresence PresenceOf(string label) => FactOf(label).Presence;

    /// <summary>Why no series has <paramref name="label"/>; null where some may.</summary>
    public LabelLoss? WhyLacking(string label) => FactOf(label).Loss;

    /// <summary>What is known of <paramref name="label"/>, named or not.</summary>
    public LabelFact FactOf(string label)
    {
        foreach (var fact in _facts)
        {
            if (string.Equals(fact.Name, label, StringComparison.Ordinal))
            {
                return fact;
            }
        }

        return Rest is null
            ? new LabelFact(label, LabelPresence.Maybe, null, null)
            : new LabelFact(label, LabelPresence.Never, null, Rest);
    }

    /// <summary>The same labels but for one.</summary>
    internal LabelFlow With(LabelFact fact)
    {
        var index = Array.FindIndex(_facts, known => known.Name == fact.Name);
        if (index < 0)
        {
            return new LabelFlow([.. _facts, fact], Rest);
        }

        var facts = (LabelFact[])_facts.Clone();
        facts[index] = fact;
        return new LabelFlow(facts, Rest);
    }

    internal LabelFlow Lacking(string label, LabelLossKind kind, TextSpan span, Expression by) =>
        PresenceOf(label) is LabelPresence.Never
            ? this
            : With(new LabelFact(label, LabelPresence.Never, null, new LabelLoss(kind, span, by)));

    internal LabelFlow WithoutName(TextSpan span, Expression by) => Lacking(MetricName, LabelLossKind.Name, span, by);

    internal static LabelFlow None(LabelLossKind kind, TextSpan span, Expression by) =>
        new([], new LabelLoss(kind, span, by));

    /// <summary>The labels where series of both come together, as <c>or</c> does.</summary>
    internal static LabelFlow Union(LabelFlow left, LabelFlow right)
    {
        var facts = new List<LabelFact>(left._facts.Length + right._facts.Length);
        foreach (var name in Names(left, right))
        {
            var a = left.FactOf(name);
            var b = right.FactOf(name);
            var presence =
                a.Presence == b.Presence ? a.Presence
                : a.Presence > LabelPresence.Maybe && b.Presence > LabelPresence.Maybe ? LabelPresence.Expected
                : LabelPresence.Maybe;
            facts.Add(
                new LabelFact(
                    name,
                    presence,
                    a.Value == b.Value ? a.Value : null,
                    presence is LabelPresence.Never ? a.Loss ?? b.Loss : null
                )
            );
        }

        return new LabelFlow([.. facts], left.Rest is not null && right.Rest is not null ? left.Rest : null);
    }

    /// <summary>Every label that one of the two speaks of, once.</summary>
    internal static IEnumerable<string> Names(LabelFlow left, LabelFlow right)
    {
        foreach (var fact in left._facts)
        {
            yield return fact.Name;
        }

        foreach (var fact in right._facts)
        {
            if (!Array.Exists(left._facts, known => known.Name == fact.Name))
            {
                yield return fact.Name;
            }
        }
    }
}
