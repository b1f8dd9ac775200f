using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>A part of an expression's text: half-open range of UTF-16 code units.</summary>
/// <param name="Start">The first one.</param>
/// <param name="End">The one behind the last.</param>
public readonly record struct TextSpan(int Start, int End)
{
    /// <summary>How many code units it covers.</summary>
    public int Length => End - Start;

    /// <summary>From this one's start to the other's end.</summary>
    public TextSpan To(TextSpan other) => new(Start, other.End);

    /// <summary>Its text, in the expression that it was read from.</summary>
    public ReadOnlySpan<char> In(ReadOnlySpan<char> text) => text[Start..End];

    internal static TextSpan Of(Token token) => new(token.Offset, token.End);
}
