using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.RegularExpressions;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Checking;

/// <summary>Checks what Prometheus checks on the tree (<c>checkAST</c>): kinds of values, numbers of arguments, matching clauses.</summary>
internal sealed class TypeChecker(string text, Dialect dialect)
{
    private List<SyntaxError>? _faults;

    // Operators in a row nest to the left without end: they wait here instead of on the stack.
    private readonly List<BinaryExpression> _chain = [];

    public static IReadOnlyList<SyntaxError> Check(string text, Expression root, Dialect dialect)
    {
        var checker = new TypeChecker(text, dialect);
        checker.Visit(root);
        return checker._faults ?? (IReadOnlyList<SyntaxError>)[];
    }

    private ValueKind Visit(Expression expression)
    {
        switch (expression)
        {
            case VectorSelector selector:
                CheckSelector(selector, mayMatchAll: false);
                return ValueKind.Vector;
            case Call call:
                return VisitCall(call);
            case BinaryExpression binary:
                return VisitChain(binary);
            case NumberLiteral:
                return ValueKind.Scalar;
            case Aggregation aggregation:
                return VisitAggregation(aggregation);
            case MatrixSelector matrix:
                Visit(matrix.Vector);
                return ValueKind.Matrix;
            case ParenExpression paren:
                return Visit(paren.Inner);
            case StringLiteral:
                return ValueKind.String;
            case UnaryExpression unary:
                return VisitUnary(unary);
            case Subquery subquery:
                Require(subquery.Inner, ValueKind.Vector, "before a subquery's bracket", "");
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
            Add(unary.Span, $"a sign stands before {kind.Name()}", "a scalar or an instant vector");
        }

        return kind;
    }

    private ValueKind VisitChain(BinaryExpression binary)
    {
        var bottom = _chain.Count;
        Expression first = binary;
        while (first is BinaryExpression next)
        {
            _chain.Add(next);
            first = next.Left;
        }

        var kind = VisitOperand(first);
        while (_chain.Count > bottom)
        {
            var operation = _chain[^1];
            _chain.RemoveAt(_chain.Count - 1);
            kind = CheckBinary(operation, kind, VisitOperand(operation.Right));
        }

        return kind;
    }

    private ValueKind CheckBinary(BinaryExpression binary, ValueKind left, ValueKind right)
    {
        var matching = binary.Matching;
        var comparison = binary.IsComparison;
        var scalar = left is ValueKind.Scalar || right is ValueKind.Scalar;
        if (!ReferenceEquals(matching, VectorMatching.None))
        {
            CheckMatching(binary, scalar);
        }

        if (comparison && !matching.Bool && left is ValueKind.Scalar && right is ValueKind.Scalar)
        {
            Add(binary.Operator, "a comparison between scalars", $"{binary.OperatorText} bool");
        }

        if (scalar && binary.IsSet)
        {
            Add(binary.Operator, $"{binary.OperatorText} between scalars", "an instant vector on both sides");
        }

        return left is ValueKind.Scalar && right is ValueKind.Scalar ? ValueKind.Scalar
            : left is ValueKind.Vector || right is ValueKind.Vector ? ValueKind.Vector
            : ValueKind.Unknown;
    }

    private void CheckMatching(BinaryExpression binary, bool scalar)
    {
        var matching = binary.Matching;
        var name = binary.OperatorText;
        if (matching.Bool && !binary.IsComparison)
        {
            Add(binary.Operator, $"bool behind {name}", "bool behind a comparison only");
        }

        if (matching.Mode is MatchingMode.On && Common(matching.Labels, matching.Include) is { } twice)
        {
            Add(matching.Span, $"the label \"{twice}\" stands in on and in the group clause", "it in one of them");
        }

        var fills = matching.FillLeft is not null || matching.FillRight is not null;
        if (scalar)
        {
            if (matching.Labels.Count > 0 && !binary.IsSet)
            {
                Add(matching.Span, "on and ignoring stand between instant vectors only", "");
            }

            if (fills)
            {
                Add(matching.Span, "fill stands between instant vectors only", "");
            }
        }
        else if (binary.IsSet)
        {
            if (matching.Group is not Grouping.None)
            {
                Add(matching.Span, $"group_left and group_right do not go with {name}", "");
            }

            if (fills)
            {
                Add(matching.Span, $"fill does not go with {name}", "");
            }
        }
    }

    private static string? Common(IReadOnlyList<string> labels, IReadOnlyList<string> include)
    {
        // Long lists are no more than a test of patience.
        if (labels.Count * include.Count > 64)
        {
            return labels.Intersect(include, StringComparer.Ordinal).FirstOrDefault();
        }

        for (var i = 0; i < labels.Count; i++)
        {
            for (var j = 0; j < include.Count; j++)
            {
                if (labels[i] == include[j])
                {
                    return labels[i];
                }
            }
        }

        return null;
    }

    private ValueKind VisitOperand(Expression operand)
    {
        var kind = Visit(operand);
        if (kind is ValueKind.String or ValueKind.Matrix)
        {
            Add(
                operand.Span,
                $"{kind.Name()} as an operand",
                kind is ValueKind.Matrix ? "an instant vector, such as rate(…[5m])" : "a scalar or an instant vector"
            );
            return ValueKind.Unknown;
        }

        return kind;
    }

