using Binnacle.Api;
using Binnacle.Api.Syntax;

namespace Binnacle.Rendering.Alertmanager;

/// <summary>The labels of a rule's alerts that are known without evaluating it.</summary>
internal static class RuleLabels
{
    /// <summary>alertname, severity, the rule's own labels without templates, and the tenant's.</summary>
    public static IReadOnlyDictionary<string, string> Of(AlertRule rule, MonitoringStack stack)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["alertname"] = AlertName.Of(rule) };
        if (rule.Spec.Severity != Severity.None)
        {
            labels["severity"] = Text(rule.Spec.Severity);
        }

        foreach (var (name, value) in rule.Spec.Labels)
        {
            if (!value.Contains("{{", StringComparison.Ordinal))
            {
                labels[name] = value;
            }
        }

        if (stack.Spec.Tenancy?.EnforceNamespaceLabel is { } enforced)
        {
            labels[enforced] = rule.Metadata.Namespace ?? "";
        }

        return labels;
    }

    /// <summary>The value of the label severity.</summary>
    public static string Text(Severity severity) =>
        severity switch
        {
            Severity.Critical => "critical",
            Severity.Warning => "warning",
            Severity.Info => "info",
            _ => "none",
        };
}
