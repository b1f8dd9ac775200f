namespace Binnacle.PromQL.Lexing;

internal enum TokenKind : byte
{
    End,
    Error,
    Comment,
    Number,
    Duration,
    String,

    /// <summary>A name without a colon; <see cref="Token.Keyword"/> says whether the language gives it a meaning too.</summary>
    Identifier,

    /// <summary>A name with at least one colon, as recording rules have.</summary>
    MetricIdentifier,
    LeftParen,
    RightParen,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    Comma,
    Colon,
    At,
    Assign,
    RegexMatch,
    RegexNoMatch,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    TrimUpper,
    TrimLower,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
}
