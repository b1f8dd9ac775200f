using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>A part of an expression: half-open range of characters.</summary>
internal readonly record struct TextSpan(int Start, int End)
{
    public TextSpan To(TextSpan other) => new(Start, other.End);

    public static TextSpan Of(Token token) => new(token.Offset, token.End);
}

/// <summary>A node of the syntax tree. Immutable; its span points into the text it was parsed from.</summary>
internal abstract record Expression(TextSpan Span);

/// <summary>A number, or a duration in seconds. A sign before it belongs to it.</summary>
internal sealed record NumberLiteral(TextSpan Span, double Value, bool IsDuration) : Expression(Span);

internal sealed record StringLiteral(TextSpan Span, string Value) : Expression(Span);

internal sealed record ParenExpression(TextSpan Span, Expression Inner) : Expression(Span);

internal sealed record UnaryExpression(TextSpan Span, bool Negative, Expression Operand) : Expression(Span);

internal sealed record BinaryExpression(
    TextSpan Span,
    Token Operator,
    Expression Left,
    Expression Right,
    VectorMatching Matching
) : Expression(Span);

/// <summary>What stands between a binary operator and its right operand.</summary>
internal sealed record VectorMatching(
    bool Bool,
    MatchingMode Mode,
    IReadOnlyList<string> Labels,
    Grouping Group,
    IReadOnlyList<string> Include,
    double? FillLeft,
    double? FillRight
)
{
    public static readonly VectorMatching None = new(false, MatchingMode.None, [], Grouping.None, [], null, null);
}

internal enum MatchingMode : byte
{
    None,
    On,
    Ignoring,
}

internal enum Grouping : byte
{
    None,
    Left,
    Right,
}

internal sealed record Call(TextSpan Span, Token Name, string Function, IReadOnlyList<Expression> Arguments)
    : Expression(Span);

/// <summary>An aggregation; <paramref name="Operand"/> is absent only in a tree with that fault.</summary>
internal sealed record Aggregation(
    TextSpan Span,
    Keyword Operator,
    bool Without,
    IReadOnlyList<string> Labels,
    Expression? Parameter,
    Expression? Operand
) : Expression(Span);

/// <summary>A vector selector. <paramref name="Name"/> is the metric name before the braces; <paramref name="Braces"/> may be absent.</summary>
internal sealed record VectorSelector(
    TextSpan Span,
    string? Name,
    TextSpan? Braces,
    IReadOnlyList<LabelMatcher> Matchers,
    Modifiers Modifiers
) : Expression(Span);

/// <summary>One matcher; a quoted metric name inside the braces is an equality matcher on <c>__name__</c>.</summary>
internal sealed record LabelMatcher(TextSpan Span, string Label, TokenKind Operator, string Value);

internal sealed record MatrixSelector(TextSpan Span, Expression Vector, Expression Range, Modifiers Modifiers)
    : Expression(Span);

internal sealed record Subquery(
    TextSpan Span,
    Expression Inner,
    Expression Range,
    Expression? Step,
    Modifiers Modifiers
) : Expression(Span);

/// <summary>What follows a selector or a subquery.</summary>
internal sealed record Modifiers(Expression? Offset, AtModifier? At, bool Anchored, bool Smoothed)
{
    public static readonly Modifiers None = new(null, null, false, false);
}

/// <summary>A time (Unix seconds) or, without one, <c>start()</c> or <c>end()</c>.</summary>
internal sealed record AtModifier(double? Timestamp, Keyword Anchor);
