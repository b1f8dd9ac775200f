using System.Globalization;
using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Comparisons;

/// <summary>Comparisons whose outcome needs no data.</summary>
internal static class Certain
{
    /// <summary>The outcome, or null where it depends on data, where both sides are constants, or where NaN is compared.</summary>
    public static bool? Outcome(LintSubject subject, BinaryExpression binary)
    {
        if (!binary.IsComparison)
        {
            return null;
        }

        var left = subject.Value(binary.Left);
        var right = subject.Value(binary.Right);
        return
            (
                left.Constant is not null
                && right.Constant is not null
                && !left.Conditional
                && !right.Conditional
                && subject.Selectors.Count == 0
            )
            || IsNaN(binary.Left)
            || IsNaN(binary.Right)
            ? null
            : Intervals.Compare(binary.Operator.Kind, left, right);
    }

    public static bool IsNaN(Expression side) => side.Unwrap() is NumberLiteral number && double.IsNaN(number.Value);

    /// <summary>The bounds that decide: <c>up lies between 0 and 1</c>.</summary>
    public static string Describe(LintSubject subject, BinaryExpression binary)
    {
        var (side, value) =
            subject.Value(binary.Left).Constant is null || subject.Value(binary.Right).Constant is not null
                ? (binary.Left, subject.Value(binary.Left))
                : (binary.Right, subject.Value(binary.Right));
        var name = subject.Quote(side.Unwrap());
        var number = value.Whole ? "a whole number" : "a number";
        return (double.IsInfinity(value.Min), double.IsInfinity(value.Max)) switch
        {
            (false, false) when value.Min.Equals(value.Max) => $"{name} is {Write(value.Min)}",
            (false, false) => $"{name} is {number} from {Write(value.Min)} to {Write(value.Max)}",
            (false, true) => $"{name} is {number} from {Write(value.Min)}",
            (true, false) => $"{name} is {number} up to {Write(value.Max)}",
            _ => $"{name} is {number}",
        };
    }

    private static string Write(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
