using Binnacle.PromQL.RegularExpressions;

namespace Binnacle.PromQL.Checking;

/// <summary>Matches of whole values as Prometheus does them.</summary>
internal static class RegexMatch
{
    /// <summary>Null for what is no regular expression.</summary>
    public static bool? Of(string pattern, string value) =>
        !Re2Pattern.TryParse(pattern, out var regex, out var fault)
            ? fault.Code is Re2FaultCode.InvalidUtf8 && PlainAlternatives.Are(pattern)
                ? PlainAlternatives.Contain(pattern, value)
                : null
            : value.Length == 0
                ? regex.MatchesEmpty
                : regex.IsMatch(value);
}
