namespace Binnacle.Operator;

/// <summary>
/// Gives the memory of a burst back. After thousands of resources came at once, the process would keep what it needed
/// for them until the next full collection, and an operator that idles has none for hours.
/// </summary>
/// <param name="clock">The clock of the looks.</param>
internal sealed class BurstMemory(TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    /// <summary>A burst allocates at least this much …</summary>
    private const long Burst = 64L << 20;

    /// <summary>… and is over when a period allocates less than this.</summary>
    private const long Quiet = 8L << 20;

    /// <summary>
    /// Looks from one collection to a second: by then what is remembered for a while (written statuses, for a minute) is
    /// garbage too.
    /// </summary>
    private const int Second = 9;

    /// <summary>Looks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        long collected = 0;
        var left = 0;
        var before = GC.GetTotalAllocatedBytes();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var now = GC.GetTotalAllocatedBytes();
                var isBurst = now - collected > Burst && now - before < Quiet;
                if (isBurst || (left > 0 && --left == 0))
                {
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                    collected = now;
                    left = isBurst ? Second : 0;
                }

                before = now;
            }
        }
        catch (OperationCanceledException)
        {
            // The operator ends.
        }
    }
}
