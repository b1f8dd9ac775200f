using Binnacle.Operator.Components;
using Binnacle.Rendering;

namespace Binnacle.Operator.Loading;

/// <summary>Alertmanager: it reports the hash of its file.</summary>
internal sealed class AlertmanagerProbe(AlertmanagerApi api, ComponentPlan plan) : IReplicaProbe
{
    /// <inheritdoc />
    public async Task<ReplicaState> StateAsync(Replica replica, CancellationToken cancellationToken)
    {
        var hash = await api.LoadedHashAsync(replica, cancellationToken);
        return new ReplicaState(hash, hash == plan.ConfigHash, "the configuration in force is an older one");
    }

    /// <inheritdoc />
    public Task ReloadAsync(Replica replica, CancellationToken cancellationToken) =>
        api.ReloadAsync(replica, cancellationToken);
}

/// <summary>Blackbox exporter: its modules are named by their content.</summary>
internal sealed class BlackboxProbe(BlackboxApi api, ComponentPlan plan) : IReplicaProbe
{
    /// <inheritdoc />
    public async Task<ReplicaState> StateAsync(Replica replica, CancellationToken cancellationToken)
    {
        var modules = await api.LoadedModulesAsync(replica, cancellationToken);
        var hash = ConfigIdentity.OfModules(modules);
        return new ReplicaState(hash, hash == plan.ConfigHash, "the modules in force are older ones");
    }

    /// <inheritdoc />
    public Task ReloadAsync(Replica replica, CancellationToken cancellationToken) =>
        api.ReloadAsync(replica, cancellationToken);
}
