using Chaos.Gates;

namespace Chaos.Drills;

/// <summary>Of all requests one in ten fails, each in a way of its own.</summary>
internal sealed class StormDrill : IDrill
{
    private const double Share = 0.1;

    /// <inheritdoc />
    public string Name => "storm";

    /// <inheritdoc />
    public async Task<string> RunAsync(DrillContext context, CancellationToken cancellation)
    {
        var random = new Random(context.Random.Next());
        var gate = new Lock();
        var (failed, all) = (0, 0);
        context.Gate.Fault = _ =>
        {
            lock (gate)
            {
                all++;
                if (random.NextDouble() >= Share)
                {
                    return GateFault.None;
                }

                failed++;
                return random.Next(6) switch
                {
                    0 => new GateFault.Answered(500, null),
                    1 => new GateFault.Answered(429, random.Next(3)),
                    2 => new GateFault.Answered(503, random.Next(2) == 0 ? null : 1),
                    3 => new GateFault.Reset(Served: false),
                    4 => new GateFault.Reset(Served: true),
                    _ => new GateFault.Delayed(TimeSpan.FromMilliseconds(random.Next(100, 8000))),
                };
            }
        };
        try
        {
            await Task.Delay(context.Options.Storm, cancellation);
        }
        finally
        {
            context.Gate.Fault = _ => GateFault.None;
        }

        return $"{failed} of {all} requests failed at random in {context.Options.Storm.TotalSeconds:0} s (500, 429, 503, connection reset before and after the server served, delay)";
    }
}
