using Binnacle.PromQL.Checking;
using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>
/// A node of the syntax tree. Immutable; its span points into the text that it was parsed from. The kinds of nodes are
/// those in this file and no others; <see cref="ExpressionVisitor{TResult}"/> has a method for each.
/// </summary>
/// <param name="Span">Where it stands, modifiers included.</param>
public abstract record Expression(TextSpan Span);

/// <summary>A number, or a duration in seconds. A sign before it belongs to it.</summary>
/// <param name="Span">Where it stands, sign included.</param>
/// <param name="Value">The number; seconds for a duration.</param>
/// <param name="IsDuration">True for one written with units, such as <c>5m</c>.</param>
public sealed record NumberLiteral(TextSpan Span, double Value, bool IsDuration) : Expression(Span);

/// <summary>A string.</summary>
/// <param name="Span">Where it stands, quotes included.</param>
/// <param name="Value">
/// What it stands for, escapes resolved. Bytes that are no UTF-8 are the lone surrogates U+DC80 … U+DCFF.
/// </param>
public sealed record StringLiteral(TextSpan Span, string Value) : Expression(Span);

/// <summary>An expression, or a duration, in parentheses.</summary>
/// <param name="Span">Where it stands, parentheses included.</param>
/// <param name="Inner">What they hold.</param>
public sealed record ParenExpression(TextSpan Span, Expression Inner) : Expression(Span);

/// <summary>A sign before anything but a number.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Negative">False for a plus.</param>
/// <param name="Operand">What it stands before.</param>
public sealed record UnaryExpression(TextSpan Span, bool Negative, Expression Operand) : Expression(Span);

/// <summary>Two expressions, or two durations, and an operator between them.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Operator">The operator's token; its kind, and for <c>and</c>, <c>or</c>, <c>unless</c>, <c>atan2</c> its keyword, say which.</param>
/// <param name="Left">What stands before the operator.</param>
/// <param name="Right">What stands behind the operator and its clauses.</param>
/// <param name="Matching">The clauses; <see cref="VectorMatching.None"/> where there are none.</param>
public sealed record BinaryExpression(
    TextSpan Span,
    Token Operator,
    Expression Left,
    Expression Right,
    VectorMatching Matching
) : Expression(Span)
{
    /// <summary>The operator as Prometheus writes it: <c>==</c>, <c>and</c>, <c>+</c>.</summary>
    public string OperatorText => Operators.Text(Operator);

    /// <summary>True for <c>== != &lt; &lt;= &gt; &gt;=</c>.</summary>
    public bool IsComparison => Operators.IsComparison(Operator);

    /// <summary>True for <c>and</c>, <c>or</c> and <c>unless</c>.</summary>
    public bool IsSet => Operators.IsSet(Operator);
}

/// <summary>What stands between a binary operator and its right operand.</summary>
/// <param name="Bool">True with <c>bool</c>: a comparison that yields 0 or 1 instead of filtering.</param>
/// <param name="Mode">Which of the clauses on and ignoring there is.</param>
/// <param name="Labels">The labels of that clause.</param>
/// <param name="Group">Which of group_left and group_right there is.</param>
/// <param name="Include">The labels of that clause.</param>
/// <param name="FillLeft">The value for series that the left side misses, from <c>fill</c> or <c>fill_left</c>.</param>
/// <param name="FillRight">The value for series that the right side misses, from <c>fill</c> or <c>fill_right</c>.</param>
public sealed record VectorMatching(
    bool Bool,
    MatchingMode Mode,
    IReadOnlyList<string> Labels,
    Grouping Group,
    IReadOnlyList<string> Include,
    double? FillLeft,
    double? FillRight
)
{
    /// <summary>No clause at all.</summary>
    public static VectorMatching None { get; } = new(false, MatchingMode.None, [], Grouping.None, [], null, null);

    /// <summary>Where the clauses stand, from the first word to the last parenthesis; empty where there are none.</summary>
    public TextSpan Span { get; init; }
}

/// <summary>Which labels decide what two series match.</summary>
public enum MatchingMode : byte
{
    /// <summary>All of them.</summary>
    None,

    /// <summary>Those listed: <c>on (…)</c>.</summary>
    On,

    /// <summary>All but those listed: <c>ignoring (…)</c>.</summary>
    Ignoring,
}

/// <summary>Which side may have many series for one of the other side.</summary>
public enum Grouping : byte
{
    /// <summary>Neither.</summary>
    None,

    /// <summary>The left one: <c>group_left</c>.</summary>
    Left,

    /// <summary>The right one: <c>group_right</c>.</summary>
    Right,
}

/// <summary>A function call.</summary>
/// <param name="Span">Where it stands, from the name to the closing parenthesis.</param>
/// <param name="Name">The name's token.</param>
/// <param name="Function">The name; functions that are keywords too (<c>step</c>) in lower case.</param>
/// <param name="Arguments">What the parentheses hold.</param>
public sealed record Call(TextSpan Span, Token Name, string Function, IReadOnlyList<Expression> Arguments)
    : Expression(Span)
{
    /// <summary>The function's parameters and result; null for a function that no Prometheus has.</summary>
    public Function? Signature { get; init; }
}

