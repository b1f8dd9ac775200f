using System.Globalization;
using Binnacle.Api;
using Binnacle.Api.Syntax;
using Binnacle.Rendering.Common;
using Binnacle.Rendering.Prometheus;
using Kubernetes.Models;

namespace Binnacle.Rendering.Targets;

/// <summary>Turns a ScrapeTarget into an entry of <c>scrape_configs</c>.</summary>
/// <param name="snapshot">What the render depends on.</param>
/// <param name="version">Syntax depends on it.</param>
/// <param name="credentials">Takes the secrets that are needed.</param>
internal sealed class TargetRenderer(StackSnapshot snapshot, ComponentVersion version, CredentialFiles credentials)
{
    private readonly string? _enforced = snapshot.Stack.Spec.Tenancy?.EnforceNamespaceLabel;

    /// <summary>The scrape pool of a target: unique, and readable in Prometheus's own pages.</summary>
    public static string PoolName(ScrapeTarget target) => $"target/{target.Metadata.Namespace}/{target.Metadata.Name}";

    /// <summary>The entry.</summary>
    /// <exception cref="NotRenderableException">A Secret is missing, or the stack does not allow what is asked for.</exception>
    public ScrapeConfig Render(ScrapeTarget target)
    {
        var spec = target.Spec;
        CheckTimeout(spec);
        var discovery = Discover(target);
        var relabelings = discovery
            .Steps.Append(Steps.Set("job", spec.Job ?? target.Metadata.Name ?? ""))
            .Concat(Sorted(spec.Labels).Select(label => Steps.Set(label.Key, label.Value)))
            .Concat(spec.Relabelings.Select(Step));
        var metricRelabelings = MetricSteps(spec);
        if (_enforced is not null)
        {
            // Last in both lists: neither the author's own steps nor honorLabels lead out of the namespace.
            var confine = Steps.Set(_enforced, target.Metadata.Namespace ?? "");
            relabelings = relabelings.Append(confine);
            metricRelabelings.Add(confine);
        }

        return new ScrapeConfig
        {
            JobName = PoolName(target),
            ScrapeInterval = spec.Interval,
            ScrapeTimeout = spec.Timeout,
            MetricsPath = spec.Path == "/metrics" ? null : spec.Path,
            Scheme = spec.Scheme == Scheme.Https ? "https" : null,
            Params = spec.Params.Count == 0 ? null : Sorted(spec.Params),
            HonorLabels = spec.HonorLabels ? true : null,
            HonorTimestamps = spec.HonorTimestamps ? null : false,
            Authorization = Bearer(target),
            BasicAuth = Basic(target),
            Oauth2 = OAuth2(target),
            TlsConfig = TlsFiles.Config(credentials, target.Metadata.Namespace ?? "", spec.Tls, "spec.tls"),
            StaticConfigs = discovery.Static,
            KubernetesSdConfigs = discovery.Kubernetes,
            DnsSdConfigs = discovery.Dns,
            HttpSdConfigs = discovery.Http,
            RelabelConfigs = [.. relabelings],
            MetricRelabelConfigs = metricRelabelings.Count == 0 ? null : metricRelabelings,
            SampleLimit = spec.Limits?.Samples,
            TargetLimit = spec.Limits?.Targets,
            LabelLimit = spec.Limits?.Labels,
            BodySizeLimit = spec.Limits?.BodySize is { } size ? QuantityText.ToPrometheusBytes(size) : null,
            FallbackScrapeProtocol = version.IsAtLeast(3, 0) ? "PrometheusText0.0.4" : null,
        };
    }

    private Discovered Discover(ScrapeTarget target)
    {
        var spec = target.Spec;
        if (spec.Services is { } services)
        {
            return InNamespaces(
                target,
                services.NamespaceSelector,
                found =>
                    KubernetesTargets.Services(
                        services.Selector,
                        services.Port,
                        found,
                        snapshot.Cluster.HasEndpointSlices
                    )
            );
        }

        if (spec.Pods is { } pods)
        {
            return InNamespaces(
                target,
                pods.NamespaceSelector,
                found => KubernetesTargets.Pods(pods.Selector, pods.Port, found)
            );
        }

        if (spec.Dns is { } dns)
        {
            if (dns.Type == DnsRecordType.NS && !version.IsAtLeast(2, 49))
            {
                throw new NotRenderableException(
                    "NotSupported",
                    $"spec.dns.type: Prometheus {version} cannot look up NS records; run 2.49 or later"
                );
            }

            return new Discovered(
                [],
                Dns:
                [
                    new DnsDiscovery
                    {
                        Names = dns.Names,
                        Type = dns.Type.ToString().ToUpperInvariant(),
                        Port = dns.Port,
                    },
                ]
            );
        }

        if (spec.Http is { } http)
        {
            return new Discovered(
                [],
                Http: [new HttpDiscovery { Url = http.Url, RefreshInterval = http.RefreshInterval }]
            );
        }

        var written = spec.Static ?? new StaticTargets();
        return new Discovered(
            [],
            Static:
            [
                new StaticDiscovery
                {
                    Targets = written.Targets,
                    Labels = written.Labels.Count == 0 ? null : Sorted(written.Labels),
                },
            ]
        );
    }

