namespace Chaos.Drills;

/// <summary>Between operator and API server nothing passes, and nobody is told.</summary>
internal sealed class CutDrill : IDrill
{
    /// <inheritdoc />
    public string Name => "cut";

    /// <inheritdoc />
    public async Task<string> RunAsync(DrillContext context, CancellationToken cancellation)
    {
        context.Gate.Cut();
        try
        {
            await Task.Delay(context.Options.Cut, cancellation);
        }
        finally
        {
            context.Gate.Restore();
        }

        return $"operator and API server cut apart for {context.Options.Cut.TotalSeconds:0} s";
    }
}
