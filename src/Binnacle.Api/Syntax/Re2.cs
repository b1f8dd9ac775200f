using System.Text.RegularExpressions;

namespace Binnacle.Api.Syntax;

/// <summary>
/// Regular expressions of Prometheus, Alertmanager and the blackbox exporter (RE2:
/// https://github.com/google/re2/wiki/Syntax), checked and run with .NET's engine.
/// <para>
/// What .NET has and RE2 has not is refused by name: lookarounds, backreferences, atomic and conditional groups,
/// comments, repetition above 1000, <c>\Z \G \c \e</c>. What RE2 has and .NET writes differently is translated:
/// <c>(?P&lt;name&gt;)</c>, <c>\Q…\E</c>, <c>[[:alpha:]]</c>, <c>\pL</c>, the flag U; <c>\d \s \w</c> become ASCII. Scripts (<c>\p{Greek}</c>) are
/// taken as right without being known; <c>\C</c> is refused. Matching runs without backtracking, in linear time.
/// </para>
/// </summary>
public static class Re2
{
    /// <summary>What is wrong with the expression, with the column; null when nothing is.</summary>
    public static string? Problem(string pattern)
    {
        var (translated, error) = Re2Translator.Translate(pattern);
        if (error is not null)
        {
            return error;
        }
        try
        {
            _ = new Regex(translated, RegexOptions.CultureInvariant, Timeout);
            return null;
        }
        catch (RegexParseException exception)
        {
            return $"'{pattern}' is no regular expression: {Reason(exception.Error)}";
        }
    }

    /// <summary>An expression that matches whole texts, as Prometheus and Alertmanager do.</summary>
    /// <exception cref="FormatException">The expression is wrong.</exception>
    public static Regex Anchored(string pattern)
    {
        var (translated, error) = Re2Translator.Translate(pattern);
        if (error is not null)
        {
            throw new FormatException(error);
        }
        try
        {
            return new Regex(
                $@"\A(?:{translated})\z",
                RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline,
                Timeout
            );
        }
        catch (RegexParseException exception)
        {
            throw new FormatException($"'{pattern}' is no regular expression: {Reason(exception.Error)}", exception);
        }
    }

    private static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(1);

    private static string Reason(RegexParseError error) =>
        error switch
        {
            RegexParseError.InsufficientClosingParentheses => "a ( is never closed",
            RegexParseError.InsufficientOpeningParentheses => "a ) was never opened; write \\) for the character",
            RegexParseError.UnterminatedBracket => "a [ is never closed; write \\[ for the character",
            RegexParseError.QuantifierAfterNothing =>
                "*, + or ? has nothing before it to repeat; for any text write .* instead of *",
            RegexParseError.NestedQuantifiersNotParenthesized => "something is repeated twice in a row",
            RegexParseError.ReversedCharacterRange => "a range in [] ends before it begins",
            RegexParseError.ReversedQuantifierRange => "in {m,n} m is greater than n",
            RegexParseError.UnescapedEndingBackslash => "it ends with a lone backslash",
            RegexParseError.UnrecognizedEscape => "a letter after a backslash has no meaning",
            _ => error.ToString(),
        };
}
