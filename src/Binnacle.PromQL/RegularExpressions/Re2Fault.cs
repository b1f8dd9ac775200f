namespace Binnacle.PromQL.RegularExpressions;

/// <summary>The kinds of faults, those of Go's <c>regexp/syntax.ErrorCode</c>.</summary>
public enum Re2FaultCode
{
    /// <summary>A class that cannot be read.</summary>
    InvalidCharacterClassRange,

    /// <summary>A backslash before something it has no meaning for.</summary>
    InvalidEscape,

    /// <summary>A group's name is empty, open, or holds more than ASCII letters, digits and underscores.</summary>
    InvalidNamedCapture,

    /// <summary><c>(?</c> before something unknown.</summary>
    InvalidPerlSyntax,

    /// <summary>Something repeated is repeated again.</summary>
    InvalidNestedRepetition,

    /// <summary>A count above 1000, also as a product of nested counts, or the wrong way round.</summary>
    InvalidRepeatCount,

    /// <summary>Half of a surrogate pair, which no UTF-8 text can hold.</summary>
    InvalidUtf8,

    /// <summary>A class without end.</summary>
    MissingBracket,

    /// <summary>A group without end.</summary>
    MissingParenthesis,

    /// <summary>Nothing to repeat.</summary>
    MissingRepeatArgument,

    /// <summary>A last backslash.</summary>
    TrailingBackslash,

    /// <summary>The end of a group that never began.</summary>
    UnexpectedParenthesis,

    /// <summary>More than 1000 levels.</summary>
    NestsTooDeeply,

    /// <summary>It would compile to more than 128 MiB.</summary>
    TooLarge,
}

/// <summary>What is wrong with a regular expression, and where.</summary>
/// <param name="Code">The kind of fault.</param>
/// <param name="Offset">Where the faulty part begins in the expression (UTF-16 code units from 0).</param>
/// <param name="End">Where it ends: the offset behind its last character.</param>
/// <param name="Message">What is wrong, with Go's words for it in front.</param>
/// <param name="Suggestion">What would be right; empty when the message says it all.</param>
public sealed record Re2Fault(Re2FaultCode Code, int Offset, int End, string Message, string Suggestion)
{
    /// <summary>The fault as one line, with the character counted from 1: <c>character 4: missing closing ): …; write …</c>.</summary>
    public override string ToString() =>
        Suggestion.Length == 0
            ? $"character {Offset + 1}: {Message}"
            : $"character {Offset + 1}: {Message}; {Suggestion}";

    /// <summary>Go's words for a kind of fault, as the log of Prometheus has them.</summary>
    public static string Words(Re2FaultCode code) =>
        code switch
        {
            Re2FaultCode.InvalidCharacterClassRange => "invalid character class range",
            Re2FaultCode.InvalidEscape => "invalid escape sequence",
            Re2FaultCode.InvalidNamedCapture => "invalid named capture",
            Re2FaultCode.InvalidPerlSyntax => "invalid or unsupported Perl syntax",
            Re2FaultCode.InvalidNestedRepetition => "invalid nested repetition operator",
            Re2FaultCode.InvalidRepeatCount => "invalid repeat count",
            Re2FaultCode.InvalidUtf8 => "invalid UTF-8",
            Re2FaultCode.MissingBracket => "missing closing ]",
            Re2FaultCode.MissingParenthesis => "missing closing )",
            Re2FaultCode.MissingRepeatArgument => "missing argument to repetition operator",
            Re2FaultCode.TrailingBackslash => "trailing backslash at end of expression",
            Re2FaultCode.UnexpectedParenthesis => "unexpected )",
            Re2FaultCode.NestsTooDeeply => "expression nests too deeply",
            _ => "expression too large",
        };
}
