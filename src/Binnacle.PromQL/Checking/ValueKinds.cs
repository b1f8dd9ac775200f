using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Checking;

/// <summary>Kinds of values: of expressions, and as errors name them.</summary>
public static class ValueKinds
{
    /// <summary>What a node yields, from the node itself: nothing below it is checked.</summary>
    public static ValueKind Of(Expression node)
    {
        while (true)
        {
            switch (node)
            {
                case ParenExpression paren:
                    node = paren.Inner;
                    continue;
                case UnaryExpression unary:
                    node = unary.Operand;
                    continue;
                case BinaryExpression binary:
                    // Scalar only when both are: a chain of operators is scalar as long as its right sides are.
                    if (Of(binary.Right) is not ValueKind.Scalar)
                    {
                        return ValueKind.Vector;
                    }

                    if (binary.Left is not BinaryExpression)
                    {
                        return Of(binary.Left) is ValueKind.Scalar ? ValueKind.Scalar : ValueKind.Vector;
                    }

                    node = binary.Left;
                    continue;
                default:
                    return OfLeaf(node);
            }
        }
    }

    /// <summary>The kind with its article, as an error names it.</summary>
    public static string Name(this ValueKind kind) =>
        kind switch
        {
            ValueKind.Scalar => "a scalar",
            ValueKind.String => "a string",
            ValueKind.Vector => "an instant vector",
            ValueKind.Matrix => "a range vector",
            _ => "any value",
        };

    private static ValueKind OfLeaf(Expression node) =>
        node switch
        {
            NumberLiteral => ValueKind.Scalar,
            StringLiteral => ValueKind.String,
            VectorSelector or Aggregation => ValueKind.Vector,
            MatrixSelector or Subquery => ValueKind.Matrix,
            Call call => call.Signature?.Returns ?? ValueKind.Unknown,
            _ => ValueKind.Unknown,
        };
}
