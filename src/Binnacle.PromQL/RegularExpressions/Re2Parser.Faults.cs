using System.Globalization;

namespace Binnacle.PromQL.RegularExpressions;

/// <content>What a fault says, and what would be right.</content>
internal sealed partial class Re2Parser
{
    private const string Group = "put it into a group to repeat it again";

    private void Fail(Re2FaultCode code, int from, int end)
    {
        // What a use puts around the expression is none of the user's: a fault that reaches into it ends with the text.
        from = Math.Clamp(from - start, 0, length);
        end = Math.Clamp(end - start, from, length);
        var part = text.AsSpan(start + from, end - from);
        var (message, suggestion) = Explain(code, part, from);
        _fault ??= new Re2Fault(code, from, end, $"{Re2Fault.Words(code)}: {message}", suggestion);
    }

    private void FailOpen()
    {
        var from = start + (_stack.OpenGroup?.Offset ?? 0);
        Fail(Re2FaultCode.MissingParenthesis, from, from + 1);
    }

    private void FailCount(int from, int minimum, int maximum)
    {
        Fail(Re2FaultCode.InvalidRepeatCount, from, _at);
        if (minimum is >= 0 and <= MaxRepeat && maximum is >= 0 and <= MaxRepeat)
        {
            _fault = _fault! with
            {
                Message = $"{Re2Fault.Words(Re2FaultCode.InvalidRepeatCount)}: {minimum} is more than {maximum}",
                Suggestion = $"write {{{maximum},{minimum}}}",
            };
        }
    }

    private (string Message, string Suggestion) Explain(Re2FaultCode code, ReadOnlySpan<char> part, int from) =>
        code switch
        {
            Re2FaultCode.MissingParenthesis => (
                "this ( is never closed",
                @"close it with ), or write \( for the character"
            ),
            Re2FaultCode.UnexpectedParenthesis => ("this ) has no ( before it", @"write \) for the character"),
            Re2FaultCode.MissingBracket => (
                "this [ is never closed",
                @"close it with ], or write \[ for the character"
            ),
            Re2FaultCode.TrailingBackslash => ("it ends with a lone backslash", @"write \\ for the character"),
            Re2FaultCode.MissingRepeatArgument => (
                $"{part} has nothing before it to repeat",
                from == 0 && part is "*" ? ".* stands for any text" : $@"write \{part} for the character"
            ),
            Re2FaultCode.InvalidNestedRepetition => Repeated(part),
            Re2FaultCode.InvalidRepeatCount => (
                $"{part} allows more than {MaxRepeat} repetitions, counts inside of one another multiplied",
                $"repeat at most {MaxRepeat} times, or without a limit: + or *"
            ),
            Re2FaultCode.InvalidEscape => Escaped(part),
            Re2FaultCode.InvalidNamedCapture => Named(part),
            Re2FaultCode.InvalidPerlSyntax => Perl(part),
            Re2FaultCode.InvalidCharacterClassRange => Class(part),
            Re2FaultCode.NestsTooDeeply => ("more than 1000 levels of groups and repetitions", ""),
            Re2FaultCode.TooLarge => (
                "repetitions and classes make it too big to compile",
                "repeat without limits: + or *"
            ),
            _ => ("half of a surrogate pair is no character", ""),
        };

    private static (string, string) Repeated(ReadOnlySpan<char> part) =>
        part is [var first and ('*' or '+' or '?'), '+']
            ? ($"{part} (possessive) is not known here", $"write {first}: nothing here backtracks")
            : ($"{part} repeats a repetition", Group);

