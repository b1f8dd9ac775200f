using System.Buffers;
using System.Globalization;

namespace Binnacle.PromQL.Lexing;

/// <summary>What people write by habit from other languages, and what PromQL has for it.</summary>
internal static class Misspellings
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly (string Written, string Message, string Meant)[] Characters =
    [
        ("&&", "unexpected \"&&\"", "and"),
        ("&", "unexpected \"&\"", "and"),
        ("||", "unexpected \"||\"", "or"),
        ("|", "unexpected \"|\"", "or"),
        ("\u00a0", "unexpected no-break space", "a space"),
        ("\u202f", "unexpected narrow no-break space", "a space"),
        ("\u200b", "unexpected zero-width space", "nothing in its place"),
        ("\ufeff", "unexpected byte order mark", "nothing in its place"),
        ("\u201c", "unexpected typographic quote \u201c", "\""),
        ("\u201d", "unexpected typographic quote \u201d", "\""),
        ("\u201e", "unexpected typographic quote \u201e", "\""),
        ("\u2018", "unexpected typographic quote \u2018", "'"),
        ("\u2019", "unexpected typographic quote \u2019", "'"),
        ("\u2013", "unexpected dash \u2013", "-"),
        ("\u2212", "unexpected minus sign \u2212", "-"),
        ("\u00d7", "unexpected \u00d7", "*"),
        ("\u00f7", "unexpected \u00f7", "/"),
        ("\u2265", "unexpected \u2265", ">="),
        ("\u2264", "unexpected \u2264", "<="),
        ("\u2260", "unexpected \u2260", "!="),
        ("$", "unexpected \"$\": a variable of Grafana or of a template, which a rule does not have", ""),
        (";", "unexpected \";\"", ""),
    ];

    // Longest first, so that "min" is not read as "m" and a rest.
    private static readonly (string Written, string Unit)[] Units =
    [
        ("milliseconds", "ms"),
        ("millisecond", "ms"),
        ("millis", "ms"),
        ("seconds", "s"),
        ("minutes", "m"),
        ("second", "s"),
        ("minute", "m"),
        ("months", ""),
        ("weeks", "w"),
        ("hours", "h"),
        ("years", "y"),
        ("month", ""),
        ("msec", "ms"),
        ("week", "w"),
        ("hour", "h"),
        ("days", "d"),
        ("year", "y"),
        ("secs", "s"),
        ("mins", "m"),
        ("sec", "s"),
        ("min", "m"),
        ("hrs", "h"),
        ("day", "d"),
        ("hr", "h"),
        ("mo", ""),
        ("ms", "ms"),
        ("s", "s"),
        ("m", "m"),
        ("h", "h"),
        ("d", "d"),
        ("w", "w"),
        ("y", "y"),
    ];

    private static readonly Dictionary<string, double> Milliseconds = new(StringComparer.Ordinal)
    {
        ["ms"] = 1,
        ["s"] = 1000,
        ["m"] = 60_000,
        ["h"] = 3_600_000,
        ["d"] = 86_400_000,
        ["w"] = 604_800_000,
        ["y"] = 31_536_000_000,
    };

    /// <summary>For a character that starts no token: what to say of it, and what was meant, if that is known.</summary>
    public static bool OfCharacter(ReadOnlySpan<char> text, out int length, out string message, out string suggestion)
    {
        foreach (var (written, what, meant) in Characters)
        {
            if (text.StartsWith(written, StringComparison.Ordinal))
            {
                (length, message, suggestion) = (written.Length, what, meant);
                return true;
            }
        }

        (length, message, suggestion) = (0, "", "");
        return false;
    }

    /// <summary>The unit of PromQL for a word such as "Min" or "seconds"; empty for none.</summary>
    public static string OfUnit(ReadOnlySpan<char> word)
    {
        foreach (var (written, unit) in Units)
        {
            if (word.Equals(written, StringComparison.OrdinalIgnoreCase))
            {
                return unit;
            }
        }

        return "";
    }

    /// <summary>For <c>5min</c>, <c>1H</c>, <c>1.5h</c> or <c>5m1h</c> the duration that was meant; empty where that is not clear.</summary>
    public static string OfDuration(ReadOnlySpan<char> text)
    {
        var total = 0.0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept(Digits);
            var letters = digits < 0 ? 0 : text[digits..].IndexOfAny(Digits);
            letters = letters < 0 ? text.Length - digits : letters;
            if (
                digits <= 0
                || !double.TryParse(text[..digits], NumberStyles.Float, CultureInfo.InvariantCulture, out var count)
                || !Milliseconds.TryGetValue(OfUnit(text.Slice(digits, letters)), out var milliseconds)
            )
            {
                return "";
            }

            total += count * milliseconds;
            text = text[(digits + letters)..];
        }

        return total is >= 1 and < NumberText.MaxMilliseconds
            ? PrometheusDuration.Format(TimeSpan.FromMilliseconds(Math.Round(total)))
            : "";
    }

    /// <summary>For <c>\d</c> and the like, as regular expressions have them: with the backslash doubled.</summary>
    public static string OfEscape(ReadOnlySpan<char> text) =>
        text.Length > 1 && text[1] is > ' ' and <= '~' ? $@"\\{text[1]}" : "";
}
