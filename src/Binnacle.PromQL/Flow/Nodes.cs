using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Flow;

/// <summary>Short questions to nodes.</summary>
internal static class Nodes
{
    /// <summary>The node without the parentheses around it.</summary>
    public static Expression Unwrap(this Expression node)
    {
        while (node is ParenExpression paren)
        {
            node = paren.Inner;
        }

        return node;
    }

    /// <summary>The selector that a node is, with or without a range and parentheses; null for anything else.</summary>
    public static VectorSelector? AsSelector(this Expression node) =>
        node.Unwrap() switch
        {
            VectorSelector selector => selector,
            MatrixSelector matrix => matrix.Vector.Unwrap() as VectorSelector,
            _ => null,
        };

    /// <summary>A duration or number written out, in seconds; null where it is computed.</summary>
    public static double? Seconds(this Expression? node) => (node as NumberLiteral)?.Value;

    /// <summary>The span of the operator between the operands.</summary>
    public static TextSpan OperatorSpan(this BinaryExpression binary) => TextSpan.Of(binary.Operator);

    /// <summary>The span of the function's name.</summary>
    public static TextSpan NameSpan(this Call call) => TextSpan.Of(call.Name);

    /// <summary>The span of the aggregation's name.</summary>
    public static TextSpan NameSpan(this Aggregation aggregation) =>
        new(aggregation.Span.Start, aggregation.Span.Start + aggregation.OperatorText.Length);

    /// <summary>The clause by or without, or the name where there is none.</summary>
    public static TextSpan ClauseSpan(this Aggregation aggregation) => aggregation.Clause ?? aggregation.NameSpan();
}
