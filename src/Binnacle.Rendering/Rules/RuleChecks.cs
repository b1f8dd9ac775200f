using Binnacle.Api;
using Binnacle.PromQL;
using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Syntax;
using Binnacle.PromQL.Templates;
using Binnacle.Rendering.Common;

namespace Binnacle.Rendering.Rules;

/// <summary>
/// Checks one resource's rules field by field. What gets through cannot keep Prometheus from loading the file that it
/// shares with other people's rules.
/// </summary>
/// <param name="source">Whose rules they are.</param>
/// <param name="templates">Which Prometheus reads the templates; null for the newest.</param>
/// <param name="alert">The alert's name, which none of its templates may take.</param>
internal sealed class RuleChecks(ResourceRef source, TemplateDialect? templates = null, string? alert = null)
{
    /// <summary>Reason of what is legal and most likely not meant.</summary>
    public const string Lint = "Lint";

    /// <summary>Reason of what is worth a look and may well be meant: status says it, nobody is warned.</summary>
    public const string LintInfo = "LintInfo";

    private readonly List<ResourceProblem> _problems = [];

    public IReadOnlyList<ResourceProblem> Problems => _problems;

    public bool HasErrors => _problems.Any(problem => problem.IsError);

    public void Error(string message) => _problems.Add(new ResourceProblem(source, ConditionReasons.Invalid, message));

    public void Warn(string reason, string message) =>
        _problems.Add(new ResourceProblem(source, reason, message, IsError: false));

    /// <summary>The duration as Prometheus prints it; null for none and for zero.</summary>
    public string? Duration(string field, string? text, bool positive = false)
    {
        if (text is null)
        {
            return null;
        }

        if (!PrometheusDuration.TryParse(text, out var duration, out var fault))
        {
            Error($"{field}: {fault}: \"{text}\", expected a duration such as 90s, 5m or 1h30m");
            return null;
        }

        if (positive && duration == TimeSpan.Zero)
        {
            Error($"{field}: \"{text}\" is no interval, expected a duration greater than 0, such as 30s");
        }

        return duration == TimeSpan.Zero ? null : PrometheusDuration.Format(duration);
    }

    /// <summary>
    /// The expression, confined to <paramref name="value"/> where <paramref name="label"/> is given, and the tree of what
    /// the user wrote; null when it has errors.
    /// </summary>
    public (string Text, Expression? Root) Expression(
        string field,
        string text,
        PromQlOptions language,
        string? label,
        string value
    )
    {
        var trimmed = text.TrimEnd();
        var parsed = PromQlExpression.Parse(trimmed, language);
        AddAll(field, trimmed, parsed.Errors);
        if (!parsed.IsValid || label is null)
        {
            return (trimmed.TrimStart(), parsed.IsValid ? parsed.Root : null);
        }

        var confined = SelectorScoper.Enforce(trimmed, label, value);
        AddAll(field, trimmed, confined.Errors);
        return (confined.Expression?.TrimStart() ?? trimmed, parsed.Root);
    }

    /// <summary>What is legal and most likely not meant; a rule that has errors is told of those alone.</summary>
    public void Doubt(IEnumerable<LintFinding> findings)
    {
        foreach (var finding in findings)
        {
            Warn(finding.Severity is LintSeverity.Info ? LintInfo : Lint, Marked.Finding(finding));
        }
    }

    /// <summary>A Go template of the alert: what would keep the rule from loading, and what would fail once it fires.</summary>
    public void Template(string field, string text)
    {
        var template = AlertTemplate.Parse(text, templates, alert);
        foreach (var error in template.Errors)
        {
            Error($"{field}:{error}{Marked.Excerpt(text, error.Offset, error.End)}");
        }

        foreach (var warning in template.Warnings)
        {
            Warn("TemplateFails", $"{field}:{warning}{Marked.Excerpt(text, warning.Offset, warning.End)}");
        }
    }

    public void LabelName(string field, string name)
    {
        var valid =
            name.Length > 0
            && !char.IsAsciiDigit(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_')
            && name is not "__name__";
        if (!valid)
        {
            Error($"{field}: bad name \"{name}\", expected letters, digits and _, no digit first");
        }
    }

    private void AddAll(string field, string text, IReadOnlyList<SyntaxError> errors)
    {
        foreach (var error in errors)
        {
            Error($"{field}:{error}{Marked.Excerpt(text, error.Offset, error.End)}");
        }
    }
}
