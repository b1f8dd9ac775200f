using System.Globalization;
using System.Text;

namespace Binnacle.Api.Syntax;

/// <summary>
/// A duration as Prometheus writes it: whole numbers with the units y, w, d, h, m, s and ms, each at most once, the
/// largest first; or <c>0</c>. Rule: https://github.com/prometheus/common/blob/main/model/time.go (ParseDuration, String).
/// </summary>
/// <param name="Milliseconds">Its length; never negative.</param>
public readonly record struct PromDuration(long Milliseconds) : IComparable<PromDuration>
{
    // Prometheus keeps durations as 64-bit nanoseconds.
    private const long MaxMilliseconds = long.MaxValue / 1_000_000;

    private static readonly (string Name, long Milliseconds)[] Units =
    [
        ("y", 365L * 24 * 3600 * 1000),
        ("w", 7L * 24 * 3600 * 1000),
        ("d", 24L * 3600 * 1000),
        ("h", 3600L * 1000),
        ("m", 60L * 1000),
        ("s", 1000L),
        ("ms", 1L),
    ];

    /// <summary>The same as a <see cref="TimeSpan"/>.</summary>
    public TimeSpan ToTimeSpan() => TimeSpan.FromMilliseconds(Milliseconds);

    /// <summary>Reads a duration.</summary>
    /// <param name="text">For example <c>1h30m</c>.</param>
    /// <param name="value">What it means; zero when it means nothing.</param>
    public static bool TryParse(string? text, out PromDuration value) => TryParse(text, out value, out _);

    /// <inheritdoc cref="TryParse(string?, out PromDuration)" />
    /// <param name="text">For example <c>1h30m</c>.</param>
    /// <param name="value">What it means; zero when it means nothing.</param>
    /// <param name="error">What is wrong and what would be right; empty when nothing is.</param>
    public static bool TryParse(string? text, out PromDuration value, out string error)
    {
        value = default;
        if (string.IsNullOrEmpty(text))
        {
            error = "is empty: write a duration such as 30s, 5m or 1h30m";
            return false;
        }
        error = "";
        if (text == "0")
        {
            return true;
        }
        if (Sum(text) is { } total)
        {
            if (total > MaxMilliseconds)
            {
                error = $"'{text}' is longer than Prometheus can count (about 292y)";
                return false;
            }
            value = new PromDuration((long)total);
            return true;
        }
        error = DurationSuggestion.For(text) is { } better
            ? $"'{text}' is no Prometheus duration: write {better}"
            : $"'{text}' is no Prometheus duration: write whole numbers with the units y, w, d, h, m, s and ms, the largest first, such as 30s, 5m or 1h30m";
        return false;
    }

    /// <summary>Reads a duration that was validated before.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static PromDuration Parse(string text) =>
        TryParse(text, out var value, out var error) ? value : throw new FormatException(error);

    /// <summary>As Prometheus writes it: <c>1h30m</c>; weeks and years only when nothing remains, so 90d stays 90d.</summary>
    public override string ToString()
    {
        if (Milliseconds == 0)
        {
            return "0s";
        }
        var rest = Milliseconds;
        var text = new StringBuilder();
        foreach (var (name, length) in Units)
        {
            if (rest < length || (name is "y" or "w" && rest % length != 0))
            {
                continue;
            }
            text.Append(CultureInfo.InvariantCulture, $"{rest / length}{name}");
            rest %= length;
        }
        return text.ToString();
    }

    /// <inheritdoc />
    public int CompareTo(PromDuration other) => Milliseconds.CompareTo(other.Milliseconds);

    /// <summary>Shorter.</summary>
    public static bool operator <(PromDuration left, PromDuration right) => left.Milliseconds < right.Milliseconds;

    /// <summary>Longer.</summary>
    public static bool operator >(PromDuration left, PromDuration right) => left.Milliseconds > right.Milliseconds;

    /// <summary>Not longer.</summary>
    public static bool operator <=(PromDuration left, PromDuration right) => left.Milliseconds <= right.Milliseconds;

    /// <summary>Not shorter.</summary>
    public static bool operator >=(PromDuration left, PromDuration right) => left.Milliseconds >= right.Milliseconds;

    private static Int128? Sum(ReadOnlySpan<char> text)
    {
        Int128 total = 0;
        var nextUnit = 0;
        while (text.Length > 0)
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            if (
                digits <= 0
                || !long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            )
            {
                return null;
            }
            text = text[digits..];
            var letters = text.IndexOfAnyInRange('0', '9') is var end && end < 0 ? text.Length : end;
            var unit = UnitIndex(text[..letters]);
            if (unit < nextUnit)
            {
                return null;
            }
            total += (Int128)number * Units[unit].Milliseconds;
            nextUnit = unit + 1;
            text = text[letters..];
        }
        return total;
    }

    private static int UnitIndex(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < Units.Length; i++)
        {
            if (name.SequenceEqual(Units[i].Name))
            {
                return i;
            }
        }
        return -1;
    }
}
