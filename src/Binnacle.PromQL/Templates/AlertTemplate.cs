using Binnacle.PromQL.Templates.Checking;
using Binnacle.PromQL.Templates.Syntax;

namespace Binnacle.PromQL.Templates;

/// <summary>A Go template as labels and annotations of alerts hold them, read and checked before anything runs it.</summary>
public sealed class AlertTemplate
{
    private AlertTemplate(string text, IReadOnlyList<TemplateFault> errors, TemplateChecker? findings)
    {
        Text = text;
        Errors = errors;
        // What is an error already needs no second word.
        Warnings =
            findings is null ? []
            : errors.Count == 0 ? findings.Warnings
            : [.. findings.Warnings.Where(warning => errors.All(error => error.Offset != warning.Offset))];
        Labels = findings?.Labels ?? [];
        Values = findings?.Values ?? [];
        Queries = findings?.Queries ?? [];
    }

    /// <summary>The template as it was given.</summary>
    public string Text { get; }

    /// <summary>No action in it: it is what it says.</summary>
    public bool IsPlainText => !Text.Contains("{{", StringComparison.Ordinal);

    /// <summary>For what of this Prometheus would refuse to load the rule, in the order of their places; at most 20.</summary>
    public IReadOnlyList<TemplateFault> Errors { get; }

    /// <summary>
    /// What loads and then fails when the alert fires (its text becomes <c>&lt;error expanding template: …&gt;</c>), or does not write
    /// what was meant; at most 20. A template with errors has those of its readable parts.
    /// </summary>
    public IReadOnlyList<TemplateFault> Warnings { get; }

    /// <summary>The labels that it reads, in the order in which it would.</summary>
    public IReadOnlyList<TemplateLabel> Labels { get; }

    /// <summary>Where it reads the value of the alert.</summary>
    public IReadOnlyList<TemplateValue> Values { get; }

    /// <summary>The queries that it runs, where they are known.</summary>
    public IReadOnlyList<TemplateQuery> Queries { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="text">The template.</param>
    /// <param name="dialect">Which program reads it; null for the newest Prometheus.</param>
    /// <param name="alert">
    /// The alert's name, where it is known: Prometheus calls the template <c>__alert_</c> and that name, and no <c>{{ define }}</c>
    /// may take it again.
    /// </param>
    public static AlertTemplate Parse(string text, TemplateDialect? dialect = null, string? alert = null)
    {
        if (!text.Contains("{{", StringComparison.Ordinal))
        {
            return new AlertTemplate(text, [], null);
        }

        dialect ??= Newest;
        var faults = new FaultList(text);
        var tree = TemplateParser.Parse(text, alert is null ? null : "__alert_" + alert, dialect, faults);
        return new AlertTemplate(text, faults.InOrder, TemplateChecker.Check(text, tree, dialect));
    }

    private static readonly TemplateDialect Newest = TemplateDialect.Prometheus();
}
