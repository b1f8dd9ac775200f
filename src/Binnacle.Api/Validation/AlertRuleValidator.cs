using Binnacle.Api.Syntax;
using FluentValidation;

namespace Binnacle.Api.Validation;

/// <summary>Checks an AlertRule.</summary>
public static class AlertRuleValidator
{
    private static readonly Rules Instance = new();

    /// <summary>What is wrong with the rule; empty when nothing is. PromQL itself is not looked at here.</summary>
    public static IReadOnlyList<FieldProblem> Validate(AlertRule rule) => ResourceValidator.Run(Instance, rule);

    private sealed class Rules : AbstractValidator<AlertRule>
    {
        public Rules() => RuleFor(rule => rule.Spec).SetValidator(new SpecRules());
    }

    private sealed class SpecRules : AbstractValidator<AlertRuleSpec>
    {
        public SpecRules()
        {
            RuleFor(spec => spec.Alert).Check(NameProblem);
            RuleFor(spec => spec.Expr).NotBlank("write a PromQL expression, such as up == 0");
            RuleFor(spec => spec.For).Duration();
            RuleFor(spec => spec.KeepFiringFor).Duration();
            RuleFor(spec => spec.Interval).Duration(moreThanZero: true);
            // Templates are read by the render, which knows the Prometheus that will. One is no URL before it is filled in.
            RuleFor(spec => spec.RunbookUrl)
                .Check(text =>
                    text.Contains("{{", StringComparison.Ordinal) ? null : Addresses.UrlProblem(text, ["https", "http"])
                );
            RuleFor(spec => spec.Labels).Labels(nameProblem: ReservedLabel);
            RuleFor(spec => spec.Annotations).Labels();
            RuleFor(spec => spec.Channels).CheckEach(ChannelName.Problem, unique: true);
            RuleForEach(spec => spec.Recordings).SetValidator(new RecordingRules());
            RuleFor(spec => spec).Custom(Together);
        }

        private static string? NameProblem(string name) =>
            string.IsNullOrWhiteSpace(name) ? "is blank: leave it out to use metadata.name in PascalCase"
            : name.Any(char.IsControl) ? "holds a line feed or another control character"
            : null;

        private static string? ReservedLabel(string name) =>
            name == "alertname" ? "the label alertname is set by spec.alert" : null;

        private static void Together(AlertRuleSpec spec, ValidationContext<AlertRuleSpec> context)
        {
            if (spec.Severity != Severity.None && spec.Labels.ContainsKey("severity"))
            {
                context.Fail(
                    context.Below("Labels[severity]"),
                    $"spec.severity ({spec.Severity}) sets this label: leave one out, with severity: None to keep your own"
                );
            }
            foreach (
                var (annotation, field, value) in new[]
                {
                    ("summary", "spec.summary", spec.Summary),
                    ("description", "spec.description", spec.Description),
                    ("runbook_url", "spec.runbookUrl", spec.RunbookUrl),
                }
            )
            {
                if (value is not null && spec.Annotations.ContainsKey(annotation))
                {
                    context.Fail(
                        context.Below($"Annotations[{annotation}]"),
                        $"{field} sets this annotation: leave one out"
                    );
                }
            }
            DuplicateRecordings(spec, context);
        }

        private static void DuplicateRecordings(AlertRuleSpec spec, ValidationContext<AlertRuleSpec> context)
        {
            var seen = new HashSet<string>();
            for (var i = 0; i < spec.Recordings.Count; i++)
            {
                var recording = spec.Recordings[i];
                var labels = recording.Labels.OrderBy(label => label.Key, StringComparer.Ordinal);
                if (!seen.Add($"{recording.Name}{{{string.Join(',', labels)}}}"))
                {
                    context.Fail(
                        context.Below($"Recordings[{i}].Name"),
                        $"'{recording.Name}' is recorded twice with the same labels: both would write the same series"
                    );
                }
            }
        }
    }

    private sealed class RecordingRules : AbstractValidator<Recording>
    {
        public RecordingRules()
        {
            RuleFor(recording => recording.Name)
                .Check(name =>
                    MetricName.IsValid(name)
                        ? null
                        : $"'{name}' is no metric name: use letters, digits, underscores and colons, and no digit first, such as job:http_errors:rate5m"
                );
            RuleFor(recording => recording.Expr).NotBlank("write a PromQL expression");
            RuleFor(recording => recording.Labels).Labels();
        }
    }
}
