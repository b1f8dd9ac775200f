namespace Binnacle.Api.Syntax;

/// <summary>
/// Names of labels, in the form that every supported version takes: a letter or underscore, then letters, digits and
/// underscores. (Prometheus 3 allows any UTF-8 name in quotes; 2.x does not.)
/// Rule: https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels.
/// </summary>
public static class LabelName
{
    /// <summary>Whether the text is one.</summary>
    public static bool IsValid(string? text) =>
        !string.IsNullOrEmpty(text)
        && !char.IsAsciiDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>What is wrong with a name that a user gives to a label of an alert or series; null when nothing is.</summary>
    public static string? Problem(string text)
    {
        if (!IsValid(text))
        {
            return $"'{text}' is no label name: use letters, digits and underscores, and no digit first"
                + Suggestion(text);
        }
        return text.StartsWith("__", StringComparison.Ordinal)
            ? $"'{text}' is reserved: label names that begin with two underscores belong to Prometheus"
            : null;
    }

    private static string Suggestion(string text)
    {
        var better = new string([.. text.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]);
        return IsValid(better) && better.Any(c => c != '_') ? $", for example {better}" : "";
    }
}

/// <summary>Names of metrics: as label names, and colons besides.</summary>
public static class MetricName
{
    /// <summary>Whether the text is one.</summary>
    public static bool IsValid(string? text) =>
        !string.IsNullOrEmpty(text)
        && !char.IsAsciiDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':');
}
