using System.Globalization;

namespace Binnacle.PromQL.Lexing;

/// <summary>The values of number and duration tokens.</summary>
internal static class NumberText
{
    private static readonly (string Unit, ulong Milliseconds)[] Units =
    [
        ("y", 365UL * 24 * 3600 * 1000),
        ("w", 7UL * 24 * 3600 * 1000),
        ("d", 24UL * 3600 * 1000),
        ("h", 3600UL * 1000),
        ("m", 60UL * 1000),
        ("s", 1000),
        ("ms", 1),
    ];

    /// <summary>The longest duration there is, about 292 years: an int64 of nanoseconds.</summary>
    public const ulong MaxMilliseconds = long.MaxValue / 1_000_000;

    /// <summary>The value of a number token; false for what Go's ParseInt and ParseFloat both refuse, such as 1e999.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out double value)
    {
        if (text.Equals("inf", StringComparison.OrdinalIgnoreCase))
        {
            value = double.PositiveInfinity;
            return true;
        }

        if (text.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            value = double.NaN;
            return true;
        }

        if (!UnderscoresSeparate(text))
        {
            value = 0;
            return false;
        }

        var digits = text.Contains('_') ? text.ToString().Replace("_", "", StringComparison.Ordinal) : text;
        if (digits is ['0', 'x' or 'X', .. var hexadecimal])
        {
            var read = long.TryParse(
                hexadecimal,
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out var number
            );
            value = number;
            return read && number >= 0;
        }

        // A leading zero means octal, as in Go; 08 and 019, which are no octal numbers, are decimal.
        if (
            digits is ['0', .. { Length: > 0 } octal]
            && octal.IndexOfAnyExceptInRange('0', '7') < 0
            && octal.Length <= 20
        )
        {
            value = Convert.ToInt64(octal.ToString(), 8);
            return true;
        }

        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && !double.IsInfinity(value);
    }

    /// <summary>
    /// The number without an exponent, as Prometheus prints it, but for the sign of <c>+Inf</c>, which before ^ would be read
    /// as one before the power.
    /// </summary>
    public static string Format(double value) =>
        double.IsPositiveInfinity(value) ? "Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : double.IsNaN(value) ? "NaN"
        : WithoutExponent(value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Three places behind the point, as times behind @ have them.</summary>
    public static string FormatThreePlaces(double value) =>
        (Math.Round(value * 1000) / 1000).ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>Seconds as a duration, sign in front; as a plain number where units cannot say it.</summary>
    public static string FormatDuration(double seconds)
    {
        var exact = Math.Abs(seconds) * 1000;
        var milliseconds = Math.Round(exact);
        var isWhole = Math.Abs(exact - milliseconds) <= milliseconds * 1e-12;
        return isWhole && milliseconds <= MaxMilliseconds
            ? (seconds < 0 ? "-" : "") + PrometheusDuration.Format(TimeSpan.FromMilliseconds((long)milliseconds))
            : Format(seconds);
    }

    /// <summary>1.5E-07 is 0.00000015.</summary>
    private static string WithoutExponent(string text)
    {
        var e = text.IndexOf('E', StringComparison.Ordinal);
        if (e < 0)
        {
            return text;
        }

        var exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var sign = text[0] is '-' ? "-" : "";
        var mantissa = text.AsSpan(sign.Length, e - sign.Length);
        var point = mantissa.IndexOf('.') is var at and >= 0 ? at : mantissa.Length;
        var digits = string.Concat(mantissa[..point], mantissa[Math.Min(point + 1, mantissa.Length)..]);
        point += exponent;
        return point <= 0 ? $"{sign}0.{new string('0', -point)}{digits}"
            : point >= digits.Length ? $"{sign}{digits}{new string('0', point - digits.Length)}"
            : $"{sign}{digits[..point]}.{digits[point..]}";
    }

    /// <summary>As in Go: an underscore stands between two digits, or between 0x and a digit.</summary>
    private static bool UnderscoresSeparate(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (
                text[i] is '_'
                && (
                    i == 0
                    || i + 1 == text.Length
                    || !char.IsAsciiHexDigit(text[i + 1])
                    || !(char.IsAsciiHexDigit(text[i - 1]) || (i == 2 && text[1] is 'x' or 'X'))
                )
            )
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The milliseconds of a duration token; on false <paramref name="fault"/> says why.</summary>
    public static bool TryDuration(ReadOnlySpan<char> text, out ulong milliseconds, out string fault)
    {
        milliseconds = 0;
        fault = "";
        var last = -1;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            var unitLength = digits < 0 ? 0 : text[digits..].IndexOfAnyInRange('0', '9');
            unitLength = unitLength < 0 ? text.Length - digits : unitLength;
            if (digits <= 0 || !TryUnit(text.Slice(digits, unitLength), out var index))
            {
                fault = "bad duration: unknown unit";
                return false;
            }

            if (index <= last)
            {
                fault = "bad duration: every unit once, from the largest to the smallest";
                return false;
            }

            last = index;
            if (
                !ulong.TryParse(text[..digits], CultureInfo.InvariantCulture, out var count)
                || count > MaxMilliseconds / Units[index].Milliseconds
                || (milliseconds += count * Units[index].Milliseconds) > MaxMilliseconds
            )
            {
                fault = "duration out of range: more than 292 years";
                return false;
            }

            text = text[(digits + unitLength)..];
        }

        return true;
    }

    private static bool TryUnit(ReadOnlySpan<char> name, out int index)
    {
        for (index = 0; index < Units.Length; index++)
        {
            if (name.SequenceEqual(Units[index].Unit))
            {
                return true;
            }
        }

        return false;
    }
}
