using Binnacle.Api;
using Binnacle.Api.Syntax;

namespace Binnacle.Rendering.Alertmanager;

/// <summary>The labels of a rule's alerts that are known without evaluating it.</summary>
internal static class RuleLabels
{
    /// <summary>
    /// The rule's own labels without templates, severity, the tenant's label and alertname; each wins over those before
    /// it, as in the rule file and in Prometheus.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Of(AlertRule rule, MonitoringStack stack)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in rule.Spec.Labels)
        {
            if (!value.Contains("{{", StringComparison.Ordinal))
            {
                labels[name] = value;
            }
        }

        if (rule.Spec.Severity != Severity.None)
        {
            labels["severity"] = Text(rule.Spec.Severity);
        }

        if (stack.Spec.Tenancy?.EnforceNamespaceLabel is { } enforced)
        {
            labels[enforced] = rule.Metadata.Namespace ?? "";
        }

        labels["alertname"] = AlertName.Of(rule);
        return labels;
    }

    /// <summary>The labels with which the alerts arrive: those of the rule, and the external ones where it has none.</summary>
    public static IReadOnlyDictionary<string, string> OfAlerts(AlertRule rule, MonitoringStack stack)
    {
        var labels = new Dictionary<string, string>(stack.Spec.Metrics.ExternalLabels, StringComparer.Ordinal);
        foreach (var (name, value) in Of(rule, stack))
        {
            labels[name] = value;
        }

        return labels;
    }

    /// <summary>The value of the label severity; a rule of severity None has no such label.</summary>
    public static string Text(Severity severity) =>
        severity switch
        {
            Severity.Critical => "critical",
            Severity.Warning => "warning",
            Severity.Info => "info",
            _ => "",
        };
}
