namespace Binnacle.PromQL.Templates;

/// <summary>What kind of thing is wrong in a template.</summary>
public enum TemplateFaultKind
{
    /// <summary>The template does not parse.</summary>
    Syntax,

    /// <summary>A function that does not exist, or not yet in this version.</summary>
    UnknownFunction,

    /// <summary>A variable that is not declared, or not where it is used.</summary>
    UndefinedVariable,

    /// <summary>A field that the data does not have.</summary>
    UnknownField,

    /// <summary>Too many or too few arguments, or arguments for what takes none.</summary>
    ArgumentCount,

    /// <summary>An argument or operand of a kind that cannot work there.</summary>
    ArgumentKind,

    /// <summary>A comparison of values that do not compare, such as a number with a fraction and a whole one.</summary>
    Comparison,

    /// <summary>A <c>printf</c> format that does not fit its arguments.</summary>
    Format,

    /// <summary>A query that does not parse.</summary>
    Query,

    /// <summary>A regular expression that does not compile.</summary>
    Pattern,

    /// <summary>A template that is called but not defined.</summary>
    UndefinedTemplate,

    /// <summary>A label whose name cannot stand behind a dot.</summary>
    LabelName,

    /// <summary>Nested too deeply to be read.</summary>
    Nesting,
}

/// <summary>A fault in a template, with its place in the text as the user wrote it.</summary>
/// <param name="Kind">What kind of thing is wrong.</param>
/// <param name="Offset">Index of the first faulty character (UTF-16 code units from 0); the text's length at its end.</param>
/// <param name="End">Index behind the last faulty character.</param>
/// <param name="Line">Line of <paramref name="Offset"/>, from 1.</param>
/// <param name="Column">Character in that line, from 1.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Expected">What would be right; empty when the message says it all.</param>
/// <param name="Fix">Text to put in the place of the faulty one; empty when there is no certain one.</param>
public sealed record TemplateFault(
    TemplateFaultKind Kind,
    int Offset,
    int End,
    int Line,
    int Column,
    string Message,
    string Expected,
    string Fix
)
{
    /// <summary>The fault as one line: <c>1:7: message, expected …</c>.</summary>
    public override string ToString() =>
        Expected.Length == 0 ? $"{Line}:{Column}: {Message}" : $"{Line}:{Column}: {Message}, expected {Expected}";
}
