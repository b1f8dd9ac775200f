using System.Globalization;
using System.Text.RegularExpressions;

namespace Binnacle.Operator.Reporting;

/// <summary>
/// Keeps a measured value in a status as long as the new one is about the same: every scrape measures something else,
/// and a quiet stack must cause no writes. What matters (states, counts, errors) never goes through here.
/// </summary>
internal static partial class Steady
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

    /// <summary>
    /// An error in words without what is another each time it happens: the port from which a connection was made, the
    /// time at which a certificate was looked at, how long the next try is put off, the place where a time-out struck.
    /// </summary>
    public static string Words(string text)
    {
        // Most texts hold none of it.
        if (text.Contains("->", StringComparison.Ordinal))
        {
            text = SourcePort().Replace(text, "${address}->");
        }

        if (text.Contains("current time", StringComparison.Ordinal))
        {
            text = CurrentTime().Replace(text, "current time");
        }

        if (text.Contains("back-off", StringComparison.Ordinal))
        {
            text = BackOff().Replace(text, "back-off");
        }

        return text.Contains("(Client.Timeout", StringComparison.Ordinal) ? ClientTimeout().Replace(text, "") : text;
    }

    [GeneratedRegex(
        @"(?<address>\b(\d{1,3}\.){3}\d{1,3}|\[[0-9a-fA-F:.%\w]+\]):\d+->",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex SourcePort();

    [GeneratedRegex(@"current time \d[\dT:.Z+-]*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CurrentTime();

    [GeneratedRegex(@"back-off (\d+[hms])+", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BackOff();

    [GeneratedRegex(@" \(Client\.Timeout[^)]*\)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClientTimeout();

    /// <summary><c>120ms</c> below ten seconds, else <c>12s</c>.</summary>
    public static string Format(double seconds) =>
        seconds < 10
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Round(seconds * 1000)):0}ms")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Round(seconds):0}s");

    private static double? ParseSeconds(string? text)
    {
        if (text is not [.., 's'])
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
