namespace Binnacle.PromQL.Templates;

/// <summary>Whose labels a template reads.</summary>
public enum TemplateLabelSource
{
    /// <summary>The alert's: <c>$labels</c>, <c>.Labels</c>.</summary>
    Alert,

    /// <summary>Prometheus' own: <c>$externalLabels</c>, <c>.ExternalLabels</c>.</summary>
    External,

    /// <summary>A sample's that a query of the template found.</summary>
    Sample,
}

/// <summary>A label that a template reads.</summary>
/// <param name="Name">Null where it is known only when the template runs: all labels in turn, or a computed name.</param>
/// <param name="Offset">Index of the name's first character, without quotes; of the whole expression where there is no name.</param>
/// <param name="End">Index behind its last character.</param>
/// <param name="Source">Whose label it is.</param>
/// <param name="Query">Of a sample: the query that found it, where that is known.</param>
public sealed record TemplateLabel(
    string? Name,
    int Offset,
    int End,
    TemplateLabelSource Source,
    TemplateQuery? Query = null
);

/// <summary>What a template does with the value of the alert.</summary>
public enum TemplateValueUse
{
    /// <summary>Written out as it is, with all its digits.</summary>
    Printed,

    /// <summary>Given to a function that makes a readable text of it.</summary>
    Formatted,

    /// <summary>Compared with another value.</summary>
    Compared,

    /// <summary>Asked for being zero or not.</summary>
    Tested,

    /// <summary>Put into a variable; what is done with that is listed by itself.</summary>
    Stored,

    /// <summary>Handed to something else: another template, or a function that may or may not write it out.</summary>
    Passed,
}

/// <summary>A place where a template reads the value of the alert.</summary>
/// <param name="Offset">Index of its first character.</param>
/// <param name="End">Index behind its last character.</param>
/// <param name="Use">What is done with it.</param>
/// <param name="Format">The function that formats it: <c>humanizePercentage</c>, or <c>printf %.2f</c> with its verb; else null.</param>
public sealed record TemplateValue(int Offset, int End, TemplateValueUse Use, string? Format);

/// <summary>A query that a template runs, where its text is known before that.</summary>
/// <param name="Text">The PromQL; with the verbs of <c>printf</c> in it where <paramref name="IsFormat"/>.</param>
/// <param name="IsFormat">Whether <c>printf</c> makes the query from this text.</param>
/// <param name="Offset">Index of its first character in the template, without the quote.</param>
/// <param name="End">Index behind its last character.</param>
public sealed record TemplateQuery(string Text, bool IsFormat, int Offset, int End);
