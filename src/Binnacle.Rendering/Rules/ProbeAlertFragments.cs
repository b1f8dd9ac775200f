using System.Globalization;
using Binnacle.Api;
using Binnacle.PromQL;

namespace Binnacle.Rendering.Rules;

/// <summary>
/// The alerts that a HealthProbe brings along: ProbeDown, ProbeDegraded and ProbeCertificateExpiry, one alert per target.
/// The series carry the probe's name as <c>job</c>, its namespace as <c>namespace</c> and the target as <c>instance</c>.
/// </summary>
/// <param name="enforcedLabel">The stack's <c>tenancy.enforceNamespaceLabel</c>, which the series carry as well.</param>
internal sealed class ProbeAlertFragments(string? enforcedLabel)
{
    public const string Kind = "HealthProbe";

    public RuleFragment Render(HealthProbe probe)
    {
        var source = new ResourceRef(Kind, probe.Key);
        var checks = new RuleChecks(source);
        var alerts = probe.Spec.Alerts;
        var rules = new List<RuleDefinition>();
        var selector = Selector(probe);
        if (alerts.Down.Enabled)
        {
            rules.Add(
                Alert(
                    probe,
                    "ProbeDown",
                    $"probe_success{selector} == 0",
                    checks.Duration("spec.alerts.down.for", alerts.Down.For),
                    alerts.Down.Severity,
                    "{{ $labels.instance }} does not answer as expected",
                    "The probe {{ $labels.job }} gets no good answer from {{ $labels.instance }}."
                )
            );
        }

        if (alerts.Degraded.Enabled && probe.Spec.DegradedAfter is { } degradedAfter)
        {
            var limit = Seconds(checks, "spec.degradedAfter", degradedAfter);
            rules.Add(
                Alert(
                    probe,
                    "ProbeDegraded",
                    $"probe_duration_seconds{selector} > {limit} and probe_success{selector} == 1",
                    checks.Duration("spec.alerts.degraded.for", alerts.Degraded.For),
                    alerts.Degraded.Severity,
                    "{{ $labels.instance }} answers slowly",
                    $"It takes {{{{ $value | humanizeDuration }}}}, longer than {degradedAfter}."
                )
            );
        }

        if (alerts.CertificateExpiry.Enabled)
        {
            var before = Seconds(checks, "spec.alerts.certificateExpiry.before", alerts.CertificateExpiry.Before);
            rules.Add(
                Alert(
                    probe,
                    "ProbeCertificateExpiry",
                    $"probe_ssl_earliest_cert_expiry{selector} - time() < {before}",
                    null,
                    alerts.CertificateExpiry.Severity,
                    "The certificate of {{ $labels.instance }} expires soon",
                    "It is valid for another {{ $value | humanizeDuration }}."
                )
            );
        }

        return new RuleFragment(source, null, checks.HasErrors ? [] : rules, checks.Problems);
    }

    private string Selector(HealthProbe probe)
    {
        var selector = $"{{job=\"{probe.Metadata.Name}\",namespace=\"{probe.Metadata.Namespace}\"}}";
        // The enforced label goes the same way as in the users' own rules.
        return enforcedLabel is null
            ? selector
            : SelectorScoper.Enforce(selector, enforcedLabel, probe.Metadata.Namespace ?? "").Expression ?? selector;
    }

    private static string Seconds(RuleChecks checks, string field, string text)
    {
        _ = checks.Duration(field, text, positive: true);
        return PrometheusDuration.TryParse(text, out var duration, out _)
            ? duration.TotalSeconds.ToString(CultureInfo.InvariantCulture)
            : "0";
    }

    private RuleDefinition Alert(
        HealthProbe probe,
        string name,
        string expression,
        string? @for,
        Severity severity,
        string summary,
        string description
    )
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (severity is not Severity.None)
        {
            labels["severity"] = severity.ToString().ToLowerInvariant();
        }

        if (enforcedLabel is not null)
        {
            labels[enforcedLabel] = probe.Metadata.Namespace ?? "";
        }

        return new RuleDefinition
        {
            Alert = name,
            Expr = expression,
            For = @for,
            Labels = labels.Count == 0 ? null : labels,
            Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["summary"] = summary,
                ["description"] = description,
            },
        };
    }
}
