namespace Binnacle.Operator.Reconciling;

/// <summary>Pauses that double from one try to the next.</summary>
internal static class Doubling
{
    /// <summary>The pause after a number of tries before this one, and no longer than <paramref name="most"/>.</summary>
    public static TimeSpan Of(TimeSpan first, int tries, TimeSpan most)
    {
        // Far beyond any pause, and far from what a TimeSpan holds.
        var pause = first * Math.Pow(2, Math.Min(tries, 16));
        return pause < most ? pause : most;
    }
}
