using Binnacle.PromQL.Printing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting;

/// <summary>A rule among others.</summary>
/// <param name="Origin">What tells it from all others, as users name it: <c>AlertRule shop/high-errors</c>.</param>
/// <param name="Use">What it is.</param>
/// <param name="Root">Its expression.</param>
/// <param name="Name">Name of the alert or of the recorded metric.</param>
/// <param name="For">How long it must hold, as the user wrote it.</param>
/// <param name="Labels">Labels that it adds.</param>
public sealed record RuleIdentity(
    string Origin,
    LintUse Use,
    Expression Root,
    string? Name,
    string? For,
    IReadOnlyList<LintField> Labels
)
{
    /// <summary>Equal for two rules that do the same: the same query, the same labels, the same wait.</summary>
    public string Key()
    {
        var labels = Labels.Select(label => $"{label.Name}={label.Source.Text}").Order(StringComparer.Ordinal);
        var wait = PrometheusDuration.TryParse(For ?? "0", out var time, out _) ? time : TimeSpan.Zero;
        var name = Use is LintUse.Recording ? Name : "";
        return $"{Use}\n{name}\n{wait}\n{string.Join('\n', labels)}\n{PromQlPrinter.Canonical(Root)}";
    }
}

/// <summary>The rules of a stack by what they do, for finding duplicates. Immutable; build it once for many lints.</summary>
public sealed class RuleIndex
{
    private readonly Dictionary<string, List<RuleIdentity>> _rules = [];

    /// <summary>An index of <paramref name="rules"/>.</summary>
    public RuleIndex(IEnumerable<RuleIdentity> rules)
    {
        foreach (var rule in rules)
        {
            var key = rule.Key();
            if (!_rules.TryGetValue(key, out var same))
            {
                _rules[key] = same = [];
            }

            same.Add(rule);
        }
    }

    /// <summary>Id of the lint that finds duplicates.</summary>
    public const string LintId = "duplicate-rule";

    /// <summary>What is to be said of a rule that another one repeats.</summary>
    /// <param name="use">What the rule is.</param>
    /// <param name="source">Its expression.</param>
    /// <param name="span">The part of it that is meant.</param>
    /// <param name="twin">The other one, as users name it.</param>
    public static LintFinding Finding(LintUse use, LintSource source, TextSpan span, string twin) =>
        new(
            LintId,
            LintSeverity.Warning,
            source,
            span,
            $"{twin} has the same expression, labels and for",
            use is LintUse.Recording ? "keep one of them" : "keep one of them, or people are told twice"
        );

    /// <summary>Another rule that does the same, the first by its origin, or null.</summary>
    internal RuleIdentity? TwinOf(RuleIdentity rule) =>
        _rules.TryGetValue(rule.Key(), out var same)
            ? same.Where(other => other.Origin != rule.Origin)
                .OrderBy(other => other.Origin, StringComparer.Ordinal)
                .FirstOrDefault()
            : null;
}