/// <summary>An aggregation; <paramref name="Operand"/> is absent only in a tree with that fault.</summary>
/// <param name="Span">Where it stands, from the operator's name to the last parenthesis.</param>
/// <param name="Operator">Which aggregation.</param>
/// <param name="Without">True with <c>without (…)</c>.</param>
/// <param name="Labels">The labels of by or without.</param>
/// <param name="Parameter">What stands before the operand, as in <c>topk(3, x)</c>.</param>
/// <param name="Operand">What is aggregated.</param>
public sealed record Aggregation(
    TextSpan Span,
    Keyword Operator,
    bool Without,
    IReadOnlyList<string> Labels,
    Expression? Parameter,
    Expression? Operand
) : Expression(Span)
{
    /// <summary>The name as Prometheus writes it: <c>count_values</c>.</summary>
    public string OperatorText => Keywords.Text(Operator);

    /// <summary>Where the clause by or without stands, label list included; null without one.</summary>
    public TextSpan? Clause { get; init; }
}

/// <summary>A vector selector. <paramref name="Name"/> is the metric name before the braces; <paramref name="Braces"/> may be absent.</summary>
/// <param name="Span">Where it stands, modifiers included.</param>
/// <param name="Name">The metric name before the braces. One inside the braces is a matcher on <c>__name__</c>.</param>
/// <param name="Braces">Where the braces stand.</param>
/// <param name="Matchers">What they hold, in the order of the text.</param>
/// <param name="Modifiers">What follows it.</param>
public sealed record VectorSelector(
    TextSpan Span,
    string? Name,
    TextSpan? Braces,
    IReadOnlyList<LabelMatcher> Matchers,
    Modifiers Modifiers
) : Expression(Span)
{
    /// <summary>
    /// The one metric that it can select: the name before the braces, or an equality matcher on <c>__name__</c>; null
    /// where neither stands.
    /// </summary>
    public string? MetricName
    {
        get
        {
            if (Name is not null)
            {
                return Name;
            }

            foreach (var matcher in Matchers)
            {
                if (matcher is { Label: "__name__", Operator: TokenKind.Assign })
                {
                    return matcher.Value;
                }
            }

            return null;
        }
    }
}

/// <summary>One matcher; a quoted metric name inside the braces is an equality matcher on <c>__name__</c>.</summary>
/// <param name="Span">Where it stands, from the label to the value.</param>
/// <param name="Label">The label's name.</param>
/// <param name="Operator"><c>=</c> is <see cref="TokenKind.Assign"/>; NotEqual, RegexMatch and RegexNoMatch are the others.</param>
/// <param name="Value">The value, or the pattern, escapes resolved.</param>
public sealed record LabelMatcher(TextSpan Span, string Label, TokenKind Operator, string Value)
{
    /// <summary>Where the value stands, quotes included.</summary>
    public TextSpan ValueSpan { get; init; }

    /// <summary>True for a quoted metric name that stands alone: <c>{"my.metric"}</c>.</summary>
    public bool IsQuotedName { get; init; }

    /// <summary>True for <c>=~</c> and <c>!~</c>.</summary>
    public bool IsRegex => Operator is TokenKind.RegexMatch or TokenKind.RegexNoMatch;

    /// <summary>The operator as Prometheus writes it.</summary>
    public string OperatorText =>
        Operator switch
        {
            TokenKind.Assign => "=",
            TokenKind.NotEqual => "!=",
            TokenKind.RegexMatch => "=~",
            _ => "!~",
        };
}

/// <summary>A range behind a selector: <c>foo[5m]</c>.</summary>
/// <param name="Span">Where it stands, modifiers included.</param>
/// <param name="Vector">The selector; anything else only in a tree with that fault.</param>
/// <param name="Range">The duration: a <see cref="NumberLiteral"/> unless duration expressions are in use.</param>
/// <param name="Modifiers">What follows the bracket.</param>
public sealed record MatrixSelector(TextSpan Span, Expression Vector, Expression Range, Modifiers Modifiers)
    : Expression(Span);

/// <summary>A subquery: <c>foo[1h:5m]</c>.</summary>
/// <param name="Span">Where it stands, modifiers included.</param>
/// <param name="Inner">What is queried.</param>
/// <param name="Range">How far back: a <see cref="NumberLiteral"/> unless duration expressions are in use.</param>
/// <param name="Step">The resolution; null for the evaluation interval.</param>
/// <param name="Modifiers">What follows the bracket.</param>
public sealed record Subquery(TextSpan Span, Expression Inner, Expression Range, Expression? Step, Modifiers Modifiers)
    : Expression(Span);

/// <summary>What follows a selector or a subquery.</summary>
/// <param name="Offset">The duration behind offset, sign included.</param>
/// <param name="At">What stands behind @.</param>
/// <param name="Anchored">True with the word (experimental).</param>
/// <param name="Smoothed">True with the word (experimental).</param>
public sealed record Modifiers(Expression? Offset, AtModifier? At, bool Anchored, bool Smoothed)
{
    /// <summary>No modifier at all.</summary>
    public static Modifiers None { get; } = new(null, null, false, false);
}

/// <summary>A time (Unix seconds) or, without one, <c>start()</c> or <c>end()</c>.</summary>
/// <param name="Timestamp">The time.</param>
/// <param name="Anchor"><see cref="Keyword.Start"/>, <see cref="Keyword.End"/>, or None with a time.</param>
public sealed record AtModifier(double? Timestamp, Keyword Anchor);
