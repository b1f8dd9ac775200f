namespace Binnacle.PromQL.Lexing;

internal static class LabelText
{
    /// <summary>The label's name as it stands in a selector: bare, or quoted where it is not [a-zA-Z_][a-zA-Z0-9_]*.</summary>
    public static string Of(string name) => IsBare(name) ? name : StringText.Quote(name);

    private static bool IsBare(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(Lexer.IsAlphanumeric);
}
