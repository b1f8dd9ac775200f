namespace Binnacle.Operator.Loading;

/// <summary>What one replica says of its configuration.</summary>
/// <param name="Hash">The hash it reports; null when it reports none.</param>
/// <param name="UpToDate">It runs with what the plan asks for.</param>
/// <param name="Missing">What is not there yet, for people; empty when up to date.</param>
internal sealed record ReplicaState(string? Hash, bool UpToDate, string Missing);

/// <summary>How one kind of component is asked what it has loaded, and told to load.</summary>
internal interface IReplicaProbe
{
    /// <summary>Asks what is loaded.</summary>
    /// <exception cref="HttpRequestException">It gave no answer.</exception>
    Task<ReplicaState> StateAsync(Components.Replica replica, CancellationToken cancellationToken);

    /// <summary>Makes it read its files.</summary>
    /// <exception cref="Components.ComponentRefusedException">It refused them.</exception>
    Task ReloadAsync(Components.Replica replica, CancellationToken cancellationToken);
}
