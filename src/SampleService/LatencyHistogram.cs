namespace SampleService;

/// <summary>A cumulative histogram of durations that are spread log-normally around a median.</summary>
internal sealed class LatencyHistogram
{
    /// <summary>Upper bounds in seconds: those that Prometheus's client libraries have by default.</summary>
    public static IReadOnlyList<double> Bounds { get; } =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, double.PositiveInfinity];

    // One standard deviation up is a factor of 2: the 95th percentile is 3.1 times the median.
    private static readonly double Spread = Math.Log(2);

    private readonly double[] _cumulative = new double[Bounds.Count];

    public double Sum { get; private set; }

    /// <summary>Observations up to each bound, whole numbers that never fall.</summary>
    public double UpTo(int bound) => Math.Floor(_cumulative[bound]);

    public void Observe(double requests, double medianSeconds)
    {
        for (var i = 0; i < _cumulative.Length; i++)
        {
            _cumulative[i] += requests * ShareBelow(Bounds[i], medianSeconds);
        }

        Sum += requests * medianSeconds * Math.Exp(Spread * Spread / 2);
    }

    private static double ShareBelow(double bound, double median) =>
        double.IsPositiveInfinity(bound)
            ? 1
            // The logistic curve is within 1 % of the normal distribution's and needs no error function.
            : 1 / (1 + Math.Exp(-1.702 * Math.Log(bound / median) / Spread));
}
