using System.Buffers;

namespace Binnacle.PromQL.Checking;

/// <summary>
/// Patterns that are words with bars between them. Prometheus compares those itself and compiles no regular expression:
/// bytes that are no UTF-8 pass there and nowhere else.
/// </summary>
internal static class PlainAlternatives
{
    private static readonly SearchValues<char> Special = SearchValues.Create(@"\.+*?()[]{}^$");

    /// <summary>True for a pattern without any other special character.</summary>
    public static bool Are(string pattern) => pattern.AsSpan().IndexOfAny(Special) < 0;

    /// <summary>True where it is one such word, without a bar.</summary>
    public static bool IsOne(string pattern) => Are(pattern) && !pattern.Contains('|', StringComparison.Ordinal);

    /// <summary>Whether one of them is the value.</summary>
    public static bool Contain(string pattern, string value)
    {
        foreach (var range in pattern.AsSpan().Split('|'))
        {
            if (pattern.AsSpan(range).SequenceEqual(value))
            {
                return true;
            }
        }

        return false;
    }
}
