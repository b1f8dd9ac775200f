using Binnacle.PromQL.RegularExpressions;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Checking;

/// <summary>Faults of the regular expression of a matcher.</summary>
internal static class RegexSyntax
{
    /// <summary>What is wrong for that Prometheus, or null.</summary>
    public static Re2Fault? Fault(string pattern, Dialect dialect)
    {
        if (dialect.CompilesEachPattern)
        {
            if (dialect.ComparesLiterals && PlainAlternatives.IsOne(pattern))
            {
                return null;
            }

            return Re2Pattern.Check(pattern, Re2Use.Search)
                ?? ShortGroupName(pattern)
                ?? Re2Pattern.Check(pattern, Re2Use.WholeText);
        }

        return Re2Pattern.Check(pattern) is { } fault
            && !(fault.Code is Re2FaultCode.InvalidUtf8 && PlainAlternatives.Are(pattern))
                ? fault
            : dialect.ShortGroupNames ? null
            : ShortGroupName(pattern);
    }

    private static Re2Fault? ShortGroupName(string pattern)
    {
        if (
            !pattern.Contains("(?<", StringComparison.Ordinal)
            || Re2Wrapping.Read(pattern, Re2Use.Search).Parsed?.Parser.ShortGroupName is not { } at
        )
        {
            return null;
        }

        var message = $"{Re2Fault.Words(Re2FaultCode.InvalidPerlSyntax)}: (?<name>…) exists only since Prometheus 2.53";
        return new Re2Fault(Re2FaultCode.InvalidPerlSyntax, at.Start, at.End, message, "write (?P<name>…)");
    }
}
