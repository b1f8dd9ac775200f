using Binnacle.PromQL.Linting;

namespace Binnacle.Rendering.Rules;

/// <summary>What one resource contributes: rules that stay together in their order, or problems.</summary>
/// <param name="Source">The AlertRule or HealthProbe.</param>
/// <param name="Interval">In canonical form; null for the stack's own.</param>
/// <param name="Rules">Empty when the resource is switched off or cannot be rendered.</param>
/// <param name="Problems">What is wrong or doubtful with it.</param>
internal sealed record RuleFragment(
    ResourceRef Source,
    string? Interval,
    IReadOnlyList<RuleDefinition> Rules,
    IReadOnlyList<ResourceProblem> Problems
)
{
    /// <summary>What tells its rules from all others, for finding duplicates.</summary>
    public IReadOnlyList<RuleKey> Keys { get; init; } = [];

    /// <summary>Decides the group.</summary>
    public ulong Hash { get; } = NameHash.Of($"{Source.Kind}/{Source.Key.Namespace}/{Source.Key.Name}");

    /// <summary>Upper bound of its size in the file.</summary>
    public int Bytes { get; } = Rules.Sum(YamlSize.AtMost);
}

/// <summary>What a rule does, in 64 bits.</summary>
/// <param name="Hash">Equal for two rules that do the same.</param>
/// <param name="Use">What it is.</param>
/// <param name="Field">Where its expression stands.</param>
internal readonly record struct RuleKey(ulong Hash, LintUse Use, string Field);
