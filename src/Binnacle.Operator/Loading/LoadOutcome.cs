namespace Binnacle.Operator.Loading;

/// <summary>Whether a component runs with the configuration it should have.</summary>
internal enum LoadState
{
    /// <summary>Every replica reports it.</summary>
    Loaded,

    /// <summary>A replica is not there, not ready, or does not report it yet. It is asked again.</summary>
    Waiting,

    /// <summary>A replica read the files and refused them; it goes on with what it had.</summary>
    Refused,
}

/// <summary>What came of making a component load its configuration.</summary>
/// <param name="State">The outcome over all replicas.</param>
/// <param name="LoadedHash">What the replicas report; null when they differ or say nothing.</param>
/// <param name="Message">For people: what is missing, or the component's own words.</param>
internal sealed record LoadOutcome(LoadState State, string? LoadedHash, string Message)
{
    /// <summary>False while there is nobody to ask.</summary>
    public bool HasReplicas { get; init; } = true;

    /// <summary>Every replica reports <paramref name="hash"/>.</summary>
    public static LoadOutcome Done(string hash) => new(LoadState.Loaded, hash, "");
}
