using Chaos.Gates;

namespace Chaos.Drills;

/// <summary>The operator does not reach Prometheus: what it asks is never answered.</summary>
internal sealed class PrometheusDrill : IDrill
{
    /// <inheritdoc />
    public string Name => "prometheus";

    /// <inheritdoc />
    public async Task<string> RunAsync(DrillContext context, CancellationToken cancellation)
    {
        var swallowed = 0;
        context.Gate.Fault = request =>
        {
            if (!request.IsPodProxy || !request.Path.Contains("prometheus", StringComparison.Ordinal))
            {
                return GateFault.None;
            }

            Interlocked.Increment(ref swallowed);
            return new GateFault.Swallowed();
        };
        try
        {
            await Task.Delay(context.Options.Cut, cancellation);
        }
        finally
        {
            context.Gate.Fault = _ => GateFault.None;
        }

        return swallowed > 0
            ? $"operator and Prometheus cut apart for {context.Options.Cut.TotalSeconds:0} s"
            : throw new InvalidOperationException("nothing was asked of Prometheus: there was nothing to cut");
    }
}
