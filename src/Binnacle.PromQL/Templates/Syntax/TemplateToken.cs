namespace Binnacle.PromQL.Templates.Syntax;

internal enum TemplateTokenKind
{
    End,
    Error,
    Text,
    LeftDelimiter,
    RightDelimiter,
    LeftParenthesis,
    RightParenthesis,
    Pipe,
    Comma,
    Declare,
    Assign,

    /// <summary>Any other printable ASCII character; no action may hold one.</summary>
    Character,
    Bool,
    CharConstant,
    Complex,
    Number,
    QuotedString,
    RawString,
    Dot,
    Field,
    Identifier,
    Nil,
    Variable,
    Block,
    Break,
    Continue,
    Define,
    Else,
    EndKeyword,
    If,
    Range,
    Template,
    With,
}

/// <summary>A token; <paramref name="SpaceBefore"/> tells arguments from one another (<c>.a.b</c> and <c>.a .b</c>).</summary>
internal readonly record struct TemplateToken(TemplateTokenKind Kind, int Start, int End, bool SpaceBefore)
{
    public ReadOnlySpan<char> In(string text) => text.AsSpan(Start, End - Start);
}
