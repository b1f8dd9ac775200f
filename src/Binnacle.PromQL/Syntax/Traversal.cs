using System.Runtime.CompilerServices;

namespace Binnacle.PromQL.Syntax;

internal static class Traversal
{
    /// <summary>Calls <paramref name="visit"/> for the node and everything below it, in the order of the text.</summary>
    public static void Walk(this Expression node, Action<Expression> visit)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        visit(node);
        switch (node)
        {
            case ParenExpression paren:
                paren.Inner.Walk(visit);
                break;
            case UnaryExpression unary:
                unary.Operand.Walk(visit);
                break;
            case BinaryExpression binary:
                binary.Left.Walk(visit);
                binary.Right.Walk(visit);
                break;
            case Call call:
                foreach (var argument in call.Arguments)
                {
                    argument.Walk(visit);
                }

                break;
            case Aggregation aggregation:
                aggregation.Parameter?.Walk(visit);
                aggregation.Operand?.Walk(visit);
                break;
            case MatrixSelector matrix:
                matrix.Vector.Walk(visit);
                break;
            case Subquery subquery:
                subquery.Inner.Walk(visit);
                break;
        }
    }
}
