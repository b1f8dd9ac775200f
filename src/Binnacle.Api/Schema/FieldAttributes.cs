namespace Binnacle.Api.Schema;

/// <summary>The field must be given.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RequiredFieldAttribute : Attribute;

/// <summary>The field keeps the default of its C# type out of the schema, because leaving it out means something else.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NoSchemaDefaultAttribute : Attribute;

/// <summary>Bounds of a string's length, a list's items or a map's entries.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SizeAttribute : Attribute
{
    /// <summary>Smallest size; 0 says nothing.</summary>
    public int Min { get; init; }

    /// <summary>Largest size; 0 says nothing.</summary>
    public int Max { get; init; }

    /// <summary>Largest length of each string in a list or map; 0 leaves the generator's own bound.</summary>
    public int MaxItemLength { get; init; }
}

/// <summary>Bounds of a number, both included.</summary>
/// <param name="minimum">Smallest value.</param>
/// <param name="maximum">Largest value.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BetweenAttribute(long minimum, long maximum) : Attribute
{
    /// <summary>Smallest value.</summary>
    public long Minimum { get; } = minimum;

    /// <summary>Largest value.</summary>
    public long Maximum { get; } = maximum;
}

/// <summary>A regular expression (RE2) that a string, or each string of a list, must match as a whole.</summary>
/// <param name="regex">Anchored expression.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PatternAttribute(string regex) : Attribute
{
    /// <summary>Anchored expression.</summary>
    public string Regex { get; } = regex;
}

/// <summary>An OpenAPI format that the API server checks, for example <c>byte</c>.</summary>
/// <param name="name">Name of the format.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FormatAttribute(string name) : Attribute
{
    /// <summary>Name of the format.</summary>
    public string Name { get; } = name;
}

/// <summary>The string is a Prometheus duration such as <c>30s</c> or <c>1h30m</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationAttribute : Attribute;

/// <summary>The string is a Kubernetes quantity such as <c>20Gi</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class QuantityAttribute : Attribute;

/// <summary>The string is a label name of Prometheus; of a map, each key is one.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LabelNamesAttribute : Attribute;

/// <summary>The list is a map in disguise: items are told apart by this field, and merged by it on server-side apply.</summary>
/// <param name="keys">JSON names of the fields.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListMapAttribute(params string[] keys) : Attribute
{
    /// <summary>JSON names of the key fields.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}

/// <summary>The list is a set: no value twice.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListSetAttribute : Attribute;
