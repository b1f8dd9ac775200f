using Binnacle.Api;
using Binnacle.Api.Validation;
using Binnacle.PromQL.Templates;
using Binnacle.Rendering.Common;

namespace Binnacle.Rendering;

/// <summary>What Alertmanager would say of the templates in a MonitoringStack's channels, each time that it notifies. Pure.</summary>
public static class StackReview
{
    /// <summary>Problems by field.</summary>
    public static IReadOnlyList<FieldProblem> Check(MonitoringStack stack)
    {
        var alerting = stack.Spec.Alerting;
        var problems = new List<FieldProblem>();
        for (var i = 0; i < alerting.Channels.Count; i++)
        {
            if (alerting.Channels[i].Slack is { } slack)
            {
                var field = $"spec.alerting.channels[{i}].slack";
                Template($"{field}.title", slack.Title);
                Template($"{field}.text", slack.Text);
            }
        }

        return problems;

        void Template(string field, string? text)
        {
            if (text is null || !text.Contains("{{", StringComparison.Ordinal))
            {
                return;
            }

            var template = AlertTemplate.Parse(text, Dialect(stack));
            problems.AddRange(template.Errors.Select(error => new FieldProblem(field, error.ToString())));
            problems.AddRange(
                template.Warnings.Select(warning => new FieldProblem(
                    field,
                    warning.ToString(),
                    ProblemSeverity.Warning
                ))
            );
        }
    }

    private static TemplateDialect Dialect(MonitoringStack stack)
    {
        var image = ComponentDefaults.Alertmanager(stack.Spec.Profile).ImageOf(stack.Spec.Alerting);
        var version = ComponentVersion.Of(observed: null, image, new ComponentVersion(0, 33, 0));
        return TemplateDialect.Alertmanager(new Version(version.Major, version.Minor));
    }
}
