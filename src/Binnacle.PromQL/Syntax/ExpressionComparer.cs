using System.Diagnostics.CodeAnalysis;
using Binnacle.PromQL.Printing;

namespace Binnacle.PromQL.Syntax;

/// <summary>
/// Trees are equal when they mean the same to Prometheus whatever their places in the text: order of matchers, quoting,
/// units, empty clauses and comments do not count, parentheses do.
/// </summary>
public sealed class ExpressionComparer : IEqualityComparer<Expression>
{
    /// <summary>The one there is.</summary>
    public static ExpressionComparer Instance { get; } = new();

    private ExpressionComparer() { }

    /// <inheritdoc />
    public bool Equals(Expression? x, Expression? y) =>
        ReferenceEquals(x, y)
        || (
            x is not null
            && y is not null
            && string.Equals(PromQlPrinter.Canonical(x), PromQlPrinter.Canonical(y), StringComparison.Ordinal)
        );

    /// <inheritdoc />
    public int GetHashCode([DisallowNull] Expression obj) =>
        PromQlPrinter.Canonical(obj).GetHashCode(StringComparison.Ordinal);
}
