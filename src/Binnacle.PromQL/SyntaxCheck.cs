using Binnacle.PromQL.Checking;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL;

/// <summary>Finds what Prometheus would refuse in an expression, before it is loaded.</summary>
public static class SyntaxCheck
{
    /// <summary>
    /// The faults of <paramref name="expression"/>, in the order of the text; none for an expression that Prometheus
    /// 2.42 to 3.x loads, with or without experimental features. What it cannot judge with
    /// certainty (much of a regular expression's inside) it lets pass.
    /// </summary>
    public static IReadOnlyList<SyntaxError> Check(string expression) => Analyze(expression, PromQlOptions.Any).Faults;

    internal static ParseResult Analyze(string expression, PromQlOptions options)
    {
        var result = Parser.Parse(expression, options);
        var faults = result.Faults;
        if (
            result.Root is { } root
            && TypeChecker.Check(expression, root, new Dialect(options)) is { Count: > 0 } types
        )
        {
            faults = [.. faults, .. types];
        }

        return faults.Count == 0 ? result : result with { Faults = [.. faults.OrderBy(fault => fault.Offset)] };
    }
}
