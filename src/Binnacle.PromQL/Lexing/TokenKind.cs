namespace Binnacle.PromQL.Lexing;

/// <summary>What a token is.</summary>
public enum TokenKind : byte
{
    /// <summary>The end of the text.</summary>
    End,

    /// <summary>What no token starts with; the lexer stops there.</summary>
    Error,

    /// <summary>From # to the end of the line.</summary>
    Comment,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A duration such as 5m.</summary>
    Duration,

    /// <summary>A quoted string, quotes included.</summary>
    String,

    /// <summary>A name without a colon; <see cref="Token.Keyword"/> says whether the language gives it a meaning too.</summary>
    Identifier,

    /// <summary>A name with at least one colon, as recording rules have.</summary>
    MetricIdentifier,

    /// <summary><c>(</c></summary>
    LeftParen,

    /// <summary><c>)</c></summary>
    RightParen,

    /// <summary><c>{</c></summary>
    LeftBrace,

    /// <summary><c>}</c></summary>
    RightBrace,

    /// <summary><c>[</c></summary>
    LeftBracket,

    /// <summary><c>]</c></summary>
    RightBracket,

    /// <summary><c>,</c></summary>
    Comma,

    /// <summary>: inside brackets.</summary>
    Colon,

    /// <summary><c>@</c></summary>
    At,

    /// <summary>=, in matchers.</summary>
    Assign,

    /// <summary><c>=~</c></summary>
    RegexMatch,

    /// <summary><c>!~</c></summary>
    RegexNoMatch,

    /// <summary><c>==</c></summary>
    Equal,

    /// <summary>!=, in matchers and as an operator.</summary>
    NotEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,

    /// <summary>&lt;/, experimental.</summary>
    TrimUpper,

    /// <summary>&gt;/, experimental.</summary>
    TrimLower,

    /// <summary><c>+</c></summary>
    Add,

    /// <summary><c>-</c></summary>
    Subtract,

    /// <summary><c>*</c></summary>
    Multiply,

    /// <summary><c>/</c></summary>
    Divide,

    /// <summary><c>%</c></summary>
    Modulo,

    /// <summary><c>^</c></summary>
    Power,
}
