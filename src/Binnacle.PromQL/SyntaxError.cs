namespace Binnacle.PromQL;

/// <summary>A fault in a PromQL expression or an alert template, with its place in the text as the user wrote it.</summary>
/// <param name="Offset">Index of the first faulty character (UTF-16 code units from 0); the text's length at its end.</param>
/// <param name="Line">Line of <paramref name="Offset"/>, from 1.</param>
/// <param name="Column">Character in that line, from 1. (Prometheus counts bytes: outside ASCII its column is higher.)</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Expected">What would be right; empty when the message says it all.</param>
public sealed record SyntaxError(int Offset, int Line, int Column, string Message, string Expected)
{
    /// <summary>Behind the last faulty character; <see cref="Offset"/> itself where something is missing.</summary>
    public int End { get; init; } = Offset;

    /// <summary>
    /// What the user most likely meant, to be put in place of the faulty characters or said after "did you mean"; empty
    /// where nothing is near.
    /// </summary>
    public string Suggestion { get; init; } = "";

    /// <summary>The error as one line: <c>1:7: message, expected … (did you mean …?)</c>.</summary>
    public override string ToString() => $"{Line}:{Column}: {Text}";

    /// <summary>The error without its place.</summary>
    public string Text =>
        (Expected.Length == 0 ? Message : $"{Message}, expected {Expected}")
        + (Suggestion.Length == 0 ? "" : $" (did you mean {Suggestion}?)");

    internal static SyntaxError At(ReadOnlySpan<char> text, int offset, string message, string expected = "") =>
        Spanning(text, offset, offset, message, expected);

    internal static SyntaxError Spanning(
        ReadOnlySpan<char> text,
        int offset,
        int end,
        string message,
        string expected = "",
        string suggestion = ""
    )
    {
        var before = text[..Math.Min(offset, text.Length)];
        return new SyntaxError(
            offset,
            1 + before.Count('\n'),
            before.Length - before.LastIndexOf('\n'),
            message,
            expected
        )
        {
            End = Math.Max(offset, Math.Min(end, text.Length)),
            Suggestion = suggestion,
        };
    }
}
