using System.Runtime.CompilerServices;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Checking;

/// <summary>Checks what Prometheus checks on the tree (<c>checkAST</c>): kinds of values, numbers of arguments, matching clauses.</summary>
internal sealed class TypeChecker(string text)
{
    private readonly List<SyntaxError> _faults = [];

    public static IReadOnlyList<SyntaxError> Check(string text, Expression root, PromQlOptions options)
    {
        var checker = new TypeChecker(text);
        checker.Visit(root);
        return checker._faults;
    }

    private ValueKind Visit(Expression expression)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (expression)
        {
            case NumberLiteral:
                return ValueKind.Scalar;
            case StringLiteral:
                return ValueKind.String;
            case ParenExpression paren:
                return Visit(paren.Inner);
            case UnaryExpression unary:
                return VisitUnary(unary);
            case BinaryExpression binary:
                return VisitBinary(binary);
            case Call call:
                return VisitCall(call);
            case Aggregation aggregation:
                return VisitAggregation(aggregation);
            case VectorSelector selector:
                CheckSelector(selector);
                return ValueKind.Vector;
            case MatrixSelector matrix:
                Visit(matrix.Vector);
                return ValueKind.Matrix;
            case Subquery subquery:
                Require(subquery.Inner, ValueKind.Vector, "before a subquery's bracket");
                return ValueKind.Matrix;
            default:
                throw new InvalidOperationException($"no rule for {expression.GetType()}");
        }
    }

    private ValueKind VisitUnary(UnaryExpression unary)
    {
        var kind = Visit(unary.Operand);
        if (kind is ValueKind.String or ValueKind.Matrix)
        {
            Add(unary.Span.Start, $"a sign stands before {kind.Name()}", "a scalar or an instant vector");
        }

        return kind;
    }

    private ValueKind VisitBinary(BinaryExpression binary)
    {
        var left = VisitOperand(binary.Left);
        var right = VisitOperand(binary.Right);
        var at = binary.Operator.Offset;
        var name = Operators.Text(binary.Operator);
        var matching = binary.Matching;
        var comparison = Operators.IsComparison(binary.Operator);
        var set = Operators.IsSet(binary.Operator);
        if (matching.Bool && !comparison)
        {
            Add(at, $"bool behind {name}", "bool behind a comparison only");
        }

        if (comparison && !matching.Bool && left is ValueKind.Scalar && right is ValueKind.Scalar)
        {
            Add(at, "a comparison between scalars", $"{name} bool");
        }

        if (
            matching.Mode is MatchingMode.On
            && matching.Labels.Intersect(matching.Include).FirstOrDefault() is { } twice
        )
        {
            Add(at, $"the label \"{twice}\" stands in on and in the group clause", "it in one of them");
        }

        if (set && (left is ValueKind.Scalar || right is ValueKind.Scalar))
        {
            Add(at, $"{name} between scalars", "an instant vector on both sides");
        }
        else if (left is ValueKind.Scalar || right is ValueKind.Scalar)
        {
            if (matching.Labels.Count > 0)
            {
                Add(at, "on and ignoring stand between instant vectors only", "");
            }
        }
        else if (set && matching.Group is not Grouping.None)
        {
            Add(at, $"group_left and group_right do not go with {name}", "");
        }

        return left is ValueKind.Scalar && right is ValueKind.Scalar ? ValueKind.Scalar
            : left is ValueKind.Vector || right is ValueKind.Vector ? ValueKind.Vector
            : ValueKind.Unknown;
    }

    private ValueKind VisitOperand(Expression operand)
    {
        var kind = Visit(operand);
        if (kind is ValueKind.String or ValueKind.Matrix)
        {
            Add(
                operand.Span.Start,
                $"{kind.Name()} as an operand",
                kind is ValueKind.Matrix ? "an instant vector, such as rate(…[5m])" : "a scalar or an instant vector"
            );
            return ValueKind.Unknown;
        }

        return kind;
    }

    private ValueKind VisitCall(Call call)
    {
        if (call.Signature is not { } function)
        {
            foreach (var argument in call.Arguments)
            {
                Visit(argument);
            }

            return ValueKind.Unknown;
        }

        if (call.Arguments.Count < function.Minimum || call.Arguments.Count > function.Maximum)
        {
            var bounds =
                function.Minimum == function.Maximum ? $"{function.Minimum}"
                : function.Maximum == int.MaxValue ? $"at least {function.Minimum}"
                : $"{function.Minimum} to {function.Maximum}";
            Add(call.Span.Start, $"{function.Name} got {call.Arguments.Count} arguments", bounds);
        }

        for (var i = 0; i < call.Arguments.Count; i++)
        {
            if (function.Parameters.Count == 0 || (i >= function.Parameters.Count && function.Maximum < int.MaxValue))
            {
                break;
            }

            // The second argument of info selects labels, not series: it may match everything.
            if (function.Name is "info" && i == 1 && call.Arguments[i] is VectorSelector)
            {
                continue;
            }

            Require(
                call.Arguments[i],
                function.Parameters[Math.Min(i, function.Parameters.Count - 1)],
                $"as argument {i + 1} of {function.Name}"
            );
        }

        return function.Returns;
    }

    private ValueKind VisitAggregation(Aggregation aggregation)
    {
        var name = Operators.Text(new Token(TokenKind.Identifier, 0, 0, aggregation.Operator));
        if (aggregation.Operand is { } operand)
        {
            Require(operand, ValueKind.Vector, $"in {name}");
        }

        if (aggregation.Parameter is { } parameter && aggregation.Operator.TakesParameter())
        {
            var wanted = aggregation.Operator is Keyword.CountValues ? ValueKind.String : ValueKind.Scalar;
            Require(parameter, wanted, $"as the parameter of {name}");
        }

        return ValueKind.Vector;
    }

    private void CheckSelector(VectorSelector selector)
    {
        foreach (
            var matcher in selector.Matchers.Where(m => m.Operator is TokenKind.RegexMatch or TokenKind.RegexNoMatch)
        )
        {
            if (RegexSyntax.Fault(matcher.Value) is { } fault)
            {
                Add(matcher.Span.Start, $"bad regular expression for {matcher.Label}, {fault}", "");
            }
        }

        if (selector.Name is not null)
        {
            if (selector.Matchers.FirstOrDefault(matcher => matcher.Label is "__name__") is { } second)
            {
                Add(second.Span.Start, $"the metric name is set twice: {selector.Name} and {second.Value}", "it once");
            }
        }
        else if (selector.Matchers.All(MatchesEmpty.Of))
        {
            Add(
                selector.Span.Start,
                "the selector matches everything",
                "a metric name, or a matcher that does not match the empty string"
            );
        }
    }

    private void Require(Expression expression, ValueKind wanted, string place)
    {
        var kind = Visit(expression);
        if (kind != wanted && kind is not ValueKind.Unknown)
        {
            Add(expression.Span.Start, $"{kind.Name()} {place}", Hint(kind, wanted));
        }
    }

    private static string Hint(ValueKind kind, ValueKind wanted) =>
        (kind, wanted) switch
        {
            (ValueKind.Vector, ValueKind.Matrix) => "a range vector, such as foo[5m]",
            (ValueKind.Matrix, ValueKind.Vector) => "an instant vector, without a range",
            _ => wanted.Name(),
        };

    private void Add(int offset, string message, string expected) =>
        _faults.Add(SyntaxError.At(text, offset, message, expected));
}
