using System.Globalization;
using System.Text.RegularExpressions;

namespace LocalCluster.Cel;

/// <summary>Durations and timestamps as texts.</summary>
internal static partial class CelTime
{
    /// <summary>A duration such as <c>1h30m</c>; null when it is none.</summary>
    public static CelDuration? ParseDuration(string text)
    {
        if (!Duration().IsMatch(text))
        {
            return null;
        }
        decimal total = 0;
        foreach (Match part in Part().Matches(text))
        {
            decimal unit = part.Groups["unit"].Value switch
            {
                "ns" => 1,
                "us" or "µs" or "μs" => 1_000,
                "ms" => 1_000_000,
                "s" => 1_000_000_000,
                "m" => 60_000_000_000,
                _ => 3_600_000_000_000,
            };
            if (
                !decimal.TryParse(
                    part.Groups["amount"].Value,
                    NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out var amount
                )
            )
            {
                return null;
            }
            total += amount * unit;
            if (total > long.MaxValue)
            {
                return null;
            }
        }
        return new CelDuration((Int128)(text[0] == '-' ? -total : total));
    }

    /// <summary>A date or an RFC 3339 date and time; null when it is neither.</summary>
    public static CelTimestamp? ParseTimestamp(string text) =>
        DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        )
            ? new CelTimestamp(time)
            : null;

    /// <summary>A timestamp as string() prints it.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture) + "Z";

    [GeneratedRegex(
        @"^[-+]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Duration();

    [GeneratedRegex(
        @"(?<amount>[0-9]*\.?[0-9]*)(?<unit>ns|us|µs|μs|ms|s|m|h)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Part();
}
