using Binnacle.PromQL.RegularExpressions;

namespace Binnacle.PromQL.Checking;

/// <summary>Faults of the regular expression of a matcher.</summary>
internal static class RegexSyntax
{
    /// <summary>What is wrong, or null.</summary>
    public static Re2Fault? Fault(string pattern)
    {
        _ = Re2Pattern.TryParse(pattern, out _, out var fault);
        return fault;
    }
}