    private static (string, string) Escaped(ReadOnlySpan<char> part)
    {
        var message = $"{part} has no meaning";
        return part switch
        {
            [_, >= '1' and <= '9', ..] => (
                $"{part} would refer back to a group, which is not known here",
                "write the text again"
            ),
            [_, 'x', ..] => (message, @"write two hexadecimal digits, as \x2e, or any number in braces, as \x{263a}"),
            [_, 'u' or 'U', ..] => (message, @"write \x{263a} for a character by its number"),
            [_, 'C', ..] => ($@"{part} (a single byte) is not known here", "write . for any character"),
            [_, 'Z', ..] => (message, @"write \z for the end of the text"),
            [_, 'G' or 'K', ..] => ($"{part} is not known here", ""),
            [_, 'k' or 'g', ..] => (
                $"{part} would refer back to a group, which is not known here",
                "write the text again"
            ),
            [_, 'e', ..] => (message, @"write \x1b for escape"),
            [_, 'h', ..] => (message, @"write [\t ] for a space or tab"),
            [_, 'R', ..] => (message, @"write \r?\n for a line break"),
            [_, 'N', ..] => (message, @"write [^\n] for anything but a line break"),
            [_, 'X', ..] => (message, "write . for any character"),
            [_, 'l' or 'L' or 'E', ..] => (message, ""),
            [_, var c, ..] when char.IsAsciiLetterOrDigit(c) => (
                message,
                $@"write {part[1..]} for the letter, or \\{part[1..]} for a backslash before it"
            ),
            _ => (message, $"write {part[1..]} without the backslash"),
        };
    }

    private static (string, string) Named(ReadOnlySpan<char> part) =>
        part switch
        {
            ['(', '?', '<', '=' or '!', ..] => (
                $"{part[..4]} (look-behind) is not known here",
                "match the text before it, or use a second matcher"
            ),
            [.., '>'] => ($"{part} holds no name of ASCII letters, digits and underscores", "write (?P<name>…)"),
            _ => ("the name has no >", "write (?P<name>…)"),
        };

    private static (string, string) Perl(ReadOnlySpan<char> part)
    {
        const string instead = "write (?:…) for a group, (?P<name>…) for one with a name";
        return part switch
        {
            [_, _, '=', ..] => (
                $"{part} (look-ahead) is not known here",
                "match the text itself, or use a second matcher"
            ),
            [_, _, '!', ..] => (
                $"{part} (negative look-ahead) is not known here",
                "use a second matcher, with !~, for what must not match"
            ),
            [_, _, '>', ..] => ($"{part} (atomic group) is not known here", "write (?:…): nothing here backtracks"),
            [_, _, '#', ..] => ($"{part} (comment) is not known here", "leave it out"),
            [_, _, '\'', ..] => ($"{part} is not known here", "write (?P<name>…) for a group with a name"),
            [_, _, 'P', '=' or '>', ..] or [_, _, 'P'] => (
                $"{part} would refer back to a group, which is not known here",
                instead
            ),
            [_, _, 'R' or '&' or '(' or '|' or '+' or >= '0' and <= '9', ..] => ($"{part} is not known here", instead),
            [_, _, 'x' or 'a' or 'u' or 'L' or 'n' or 'J', ..] => (
                $"{part}: the flags are i, m, s and U",
                "write (?i) to ignore case, (?s) to let . match line feeds"
            ),
            _ => ($"{part}: the flags are i, m, s and U", instead),
        };
    }

    private static (string, string) Class(ReadOnlySpan<char> part)
    {
        switch (part)
        {
            case ['[', ':', ..]:
                var known =
                    "alnum, alpha, ascii, blank, cntrl, digit, graph, lower, print, punct, space, upper, word, xdigit";
                return ($"{part} is no class; the names are {known}", "");
            case ['\\', 'p' or 'P', ..]:
                var name = part[2..].Trim("{^}").ToString();
                if (part is ['\\', _, '{', ..] && part[^1] != '}')
                {
                    return ($"{part} has no }}", $"write {part}}}");
                }

                if (UnicodeGroups.IsTooNew(name))
                {
                    return (
                        $"{part} is known only to the newest builds of Prometheus",
                        "write the characters as ranges"
                    );
                }

                var nearest = name.Length == 0 ? null : UnicodeGroups.Nearest(name);
                return (
                    $"{part} names no category or script of Unicode",
                    nearest is null
                        ? @"write a category as \pL or a script as \p{Greek}"
                        : $@"write {part[..2]}{{{nearest}}}"
                );
            default:
                return ($"{part} ends before it begins", Swapped(part));
        }
    }

    private static string Swapped(ReadOnlySpan<char> part) =>
        part is [var low, '-', var high]
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"write {high}-{low}, or put - first or last for the character"
            )
            : "put the smaller character first, or - first or last for the character";
}
