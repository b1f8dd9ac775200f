using Binnacle.PromQL.RegularExpressions;

namespace Binnacle.PromQL.Checking;

/// <summary>Faults of the regular expression of a matcher.</summary>
internal static class RegexSyntax
{
    /// <summary>What is wrong, or null.</summary>
    public static Re2Fault? Fault(string pattern) =>
        Re2Pattern.Check(pattern) is { } fault
        && !(fault.Code is Re2FaultCode.InvalidUtf8 && PlainAlternatives.Are(pattern))
            ? fault
            : null;
}
