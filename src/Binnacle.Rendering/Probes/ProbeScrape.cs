using System.Globalization;
using Binnacle.Api;
using Binnacle.Api.Syntax;
using Binnacle.Rendering.Prometheus;
using Binnacle.Rendering.Targets;

namespace Binnacle.Rendering.Probes;

/// <summary>Turns a HealthProbe into the entry of <c>scrape_configs</c> that has the blackbox exporter run it.</summary>
internal static class ProbeScrape
{
    /// <summary>What the exporter takes off the scrape timeout for its own answer (its flag --timeout-offset).</summary>
    private const long OffsetMilliseconds = 500;

    /// <summary>The scrape pool of a probe.</summary>
    public static string PoolName(HealthProbe probe) => $"probe/{probe.Metadata.Namespace}/{probe.Metadata.Name}";

    /// <summary>The entry.</summary>
    /// <param name="snapshot">What the render depends on.</param>
    /// <param name="probe">The probe.</param>
    /// <param name="module">Name of its module.</param>
    /// <param name="exporter">Address of the exporter.</param>
    public static ScrapeConfig Render(StackSnapshot snapshot, HealthProbe probe, string module, string exporter)
    {
        var spec = probe.Spec;
        List<RelabelConfig> steps = [];
        IReadOnlyList<StaticDiscovery>? written = null;
        IReadOnlyList<KubernetesDiscovery>? discovered = null;
        if (spec.Services is { } services)
        {
            discovered =
            [
                new KubernetesDiscovery
                {
                    Role = "service",
                    Namespaces = new NamespaceFilter { Names = TargetNamespaces.OfProbe(snapshot, probe) },
                },
            ];
            steps.AddRange(OfServices(spec, services));
        }
        else
        {
            written = [new StaticDiscovery { Targets = spec.Targets ?? [] }];
            steps.Add(new RelabelConfig { SourceLabels = ["__address__"], TargetLabel = "__param_target" });
        }

        steps.Add(new RelabelConfig { SourceLabels = ["__param_target"], TargetLabel = "instance" });
        steps.Add(Steps.Set("__address__", exporter));
        steps.AddRange(spec.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => Steps.Set(l.Key, l.Value)));
        steps.Add(Steps.Set("job", probe.Metadata.Name ?? ""));
        steps.Add(Steps.Set("namespace", probe.Metadata.Namespace ?? ""));
        if (
            snapshot.Stack.Spec.Tenancy?.EnforceNamespaceLabel is { } enforced
            && !string.Equals(enforced, "namespace", StringComparison.Ordinal)
        )
        {
            steps.Add(Steps.Set(enforced, probe.Metadata.Namespace ?? ""));
        }

        return new ScrapeConfig
        {
            JobName = PoolName(probe),
            ScrapeInterval = spec.Interval,
            ScrapeTimeout = ScrapeTimeout(spec),
            MetricsPath = "/probe",
            Params = new Dictionary<string, IReadOnlyList<string>> { ["module"] = [module] },
            StaticConfigs = written,
            KubernetesSdConfigs = discovered,
            RelabelConfigs = steps,
        };
    }

    private static IEnumerable<RelabelConfig> OfServices(HealthProbeSpec spec, ProbedServices services)
    {
        foreach (var step in Steps.Selected(services.Selector, "__meta_kubernetes_service"))
        {
            yield return step;
        }

        if (services.Port is { Text: { } name })
        {
            yield return Steps.Keep("__meta_kubernetes_service_port_name", RegexText.Quote(name));
        }
        else if (services.Port is { Number: { } number })
        {
            yield return Steps.Keep(
                "__meta_kubernetes_service_port_number",
                number.ToString(CultureInfo.InvariantCulture)
            );
        }

        yield return new RelabelConfig
        {
            SourceLabels = ["__address__"],
            // A ping goes to a host; with a port the name is not one.
            Regex = spec.Type == ProbeType.Icmp ? "(.+):[0-9]+" : null,
            TargetLabel = "__param_target",
            Replacement =
                spec.Type == ProbeType.Http
                    ? $"{(services.Scheme == Scheme.Https ? "https" : "http")}://$1{RegexText.Literal(services.Path ?? "/")}"
                    : null,
        };
        yield return Steps.Copy("__meta_kubernetes_service_name", "service");
    }

    /// <summary>Long enough for the probe's own timeout to be the one that counts, and never longer than the interval.</summary>
    private static string ScrapeTimeout(HealthProbeSpec spec)
    {
        var wanted = new PromDuration(PromDuration.Parse(spec.Timeout).Milliseconds + OffsetMilliseconds);
        var interval = PromDuration.Parse(spec.Interval);
        return (wanted < interval ? wanted : interval).ToString();
    }
}
