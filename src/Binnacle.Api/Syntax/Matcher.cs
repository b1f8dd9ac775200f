using System.Text;

namespace Binnacle.Api.Syntax;

/// <summary>How a matcher compares.</summary>
public enum MatchOperator
{
    /// <summary><c>=</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>=~</c></summary>
    Matches,

    /// <summary><c>!~</c></summary>
    NotMatches,
}

/// <summary>
/// A matcher of Alertmanager, such as <c>team="payments"</c>: https://prometheus.io/docs/alerting/latest/configuration/#matcher.
/// A label that an alert lacks has the value "". Regular expressions are taken as they are, right or wrong.
/// </summary>
/// <param name="Name">Label name.</param>
/// <param name="Operator">How values are compared.</param>
/// <param name="Value">What they are compared with; a regular expression (RE2) of whole values for the operators with ~.</param>
public sealed record Matcher(string Name, MatchOperator Operator, string Value)
{
    /// <summary>Reads one or more matchers, separated by commas, with or without braces around them.</summary>
    /// <param name="text">For example <c>team="payments"</c> or <c>{team="payments", region=~"eu-.*"}</c>.</param>
    /// <param name="matchers">What was read; empty when something is wrong.</param>
    /// <param name="error">What is wrong, at which column, and what would be right; null when nothing is.</param>
    public static bool TryParse(string text, out IReadOnlyList<Matcher> matchers, out MatcherError? error)
    {
        (matchers, error) = new MatcherParser(text).Parse();
        return error is null;
    }

    /// <summary>Reads matchers that were validated before.</summary>
    /// <exception cref="FormatException">They are wrong.</exception>
    public static IReadOnlyList<Matcher> Parse(string text) =>
        TryParse(text, out var matchers, out var error) ? matchers : throw new FormatException(error!.ToString());

    /// <summary>The operator as it is written.</summary>
    public string Symbol =>
        Operator switch
        {
            MatchOperator.Equal => "=",
            MatchOperator.NotEqual => "!=",
            MatchOperator.Matches => "=~",
            _ => "!~",
        };

    /// <summary>As every version of Alertmanager reads it: <c>team="payments"</c>, with <c>\ " </c> and line feeds escaped.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Name).Append(Symbol).Append('"');
        foreach (var c in Value)
        {
            text.Append(
                c switch
                {
                    '\\' => @"\\",
                    '"' => "\\\"",
                    '\n' => @"\n",
                    _ => c.ToString(),
                }
            );
        }
        return text.Append('"').ToString();
    }
}

/// <summary>What is wrong with a matcher.</summary>
/// <param name="Column">Where, counted from 1.</param>
/// <param name="Message">What, and what would be right.</param>
public sealed record MatcherError(int Column, string Message)
{
    /// <inheritdoc />
    public override string ToString() => $"column {Column}: {Message}";
}
