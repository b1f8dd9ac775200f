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
    /// <summary>Decides the group.</summary>
    public ulong Hash { get; } = NameHash.Of($"{Source.Kind}/{Source.Key.Namespace}/{Source.Key.Name}");

    /// <summary>Upper bound of its size in the file.</summary>
    public int Bytes { get; } = Rules.Sum(YamlSize.AtMost);
}
