namespace Chaos.Drills;

/// <summary>The API server is killed and comes back a moment later.</summary>
internal sealed class RestartDrill : IDrill
{
    /// <inheritdoc />
    public string Name => "restart";

    /// <inheritdoc />
    public async Task<string> RunAsync(DrillContext context, CancellationToken cancellation)
    {
        for (var i = 0; i < context.Options.Restarts; i++)
        {
            await Task.Delay(context.Random.Next(500, 5000), cancellation);
            await context.Cluster.KillApiServerAsync(cancellation);
            await Task.Delay(context.Random.Next(0, 3000), cancellation);
            await context.Cluster.StartApiServerAsync(cancellation);
        }

        return $"API server killed with SIGKILL and started {context.Options.Restarts} times";
    }
}
