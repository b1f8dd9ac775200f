using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>Binary operators: how tightly they bind and what they are called.</summary>
internal static class Operators
{
    /// <summary>The level at which a sign binds: <c>-a ^ b</c> is <c>-(a ^ b)</c>, <c>-a * b</c> is <c>(-a) * b</c>.</summary>
    public const int Power = 6;

    /// <summary>0 for what is no binary operator; higher binds tighter.</summary>
    public static int Precedence(Token token) =>
        token switch
        {
            { Keyword: Keyword.Or } => 1,
            { Keyword: Keyword.And or Keyword.Unless } => 2,
            { Kind: >= TokenKind.Equal and <= TokenKind.TrimLower } => 3,
            { Kind: TokenKind.Add or TokenKind.Subtract } => 4,
            { Kind: TokenKind.Multiply or TokenKind.Divide or TokenKind.Modulo } or { Keyword: Keyword.Atan2 } => 5,
            { Kind: TokenKind.Power } => Power,
            _ => 0,
        };

    /// <summary>Duration arithmetic knows no comparison, no set operation and no atan2.</summary>
    public static int DurationPrecedence(Token token) =>
        token.Kind is >= TokenKind.Add and <= TokenKind.Power ? Precedence(token) : 0;

    public static bool IsComparison(Token token) => token.Kind is >= TokenKind.Equal and <= TokenKind.GreaterOrEqual;

    public static bool IsSet(Token token) => token.Keyword is Keyword.And or Keyword.Or or Keyword.Unless;

    /// <summary>The operator of that text, unless it is a word; Error for none.</summary>
    public static TokenKind KindOf(string text) =>
        text switch
        {
            "==" => TokenKind.Equal,
            "!=" => TokenKind.NotEqual,
            "<=" => TokenKind.LessOrEqual,
            ">=" => TokenKind.GreaterOrEqual,
            "-" => TokenKind.Subtract,
            "*" => TokenKind.Multiply,
            "/" => TokenKind.Divide,
            _ => TokenKind.Error,
        };

    public static string Text(Token token) =>
        token.Kind switch
        {
            TokenKind.Equal => "==",
            TokenKind.NotEqual => "!=",
            TokenKind.Less => "<",
            TokenKind.LessOrEqual => "<=",
            TokenKind.Greater => ">",
            TokenKind.GreaterOrEqual => ">=",
            TokenKind.TrimUpper => "</",
            TokenKind.TrimLower => ">/",
            TokenKind.Add => "+",
            TokenKind.Subtract => "-",
            TokenKind.Multiply => "*",
            TokenKind.Divide => "/",
            TokenKind.Modulo => "%",
            TokenKind.Power => "^",
            TokenKind.Assign => "=",
            TokenKind.RegexMatch => "=~",
            TokenKind.RegexNoMatch => "!~",
            _ => Keywords.Text(token.Keyword),
        };
}