    private Discovered InNamespaces(
        ScrapeTarget target,
        LabelSelector? selector,
        Func<IReadOnlyList<string>, (KubernetesDiscovery Discovery, IEnumerable<RelabelConfig> Steps)> discover
    )
    {
        var namespaces = TargetNamespaces.Of(snapshot, target, selector);
        if (namespaces.Count == 0)
        {
            // No namespace has these labels now. An empty list of names would mean all namespaces to Prometheus.
            return new Discovered([], Static: [new StaticDiscovery { Targets = [] }]);
        }

        var (discovery, steps) = discover(namespaces);
        return new Discovered(steps, Kubernetes: [discovery]);
    }

    /// <summary>Prometheus would refuse its whole configuration, and only here both intervals are known.</summary>
    private void CheckTimeout(ScrapeTargetSpec spec)
    {
        if (spec is { Timeout: { } timeout, Interval: null })
        {
            var interval = snapshot.Stack.Spec.Metrics.ScrapeInterval;
            if (PromDuration.Parse(timeout) > PromDuration.Parse(interval))
            {
                throw new NotRenderableException(
                    "TimeoutTooLong",
                    $"spec.timeout: {timeout} is longer than the interval, which is {interval} in "
                        + $"MonitoringStack {snapshot.Stack.Key}; shorten it, or set spec.interval"
                );
            }
        }
    }

    private List<RelabelConfig> MetricSteps(ScrapeTargetSpec spec)
    {
        var steps = new List<RelabelConfig>();
        if (spec.KeepMetrics.Count > 0)
        {
            steps.Add(Steps.Keep("__name__", RegexText.AnyOf(spec.KeepMetrics)));
        }

        if (spec.DropMetrics.Count > 0)
        {
            steps.Add(Steps.Drop("__name__", RegexText.AnyOf(spec.DropMetrics)));
        }

        if (spec.DropLabels.Count > 0)
        {
            steps.Add(new RelabelConfig { Regex = RegexText.AnyOf(spec.DropLabels), Action = "labeldrop" });
        }

        steps.AddRange(spec.MetricRelabelings.Select(Step));
        return steps;
    }

    private AuthorizationConfig? Bearer(ScrapeTarget target) =>
        target.Spec.Authorization?.BearerTokenRef is { } token
            ? new AuthorizationConfig
            {
                Type = "Bearer",
                CredentialsFile = credentials.Path(
                    target.Metadata.Namespace ?? "",
                    token,
                    "spec.authorization.bearerTokenRef"
                ),
            }
            : null;

    private BasicAuthConfig? Basic(ScrapeTarget target)
    {
        if (target.Spec.Authorization?.BasicAuthRef is not { } basic)
        {
            return null;
        }

        if (!version.IsAtLeast(2, 47))
        {
            throw new NotRenderableException(
                "NotSupported",
                $"spec.authorization.basicAuthRef: Prometheus {version} cannot read a user name from a file; "
                    + "run 2.47 or later"
            );
        }

        const string field = "spec.authorization.basicAuthRef";
        var home = target.Metadata.Namespace ?? "";
        return new BasicAuthConfig
        {
            UsernameFile = credentials.Path(home, basic.Name, basic.UsernameKey, field),
            PasswordFile = credentials.Path(home, basic.Name, basic.PasswordKey, field),
        };
    }

    private OAuth2Config? OAuth2(ScrapeTarget target) =>
        target.Spec.Authorization?.OAuth2 is { } oauth2
            ? new OAuth2Config
            {
                ClientId = oauth2.ClientId,
                ClientSecretFile = credentials.Path(
                    target.Metadata.Namespace ?? "",
                    oauth2.ClientSecretRef,
                    "spec.authorization.oauth2.clientSecretRef"
                ),
                TokenUrl = oauth2.TokenUrl,
                Scopes = oauth2.Scopes.Count == 0 ? null : oauth2.Scopes,
            }
            : null;

    private static RelabelConfig Step(Relabeling step) =>
        new()
        {
            SourceLabels = step.SourceLabels.Count == 0 ? null : step.SourceLabels,
            Separator = step.Separator,
            Regex = step.Regex,
            Modulus = step.Modulus,
            TargetLabel = step.TargetLabel,
            Replacement = step.Replacement,
            // Prometheus's own names are the lower-case ones: Replace → replace, KeepEqual → keepequal.
            Action =
                step.Action == RelabelAction.Replace
                    ? null
                    : step.Action.ToString().ToLower(CultureInfo.InvariantCulture),
        };

    private static SortedDictionary<string, T> Sorted<T>(IReadOnlyDictionary<string, T> values)
    {
        var sorted = new SortedDictionary<string, T>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            sorted[name] = value;
        }

        return sorted;
    }

    private sealed record Discovered(
        IEnumerable<RelabelConfig> Steps,
        IReadOnlyList<StaticDiscovery>? Static = null,
        IReadOnlyList<KubernetesDiscovery>? Kubernetes = null,
        IReadOnlyList<DnsDiscovery>? Dns = null,
        IReadOnlyList<HttpDiscovery>? Http = null
    );
}
