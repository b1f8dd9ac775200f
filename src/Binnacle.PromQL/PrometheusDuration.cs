using System.Globalization;
using System.Text;
using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL;

/// <summary>Durations as Prometheus writes them: <c>90s</c>, <c>1h30m</c>, <c>0</c>; units y, w, d, h, m, s, ms in that order.</summary>
/// <remarks>
/// <c>PromDuration</c> of Binnacle.Api reads the same texts. They stay two: neither assembly knows the other, the API's is a
/// value of its schema, and this one shares its reading with the tokens of expressions, whose faults it words.
/// </remarks>
public static class PrometheusDuration
{
    private static readonly (string Unit, ulong Milliseconds, bool OnlyWhole)[] Units =
    [
        ("y", 365UL * 24 * 3600 * 1000, true),
        ("w", 7UL * 24 * 3600 * 1000, true),
        ("d", 24UL * 3600 * 1000, false),
        ("h", 3600UL * 1000, false),
        ("m", 60UL * 1000, false),
        ("s", 1000UL, false),
        ("ms", 1UL, false),
    ];

    /// <summary>Reads a duration; on false <paramref name="fault"/> says what is wrong with it.</summary>
    public static bool TryParse(string text, out TimeSpan duration, out string fault)
    {
        duration = TimeSpan.Zero;
        fault = "";
        if (text is "0")
        {
            return true;
        }

        if (text.Length == 0)
        {
            fault = "an empty duration";
            return false;
        }

        if (!NumberText.TryDuration(text, out var milliseconds, out fault))
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds((long)milliseconds);
        return true;
    }

    /// <summary>The duration as Prometheus prints it: years and weeks only where nothing remains (<c>1m30s</c>, <c>90d</c>).</summary>
    public static string Format(TimeSpan duration)
    {
        var rest = (ulong)duration.TotalMilliseconds;
        if (rest == 0)
        {
            return "0s";
        }

        var text = new StringBuilder();
        foreach (var (unit, milliseconds, onlyWhole) in Units)
        {
            if (rest >= milliseconds && !(onlyWhole && rest % milliseconds != 0))
            {
                text.Append(CultureInfo.InvariantCulture, $"{rest / milliseconds}{unit}");
                rest %= milliseconds;
            }
        }

        return text.ToString();
    }
}
