namespace Binnacle.PromQL.Syntax;

/// <summary>
/// One method for each kind of node, so that the compiler says when one is forgotten. Trees are at most
/// <see cref="PromQlOptions.MaxHeight"/> nodes high, which bounds a visitor that calls itself for what lies below.
/// </summary>
/// <typeparam name="TResult">What a visit yields.</typeparam>
public abstract class ExpressionVisitor<TResult>
{
    /// <summary>Calls the method for the kind of <paramref name="node"/>.</summary>
    public TResult Visit(Expression node) =>
        node switch
        {
            VectorSelector selector => VisitVectorSelector(selector),
            Call call => VisitCall(call),
            BinaryExpression binary => VisitBinary(binary),
            NumberLiteral number => VisitNumber(number),
            Aggregation aggregation => VisitAggregation(aggregation),
            MatrixSelector matrix => VisitMatrixSelector(matrix),
            ParenExpression paren => VisitParen(paren),
            StringLiteral literal => VisitString(literal),
            UnaryExpression unary => VisitUnary(unary),
            Subquery subquery => VisitSubquery(subquery),
            _ => throw new ArgumentException($"no kind of node: {node?.GetType()}", nameof(node)),
        };

    /// <summary>A number or a duration.</summary>
    protected abstract TResult VisitNumber(NumberLiteral node);

    /// <summary>A string.</summary>
    protected abstract TResult VisitString(StringLiteral node);

    /// <summary>Parentheses.</summary>
    protected abstract TResult VisitParen(ParenExpression node);

    /// <summary>A sign.</summary>
    protected abstract TResult VisitUnary(UnaryExpression node);

    /// <summary>A binary operator.</summary>
    protected abstract TResult VisitBinary(BinaryExpression node);

    /// <summary>A function call.</summary>
    protected abstract TResult VisitCall(Call node);

    /// <summary>An aggregation.</summary>
    protected abstract TResult VisitAggregation(Aggregation node);

    /// <summary>A selector without a range.</summary>
    protected abstract TResult VisitVectorSelector(VectorSelector node);

    /// <summary>A selector with a range.</summary>
    protected abstract TResult VisitMatrixSelector(MatrixSelector node);

    /// <summary>A subquery.</summary>
    protected abstract TResult VisitSubquery(Subquery node);
}
