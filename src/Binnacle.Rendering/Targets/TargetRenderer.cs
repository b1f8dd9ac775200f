using System.Globalization;
using Binnacle.Api;
using Binnacle.Rendering.Common;
using Binnacle.Rendering.Prometheus;

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
    /// <exception cref="MissingReferenceException">A Secret is missing.</exception>
    public ScrapeConfig Render(ScrapeTarget target)
    {
        var spec = target.Spec;
        var discovery = Discover(target);
        var relabelings = discovery.Steps.Append(Steps.Set("job", spec.Job ?? target.Metadata.Name ?? ""));
        if (spec.Static is null)
        {
            relabelings = relabelings.Concat(OrderedLabels(spec.Labels).Select(l => Steps.Set(l.Key, l.Value)));
        }

        relabelings = relabelings.Concat(spec.Relabelings.Select(Step));
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
            Params = spec.Params.Count == 0 ? null : spec.Params,
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
            var (discovery, steps) = KubernetesTargets.Services(
                services.Selector,
                services.Port,
                TargetNamespaces.Of(snapshot, target, services.NamespaceSelector),
                snapshot.Cluster.HasEndpointSlices
            );
            return new Discovered(steps, Kubernetes: [discovery]);
        }

        if (spec.Pods is { } pods)
        {
            var (discovery, steps) = KubernetesTargets.Pods(
                pods.Selector,
                pods.Port,
                TargetNamespaces.Of(snapshot, target, pods.NamespaceSelector)
            );
            return new Discovered(steps, Kubernetes: [discovery]);
        }

        if (spec.Dns is { } dns)
        {
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
            return new Discovered([], Http: [new HttpDiscovery { Url = http.Url, RefreshInterval = http.RefreshInterval }]);
        }

        var written = spec.Static ?? new StaticTargets();
        var labels = OrderedLabels(spec.Labels.Concat(written.Labels)).ToDictionary(l => l.Key, l => l.Value);
        return new Discovered(
            [],
            Static: [new StaticDiscovery { Targets = written.Targets, Labels = labels.Count == 0 ? null : labels }]
        );
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
            throw new MissingReferenceException(
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
            Action = step.Action == RelabelAction.Replace ? null : step.Action.ToString().ToLower(CultureInfo.InvariantCulture),
        };

    private static IEnumerable<KeyValuePair<string, string>> OrderedLabels(
        IEnumerable<KeyValuePair<string, string>> labels
    ) => labels.GroupBy(l => l.Key, StringComparer.Ordinal).Select(g => g.Last()).OrderBy(l => l.Key, StringComparer.Ordinal);

    private sealed record Discovered(
        IEnumerable<RelabelConfig> Steps,
        IReadOnlyList<StaticDiscovery>? Static = null,
        IReadOnlyList<KubernetesDiscovery>? Kubernetes = null,
        IReadOnlyList<DnsDiscovery>? Dns = null,
        IReadOnlyList<HttpDiscovery>? Http = null
    );
}
