namespace Chaos.Drills;

/// <summary>The operator is killed again and again, at random moments, and started anew at once.</summary>
internal sealed class KillDrill : IDrill
{
    /// <inheritdoc />
    public string Name => "kill";

    /// <inheritdoc />
    public async Task<string> RunAsync(DrillContext context, CancellationToken cancellation)
    {
        for (var i = 0; i < context.Options.Kills; i++)
        {
            // Between a start that has just begun and one that has long been at work.
            await Task.Delay(context.Random.Next(100, 6000), cancellation);
            await context.Operator.KillAsync(cancellation);
            context.Operator.Start();
        }

        return $"operator killed with SIGKILL {context.Options.Kills} times";
    }
}