    private ValueKind VisitCall(Call call)
    {
        var arguments = call.Arguments;
        if (call.Signature is not { } function)
        {
            for (var i = 0; i < arguments.Count; i++)
            {
                Visit(arguments[i]);
            }

            return ValueKind.Unknown;
        }

        if (arguments.Count < function.Minimum || arguments.Count > function.Maximum)
        {
            var bounds =
                function.Minimum == function.Maximum ? $"{function.Minimum}"
                : function.Maximum == int.MaxValue ? $"at least {function.Minimum}"
                : $"{function.Minimum} to {function.Maximum}";
            Add(call.Span, $"{function.Name} got {arguments.Count} arguments", bounds);
        }

        var parameters = function.Parameters;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (i == 1 && function.Name is "info")
            {
                CheckInfoSelector(arguments[1]);
            }
            else if (i < parameters.Count || function.Maximum != function.Minimum)
            {
                var wanted = parameters[Math.Min(i, parameters.Count - 1)];
                RequireArgument(arguments[i], wanted, function, i);
            }
        }

        return function.Returns;
    }

    /// <summary>The second argument of info selects labels, not series: it has no name and may match everything.</summary>
    private void CheckInfoSelector(Expression argument)
    {
        if (argument is not VectorSelector selector)
        {
            Add(argument.Span, "the second argument of info is no plain selector", "label matchers, such as {a=\"b\"}");
        }
        else if (selector.Name is not null)
        {
            Add(argument.Span, "the second argument of info names a metric", "label matchers, such as {a=\"b\"}");
        }
        else
        {
            CheckSelector(selector, mayMatchAll: true);
        }
    }

    private ValueKind VisitAggregation(Aggregation aggregation)
    {
        if (aggregation.Operand is { } operand)
        {
            Require(operand, ValueKind.Vector, "in ", aggregation.OperatorText);
        }

        if (aggregation.Parameter is { } parameter && aggregation.Operator.TakesParameter())
        {
            var wanted = aggregation.Operator is Keyword.CountValues ? ValueKind.String : ValueKind.Scalar;
            Require(parameter, wanted, "as the parameter of ", aggregation.OperatorText);
        }

        return ValueKind.Vector;
    }

    private void CheckSelector(VectorSelector selector, bool mayMatchAll)
    {
        var matchers = selector.Matchers;
        for (var i = 0; i < matchers.Count; i++)
        {
            var matcher = matchers[i];
            if (matcher.IsRegex && RegexSyntax.Fault(matcher.Value, dialect) is { } fault)
            {
                AddRegexFault(matcher, fault);
            }

            if (selector.Name is not null && matcher.Label is "__name__")
            {
                Add(matcher.Span, $"the metric name is set twice: {selector.Name} and {matcher.Value}", "it once");
            }
        }

        if (selector.Name is null && !mayMatchAll && MatchesAll(matchers))
        {
            Add(
                selector.Span,
                "the selector matches everything",
                "a metric name, or a matcher that does not match the empty string"
            );
        }
    }

    /// <summary>Under the faulty part of the expression, also where escapes of the string make it longer than it is.</summary>
    private void AddRegexFault(LabelMatcher matcher, Re2Fault fault)
    {
        var literal = matcher.ValueSpan.In(text);
        var start = matcher.ValueSpan.Start;
        var span = new TextSpan(
            start + StringText.PositionOf(literal, fault.Offset),
            start + StringText.PositionOf(literal, fault.End)
        );
        Add(span, $"bad regular expression for {matcher.Label}, {fault}", "");
    }

    private static bool MatchesAll(IReadOnlyList<LabelMatcher> matchers)
    {
        for (var i = 0; i < matchers.Count; i++)
        {
            if (!MatchesEmpty.Of(matchers[i]))
            {
                return false;
            }
        }

        return true;
    }

    private void RequireArgument(Expression expression, ValueKind wanted, Function function, int index)
    {
        var kind = Visit(expression);
        if (kind != wanted && kind is not ValueKind.Unknown)
        {
            Add(expression.Span, $"{kind.Name()} as argument {index + 1} of {function.Name}", Hint(kind, wanted));
        }
    }

    private void Require(Expression expression, ValueKind wanted, string place, string name)
    {
        var kind = Visit(expression);
        if (kind != wanted && kind is not ValueKind.Unknown)
        {
            Add(expression.Span, $"{kind.Name()} {place}{name}", Hint(kind, wanted));
        }
    }

    private static string Hint(ValueKind kind, ValueKind wanted) =>
        (kind, wanted) switch
        {
            (ValueKind.Vector, ValueKind.Matrix) => "a range vector, such as foo[5m]",
            (ValueKind.Matrix, ValueKind.Vector) => "an instant vector, without a range",
            _ => wanted.Name(),
        };

    private void Add(Token token, string message, string expected) => Add(TextSpan.Of(token), message, expected);

    private void Add(TextSpan span, string message, string expected)
    {
        _faults ??= [];
        if (_faults.Count < Parser.MaxFaults)
        {
            _faults.Add(SyntaxError.Spanning(text, span.Start, span.End, message, expected));
        }
    }
}
