namespace Binnacle.PromQL;

/// <summary>A fault in a PromQL expression or an alert template, with its place in the text as the user wrote it.</summary>
/// <param name="Offset">Index of the first faulty character (UTF-16 code units from 0); the text's length at its end.</param>
/// <param name="Line">Line of <paramref name="Offset"/>, from 1.</param>
/// <param name="Column">Character in that line, from 1. (Prometheus counts bytes: outside ASCII its column is higher.)</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Expected">What would be right; empty when the message says it all.</param>
public sealed record SyntaxError(int Offset, int Line, int Column, string Message, string Expected)
{
    /// <summary>The error as one line: <c>1:7: message, expected …</c>.</summary>
    public override string ToString() =>
        Expected.Length == 0 ? $"{Line}:{Column}: {Message}" : $"{Line}:{Column}: {Message}, expected {Expected}";

    internal static SyntaxError At(ReadOnlySpan<char> text, int offset, string message, string expected = "")
    {
        var before = text[..Math.Min(offset, text.Length)];
        return new SyntaxError(
            offset,
            1 + before.Count('\n'),
            before.Length - before.LastIndexOf('\n'),
            message,
            expected
        );
    }
}
