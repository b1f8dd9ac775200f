namespace Binnacle.PromQL.Lexing;

/// <summary>One token: what it is and where it stands. Its text is a slice of the expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Offset">Where it starts: UTF-16 code units from 0.</param>
/// <param name="Length">How many code units it has.</param>
/// <param name="Keyword">The meaning of a name, if the language gives it one.</param>
public readonly record struct Token(TokenKind Kind, int Offset, int Length, Keyword Keyword = Keyword.None)
{
    /// <summary>Behind its last code unit.</summary>
    public int End => Offset + Length;

    /// <summary>Its text, in the expression that it was read from.</summary>
    public ReadOnlySpan<char> In(ReadOnlySpan<char> text) => text.Slice(Offset, Length);

    /// <summary>The token as an error message names it.</summary>
    public string Describe(ReadOnlySpan<char> text) =>
        Kind switch
        {
            TokenKind.End => "end of input",
            TokenKind.Number => $"number {Shorten(In(text))}",
            TokenKind.Duration => $"duration {Shorten(In(text))}",
            TokenKind.String => $"string {Shorten(In(text))}",
            TokenKind.Identifier when Keyword is not Keyword.None => $"keyword \"{In(text)}\"",
            TokenKind.Identifier or TokenKind.MetricIdentifier => $"name \"{Shorten(In(text))}\"",
            _ => $"\"{Shorten(In(text))}\"",
        };

    internal static string Shorten(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : $"{text[..40]}…";
}
