using System.Text;
using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Templates.Syntax;

/// <summary>Values of Go's string and character literals.</summary>
internal static class GoText
{
    /// <summary>
    /// Reads the literal, quotes included. On a fault the result is null and <paramref name="at"/> its place in the literal.
    /// </summary>
    public static string? Unquote(ReadOnlySpan<char> literal, out int at, out string fault)
    {
        at = 0;
        fault = "";
        var quote = literal[0];
        var body = literal[1..^1];
        if (quote is '`')
        {
            return body.Contains('\r') ? body.ToString().Replace("\r", "") : body.ToString();
        }

        if (!body.Contains('\\'))
        {
            return body.ToString();
        }

        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] is not '\\')
            {
                continue;
            }

            if (!EscapeScanner.TryEscape(body[i..], quote, out var length, out fault))
            {
                at = i + 1;
                return null;
            }

            i += length - 1;
        }

        return StringText.Unquote(literal);
    }

    /// <summary>Where the character at <paramref name="offset"/> of the value stands in the literal's body.</summary>
    public static int SourceOffset(ReadOnlySpan<char> body, StringNode literal, int offset)
    {
        if (body.Length == literal.Value.Length)
        {
            return Math.Min(offset, body.Length);
        }

        var source = 0;
        var value = 0;
        while (source < body.Length && value < offset)
        {
            if (body[source] is not '\\' || !EscapeScanner.TryEscape(body[source..], '"', out var length, out _))
            {
                source++;
                value++;
                continue;
            }

            // Beyond the first plane a character takes two places of the value.
            value += body[source + 1] is 'U' && !body[(source + 2)..].StartsWith("0000") ? 2 : 1;
            source += length;
        }

        return source;
    }

    /// <summary>What is wrong with a character constant, quotes included; null when it holds one character.</summary>
    public static string? CharacterFault(ReadOnlySpan<char> literal)
    {
        var body = literal[1..^1];
        if (body.IsEmpty)
        {
            return "an empty character constant";
        }

        int length;
        if (body[0] is '\\')
        {
            if (!EscapeScanner.TryEscape(body, '\'', out length, out var fault))
            {
                return fault;
            }
        }
        else
        {
            Rune.DecodeFromUtf16(body, out _, out length);
        }

        return length == body.Length ? null : $"{literal} holds more than one character";
    }
}
