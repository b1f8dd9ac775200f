using System.Buffers;
using System.Globalization;

namespace Binnacle.Api.Syntax;

/// <summary>Guesses which Prometheus duration somebody meant who wrote <c>5 minutes</c>, <c>1.5h</c>, <c>30M</c> or <c>1m1h</c>.</summary>
internal static class DurationSuggestion
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>The duration that was probably meant; null without a guess.</summary>
    public static string? For(string text)
    {
        decimal total = 0;
        var rest = text.AsSpan().Trim();
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits < 0)
            {
                // A bare number: most systems that allow one count seconds.
                return
                    total == 0
                    && decimal.TryParse(rest, NumberStyles.Number, CultureInfo.InvariantCulture, out var bare)
                    ? $"{rest}s or {rest}m"
                    : null;
            }
            if (
                digits == 0
                || !decimal.TryParse(rest[..digits], NumberStyles.Number, CultureInfo.InvariantCulture, out var number)
            )
            {
                return null;
            }
            rest = rest[digits..].TrimStart();
            var letters = rest.IndexOfAnyExceptInRange('A', 'z') is var end && end < 0 ? rest.Length : end;
            if (Milliseconds(rest[..letters].ToString()) is not { } unit || number > 100_000)
            {
                return null;
            }
            total += number * unit;
            rest = rest[letters..].TrimStart().TrimStart(',').TrimStart();
        }
        return total > 0 && total == decimal.Truncate(total) ? new PromDuration((long)total).ToString() : null;
    }

    private static decimal? Milliseconds(string unit) =>
        unit.ToLowerInvariant() switch
        {
            "ms" or "msec" or "msecs" or "millisecond" or "milliseconds" => 1,
            "s" or "sec" or "secs" or "second" or "seconds" => 1000,
            "m" or "min" or "mins" or "minute" or "minutes" => 60_000,
            "h" or "hr" or "hrs" or "hour" or "hours" => 3_600_000,
            "d" or "day" or "days" => 86_400_000,
            "w" or "week" or "weeks" => 604_800_000,
            "y" or "year" or "years" => 31_536_000_000,
            _ => null,
        };
}
