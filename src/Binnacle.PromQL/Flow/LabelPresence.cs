namespace Binnacle.PromQL.Flow;

/// <summary>Whether the series of a result carry a label; ordered from surely not to surely.</summary>
public enum LabelPresence : byte
{
    /// <summary>No series has it.</summary>
    Never,

    /// <summary>Nothing in the expression speaks of it.</summary>
    Maybe,

    /// <summary>The author counts on it (named in by, on, group_left or label_replace), but nothing guarantees it.</summary>
    Expected,

    /// <summary>Every series has it, and it is not empty.</summary>
    Always,
}
