using Binnacle.PromQL.Checking;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL;

/// <summary>Finds what Prometheus would refuse in an expression, before it is loaded.</summary>
public static class SyntaxCheck
{
    /// <summary>
    /// The faults of <paramref name="expression"/>, in the order they were found; none for an expression that Prometheus
    /// 2.42 to 3.x loads, with or without experimental features. What it cannot judge with
    /// certainty (much of a regular expression's inside) it lets pass.
    /// </summary>
    public static IReadOnlyList<SyntaxError> Check(string expression) => Analyze(expression, PromQlOptions.Any).Faults;

    internal static ParseResult Analyze(string expression, PromQlOptions options)
    {
        try
        {
            var result = Parser.Parse(expression, options);
            return result.Root is { } root
                ? result with
                {
                    Faults = [.. result.Faults, .. TypeChecker.Check(expression, root, options)],
                }
                : result;
        }
        catch (InsufficientExecutionStackException)
        {
            return new ParseResult(null, [SyntaxError.At(expression, 0, "the expression is nested too deeply")]);
        }
    }
}
