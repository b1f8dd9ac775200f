namespace Binnacle.PromQL.Syntax;

/// <summary>Ways through a tree. None of them calls itself: they work on a stack of any size.</summary>
public static class Traversal
{
    /// <summary>
    /// Calls <paramref name="visit"/> for the node and everything below it, in the order of the text. Durations in brackets
    /// and behind offset are not part of the walk.
    /// </summary>
    public static void Walk(this Expression node, Action<Expression> visit)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(visit);
        foreach (var found in node.DescendantsAndSelf())
        {
            visit(found);
        }
    }

    /// <summary>The node and everything below it, parents first, in the order of the text; without durations.</summary>
    public static IEnumerable<Expression> DescendantsAndSelf(this Expression node)
    {
        var waiting = new Stack<Expression>();
        waiting.Push(node);
        while (waiting.TryPop(out var next))
        {
            yield return next;
            PushChildren(next, waiting);
        }
    }

    /// <summary>What lies directly below the node, in the order of the text; without durations.</summary>
    public static IReadOnlyList<Expression> Children(this Expression node) =>
        node switch
        {
            ParenExpression paren => [paren.Inner],
            UnaryExpression unary => [unary.Operand],
            BinaryExpression binary => [binary.Left, binary.Right],
            Call call => call.Arguments,
            Aggregation { Parameter: { } parameter, Operand: { } operand } => [parameter, operand],
            Aggregation { Operand: { } operand } => [operand],
            MatrixSelector matrix => [matrix.Vector],
            Subquery subquery => [subquery.Inner],
            _ => [],
        };

    /// <summary>The expression inside any number of parentheses.</summary>
    public static Expression WithoutParentheses(this Expression node)
    {
        while (node is ParenExpression paren)
        {
            node = paren.Inner;
        }

        return node;
    }

    private static void PushChildren(Expression node, Stack<Expression> waiting)
    {
        switch (node)
        {
            case ParenExpression paren:
                waiting.Push(paren.Inner);
                break;
            case UnaryExpression unary:
                waiting.Push(unary.Operand);
                break;
            case BinaryExpression binary:
                waiting.Push(binary.Right);
                waiting.Push(binary.Left);
                break;
            case Call call:
                for (var i = call.Arguments.Count - 1; i >= 0; i--)
                {
                    waiting.Push(call.Arguments[i]);
                }

                break;
            case Aggregation aggregation:
                PushIfAny(aggregation.Operand, waiting);
                PushIfAny(aggregation.Parameter, waiting);
                break;
            case MatrixSelector matrix:
                waiting.Push(matrix.Vector);
                break;
            case Subquery subquery:
                waiting.Push(subquery.Inner);
                break;
        }
    }

    private static void PushIfAny(Expression? node, Stack<Expression> waiting)
    {
        if (node is not null)
        {
            waiting.Push(node);
        }
    }
}
