using System.Globalization;

namespace Binnacle.Operator.Reporting;

/// <summary>
/// Keeps a measured value in a status as long as the new one is about the same: every scrape measures something else,
/// and a quiet stack must cause no writes. What matters (states, counts, errors) never goes through here.
/// </summary>
internal static class Steady
{
    /// <summary>A quarter more or less, or 20 ms, is about the same latency.</summary>
    public static string? Latency(string? before, double? seconds)
    {
        if (seconds is not { } now)
        {
            return null;
        }

        return ParseSeconds(before) is { } was && Math.Abs(now - was) <= Math.Max(0.25 * was, 0.020)
            ? before
            : Format(now);
    }

    /// <summary>A tenth more or less is about the same number of samples.</summary>
    public static long? Count(long? before, long? now) =>
        before is { } was && now is { } number && Math.Abs(number - was) <= was / 10 ? before : now;

    /// <summary>A tenth more or less is about the same value of an alert.</summary>
    public static string Value(string? before, string now)
    {
        if (!double.TryParse(now, CultureInfo.InvariantCulture, out var number))
        {
            return now;
        }

        return
            double.TryParse(before, CultureInfo.InvariantCulture, out var was)
            && Math.Abs(number - was) <= Math.Abs(was) / 10
            ? before!
            : number.ToString("G4", CultureInfo.InvariantCulture);
    }

    /// <summary><c>120ms</c> below ten seconds, else <c>12s</c>.</summary>
    public static string Format(double seconds) =>
        seconds < 10
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Round(seconds * 1000)):0}ms")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Round(seconds):0}s");

    private static double? ParseSeconds(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var isMillis = text.EndsWith("ms", StringComparison.Ordinal);
        var digits = text.AsSpan(0, text.Length - (isMillis ? 2 : 1));
        return double.TryParse(digits, CultureInfo.InvariantCulture, out var value)
            ? isMillis
                ? value / 1000
                : value
            : null;
    }
}
