using System.Text.RegularExpressions;

namespace Binnacle.PromQL.Checking;

/// <summary>Whole-string matches as Prometheus does them, where .NET's regular expressions and RE2 agree.</summary>
internal static partial class RegexMatch
{
    // Most escapes, classes by name and groups with options are where the two dialects part.
    [GeneratedRegex(
        @"^(?:[^\\\[\](){}?*+|^$]|[*+?|.^$]|\((?!\?)|\(\?:|\)|\[[^\\\[\]]+\]|\{\d{1,3}(?:,\d{0,3})?\}|\\[.\-/|+*?()\[\]{}^$])*$",
        RegexOptions.None,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Common();

    /// <summary>Null where the pattern uses what the dialects may read differently.</summary>
    public static bool? Of(string pattern, string value)
    {
        try
        {
            if (!Common().IsMatch(pattern))
            {
                return null;
            }

            var options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline;
            return Regex.IsMatch(value, $@"\A(?:{pattern})\z", options, TimeSpan.FromSeconds(1));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or RegexMatchTimeoutException)
        {
            return null;
        }
    }
}
