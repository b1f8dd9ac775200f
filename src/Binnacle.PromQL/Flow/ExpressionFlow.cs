using System.Runtime.CompilerServices;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Flow;

/// <summary>Labels and values of every part of an expression, found in one pass from the leaves up. Not for several threads at once.</summary>
public sealed class ExpressionFlow
{
    private readonly Dictionary<Expression, (LabelFlow Labels, ValueFlow Value)> _flows = new(
        ReferenceEqualityComparer.Instance
    );

    private Dictionary<LabelMatcher, PatternFacts>? _patterns;

    private ExpressionFlow() { }

    /// <summary>The flow of <paramref name="root"/> and all below it.</summary>
    public static ExpressionFlow Of(Expression root)
    {
        var flow = new ExpressionFlow();
        flow.Visit(root);
        return flow;
    }

    /// <summary>The labels of a part's result.</summary>
    public LabelFlow Labels(Expression part) => _flows[part].Labels;

    /// <summary>The values of a part's result.</summary>
    public ValueFlow Value(Expression part) => _flows[part].Value;

    /// <summary>What a regular expression of the tree matches; read once.</summary>
    internal PatternFacts Pattern(LabelMatcher matcher)
    {
        _patterns ??= new Dictionary<LabelMatcher, PatternFacts>(ReferenceEqualityComparer.Instance);
        if (!_patterns.TryGetValue(matcher, out var pattern))
        {
            _patterns[matcher] = pattern = PatternFacts.Of(matcher.Value);
        }

        return pattern;
    }

    private (LabelFlow Labels, ValueFlow Value) Visit(Expression node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var flow = node switch
        {
            NumberLiteral number => (NoSeries(node), ValueFlow.Of(number.Value)),
            ParenExpression paren => Visit(paren.Inner),
            UnaryExpression unary => VisitUnary(unary),
            BinaryExpression binary => VisitBinary(binary),
            Aggregation aggregation => VisitAggregation(aggregation),
            Call call => VisitCall(call),
            VectorSelector selector => (SelectorLabels.Of(selector, this), ValuesOf(selector)),
            MatrixSelector matrix => Visit(matrix.Vector),
            Subquery subquery => VisitSubquery(subquery),
            _ => (NoSeries(node), ValueFlow.Any with { IsScalar = true }),
        };
        _flows[node] = flow;
        return flow;
    }

    private static LabelFlow NoSeries(Expression node) => LabelFlow.None(LabelLossKind.NoSeries, node.Span, node);

    private static ValueFlow ValuesOf(VectorSelector selector) => MetricNames.Values(selector.MetricName);

    private (LabelFlow, ValueFlow) VisitUnary(UnaryExpression unary)
    {
        var (labels, value) = Visit(unary.Operand);
        return unary.Negative
            ? (
                value.IsScalar ? labels : labels.WithoutName(unary.Span, unary),
                value.Within(0 - value.Max, 0 - value.Min)
            )
            : (labels, value);
    }

    private (LabelFlow, ValueFlow) VisitSubquery(Subquery subquery)
    {
        var (labels, value) = Visit(subquery.Inner);
        // Over a range, a filter leaves the moments at which it held.
        return (labels, value);
    }

    private (LabelFlow, ValueFlow) VisitAggregation(Aggregation aggregation)
    {
        if (aggregation.Parameter is not null)
        {
            Visit(aggregation.Parameter);
        }

        if (aggregation.Operand is null)
        {
            return (NoSeries(aggregation), ValueFlow.Any);
        }

        var (labels, value) = Visit(aggregation.Operand);
        return (AggregationLabels.Of(aggregation, labels), AggregationValues.Of(aggregation, value));
    }

    private (LabelFlow, ValueFlow) VisitCall(Call call)
    {
        var arguments = call.Arguments;
        for (var i = 0; i < arguments.Count; i++)
        {
            Visit(arguments[i]);
        }

        var vector = CallLabels.VectorArgument(call);
        var labels = CallLabels.Of(call, vector is null ? null : Labels(vector));
        var value = CallValues.Of(call, vector is null ? ValueFlow.Any : Value(vector), this);
        return (labels, value);
    }

    private (LabelFlow, ValueFlow) VisitBinary(BinaryExpression binary)
    {
        var (leftLabels, left) = Visit(binary.Left);
        var (rightLabels, right) = Visit(binary.Right);
        var value = BinaryValues.Of(binary, left, right);
        if (!left.IsScalar && !right.IsScalar && !binary.IsSet && !(HasNoLabel(leftLabels) && HasNoLabel(rightLabels)))
        {
            // Both sides may be there and not match.
            value = value with
            {
                AlwaysReturns = false,
            };
        }

        var labels = (left.IsScalar, right.IsScalar) switch
        {
            (true, true) => NoSeries(binary),
            (true, false) => BinaryLabels.BesideScalar(binary, rightLabels),
            (false, true) => BinaryLabels.BesideScalar(binary, leftLabels),
            _ => BinaryLabels.OfVectors(binary, leftLabels, rightLabels),
        };
        return (labels, value);
    }

    private static bool HasNoLabel(LabelFlow labels) =>
        !labels.IsOpen && labels.Facts.All(fact => fact.Presence is LabelPresence.Never);
}
