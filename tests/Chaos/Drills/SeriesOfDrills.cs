namespace Chaos.Drills;

/// <summary>One drill after the other, without waiting for what the one before left behind.</summary>
internal sealed class SeriesOfDrills(IReadOnlyList<IDrill> drills) : IDrill
{
    /// <inheritdoc />
    public string Name => string.Join(", ", drills.Select(drill => drill.Name));

    /// <inheritdoc />
    public async Task<string> RunAsync(DrillContext context, CancellationToken cancellation)
    {
        var done = new List<string>();
        foreach (var drill in drills)
        {
            done.Add(await drill.RunAsync(context, cancellation));
        }

        return string.Join("; ", done);
    }
}
