using System.Globalization;
using LocalCluster.ApiServer.Errors;

namespace LocalCluster.ApiServer.Selectors;

/// <summary>A label selector in its string form: <c>a=b,c!=d,e in (f,g),h notin (i),j,!k,l&gt;1</c>.</summary>
internal sealed class LabelSelector
{
    private readonly IReadOnlyList<LabelRequirement> requirements;

    private LabelSelector(IReadOnlyList<LabelRequirement> requirements) => this.requirements = requirements;

    /// <summary>Matches everything.</summary>
    public static LabelSelector Everything { get; } = new([]);

    public bool IsEmpty => requirements.Count == 0;

    /// <summary>Reads a selector.</summary>
    /// <exception cref="ApiException">400: the text is no selector.</exception>
    public static LabelSelector Parse(string? text) =>
        string.IsNullOrWhiteSpace(text) ? Everything : new(new LabelSelectorParser(text).Parse());

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in requirements)
        {
            if (!requirement.Matches(labels))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>How a requirement looks at a label.</summary>
internal enum LabelOperator
{
    In,
    NotIn,
    Present,
    Absent,
    Greater,
    Less,
}

/// <summary>One requirement of a selector.</summary>
internal sealed record LabelRequirement(string Key, LabelOperator Operator, IReadOnlyCollection<string> Values)
{
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var present = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            LabelOperator.In => present && Values.Contains(value, StringComparer.Ordinal),
            LabelOperator.NotIn => !present || !Values.Contains(value, StringComparer.Ordinal),
            LabelOperator.Present => present,
            LabelOperator.Absent => !present,
            _ => present
                && long.TryParse(value, CultureInfo.InvariantCulture, out var number)
                && long.Parse(Values.First(), CultureInfo.InvariantCulture) is var bound
                && (Operator == LabelOperator.Greater ? number > bound : number < bound),
        };
    }
}
