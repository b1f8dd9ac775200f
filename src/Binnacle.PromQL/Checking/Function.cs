namespace Binnacle.PromQL.Checking;

/// <summary>A function's parameters, its result, and which Prometheus has it.</summary>
public sealed record Function
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The kinds of its parameters; beyond the last one its kind repeats.</summary>
    public required IReadOnlyList<ValueKind> Parameters { get; init; }

    /// <summary>How many arguments it needs.</summary>
    public required int Minimum { get; init; }

    /// <summary>How many arguments it takes; <see cref="int.MaxValue"/> for any number.</summary>
    public required int Maximum { get; init; }

    /// <summary>What it yields.</summary>
    public required ValueKind Returns { get; init; }

    /// <summary>The first Prometheus that has it; null for one older than <see cref="PromQlOptions.OldestKnown"/>.</summary>
    public Version? Since { get; init; }

    /// <summary>The first Prometheus that has it no more; null for one that is still there.</summary>
    public Version? Until { get; init; }

    /// <summary>True where it began, or still is, behind <see cref="PromQlOptions.ExperimentalFunctions"/>.</summary>
    public bool Experimental { get; init; }

    /// <summary>The first Prometheus that has an experimental function without the flag; null where none has.</summary>
    public Version? StableSince { get; init; }

    /// <summary>True for a Prometheus, of any known version where none is given, that has it.</summary>
    public bool IsIn(Version? prometheus) =>
        prometheus is null || ((Since is null || prometheus >= Since) && (Until is null || prometheus < Until));

    /// <summary>True where that Prometheus has it only with <see cref="PromQlOptions.ExperimentalFunctions"/>.</summary>
    public bool NeedsFlag(Version? prometheus) =>
        Experimental && (StableSince is null || (prometheus is not null && prometheus < StableSince));
}
