using System.Text;
using Binnacle.Api;
using Binnacle.PromQL.Syntax;

namespace Binnacle.Rendering.Rules;

/// <summary>Turns an AlertRule into its rules: the recordings in their order, then the alert.</summary>
/// <param name="environment">What the stack tells of its rules.</param>
internal sealed class AlertRuleFragments(RuleEnvironment environment)
{
    public const string Kind = "AlertRule";

    public RuleFragment Render(AlertRule rule)
    {
        var source = new ResourceRef(Kind, rule.Key);
        var spec = rule.Spec;
        if (!spec.Enabled)
        {
            return new RuleFragment(source, null, [], []);
        }

        var checks = new RuleChecks(source, environment.Templates, AlertName(rule));
        var @namespace = rule.Metadata.Namespace ?? "";
        var roots = new List<Expression?>(spec.Recordings.Count + 1);
        var rules = spec
            .Recordings.Select((recording, i) => Record(checks, recording, $"spec.recordings[{i}]", @namespace, roots))
            .Append(Alert(checks, rule, @namespace, roots))
            .ToList();
        var interval = checks.Duration("spec.interval", spec.Interval, positive: true);
        if (checks.HasErrors)
        {
            return new RuleFragment(source, interval, [], checks.Problems);
        }

        var (findings, keys) = RuleLints.Check(
            rule,
            roots,
            environment,
            environment.EnforcedLabel is null ? "" : @namespace
        );
        checks.Doubt(findings);
        return new RuleFragment(source, interval, rules, checks.Problems) { Keys = keys };
    }

    /// <summary>high-error-rate → HighErrorRate.</summary>
    public static string AlertName(AlertRule rule)
    {
        if (rule.Spec.Alert is { Length: > 0 } given)
        {
            return given;
        }

        var name = new StringBuilder();
        foreach (var word in (rule.Metadata.Name ?? "").Split(['-', '.'], StringSplitOptions.RemoveEmptyEntries))
        {
            name.Append(char.ToUpperInvariant(word[0])).Append(word.AsSpan(1));
        }

        return name.ToString();
    }

    private RuleDefinition Record(
        RuleChecks checks,
        Recording recording,
        string field,
        string @namespace,
        List<Expression?> roots
    )
    {
        if (!IsMetricName(recording.Name))
        {
            checks.Error(
                $"{field}.name: bad metric name \"{recording.Name}\", expected letters, digits, _ and :, no digit first"
            );
        }

        return new RuleDefinition
        {
            Record = recording.Name,
            Expr = Expr(checks, $"{field}.expr", recording.Expr, @namespace, roots),
            Labels = Labels(checks, $"{field}.labels", recording.Labels, Severity.None, @namespace, templates: false),
        };
    }

    private RuleDefinition Alert(RuleChecks checks, AlertRule rule, string @namespace, List<Expression?> roots)
    {
        var spec = rule.Spec;
        return new RuleDefinition
        {
            Alert = AlertName(rule),
            Expr = Expr(checks, "spec.expr", spec.Expr, @namespace, roots),
            For = checks.Duration("spec.for", spec.For),
            KeepFiringFor = checks.Duration("spec.keepFiringFor", spec.KeepFiringFor),
            Labels = Labels(checks, "spec.labels", spec.Labels, spec.Severity, @namespace, templates: true),
            Annotations = Annotations(checks, spec),
        };
    }

    private string Expr(RuleChecks checks, string field, string text, string @namespace, List<Expression?> roots)
    {
        var (expression, root) = checks.Expression(
            field,
            text,
            environment.Language,
            environment.EnforcedLabel,
            @namespace
        );
        roots.Add(root);
        return expression;
    }

    private SortedDictionary<string, string>? Labels(
        RuleChecks checks,
        string field,
        IReadOnlyDictionary<string, string> given,
        Severity severity,
        string @namespace,
        bool templates
    )
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            checks.LabelName(field, name);
            if (templates)
            {
                checks.Template($"{field}.{name}", value);
            }

            labels[name] = value;
        }

        if (severity is not Severity.None)
        {
            Set(
                checks,
                labels,
                "severity",
                severity.ToString().ToLowerInvariant(),
                $"{field}.severity",
                "spec.severity"
            );
        }

        if (environment.EnforcedLabel is { } enforcedLabel)
        {
            Set(checks, labels, enforcedLabel, @namespace, $"{field}.{enforcedLabel}", "the stack's tenancy");
        }

        return labels.Count == 0 ? null : labels;
    }

    private static SortedDictionary<string, string>? Annotations(RuleChecks checks, AlertRuleSpec spec)
    {
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in spec.Annotations)
        {
            checks.LabelName("spec.annotations", name);
            checks.Template($"spec.annotations.{name}", value);
            annotations[name] = value;
        }

        Fixed("summary", spec.Summary, "spec.summary");
        Fixed("description", spec.Description, "spec.description");
        Fixed("runbook_url", spec.RunbookUrl, "spec.runbookUrl");
        return annotations.Count == 0 ? null : annotations;

        void Fixed(string name, string? value, string field)
        {
            if (value is not null)
            {
                checks.Template(field, value);
                Set(checks, annotations, name, value, $"spec.annotations.{name}", field);
            }
        }
    }

    private static void Set(
        RuleChecks checks,
        SortedDictionary<string, string> map,
        string name,
        string value,
        string field,
        string winner
    )
    {
        if (map.TryGetValue(name, out var given) && given != value)
        {
            checks.Warn("Overridden", $"{field}: \"{given}\" is not used, since {winner} sets \"{value}\"");
        }

        map[name] = value;
    }

    private static bool IsMetricName(string name) =>
        name.Length > 0
        && !char.IsAsciiDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':');
}
