namespace Binnacle.Api.Validation;

/// <summary>Whether a problem keeps an object out.</summary>
public enum ProblemSeverity
{
    /// <summary>The object is refused.</summary>
    Error,

    /// <summary>Legal, but doubtful: the object is taken and its author told.</summary>
    Warning,
}

/// <summary>Something wrong with a field of an object.</summary>
/// <param name="Field">JSON path of the field. Example: <c>spec.alerting.channels[0].webhook.url</c>.</param>
/// <param name="Message">What is wrong and what would be right; never a secret's content.</param>
/// <param name="Severity">Whether it keeps the object out.</param>
public sealed record FieldProblem(string Field, string Message, ProblemSeverity Severity = ProblemSeverity.Error)
{
    /// <summary>Line and column in the field's text, both from 1, as <c>1:17</c>; empty where the whole field is meant.</summary>
    public string Place { get; init; } = "";

    /// <summary>The problem behind its field: <c>1:17: message</c>, or the message alone.</summary>
    public string Text => Place.Length == 0 ? Message : $"{Place}: {Message}";

    /// <summary>Whether it keeps the object out.</summary>
    public bool IsError => Severity == ProblemSeverity.Error;

    /// <inheritdoc />
    public override string ToString() => Place.Length == 0 ? $"{Field}: {Message}" : $"{Field}:{Place}: {Message}";
}
