using Binnacle.Api;
using Binnacle.Rendering.Common;
using Binnacle.Rendering.Targets;
using Binnacle.Rendering.Yaml;
using Kubernetes.Models;

namespace Binnacle.Rendering.Prometheus;

/// <summary>Prometheus: a StatefulSet, its Services, its rights and its configuration. Rule shards come from Rules/.</summary>
internal static class PrometheusComponent
{
    /// <summary>Component name in labels, object names and status.</summary>
    public const string Name = "prometheus";

    /// <summary>The port of the web interface.</summary>
    public const int Port = 9090;

    /// <summary>prometheus.yml and everything around it. A target whose Secret is missing is left out and named.</summary>
    /// <param name="snapshot">What the render depends on.</param>
    /// <param name="probeConfigs">The scrape configurations that run the HealthProbes.</param>
    /// <param name="credentials">Files that the probe configurations already asked for are in here.</param>
    public static ComponentRender Render(
        StackSnapshot snapshot,
        IReadOnlyList<ScrapeConfig> probeConfigs,
        CredentialFiles credentials
    )
    {
        var stack = snapshot.Stack;
        var objects = new StackObjects(stack);
        var defaults = ComponentDefaults.Prometheus(stack.Spec.Profile);
        var image = defaults.ImageOf(stack.Spec.Metrics);
        var version = Version(snapshot);
        var problems = new List<ResourceProblem>();

        var scrapes = Targets(snapshot, version, credentials, problems);
        scrapes.AddRange(probeConfigs);
        var hash = "";
        var yaml = Config(snapshot, version, scrapes, ref hash);
        if (yaml.Length > MaxConfigBytes)
        {
            // Never write what the API server would refuse: what does not fit is left out by name, in a stable order.
            yaml = Fitting(snapshot, version, scrapes, problems, ref hash);
        }

        var name = ObjectNames.Component(objects.StackName, Name);
        var replicas = defaults.ReplicasOf(stack.Spec.Metrics);
        List<KubernetesObject> rendered =
        [
            new ConfigMap
            {
                Metadata = objects.Owned($"{name}-config", Name),
                Data = new Dictionary<string, string> { ["prometheus.yml"] = yaml },
            },
            credentials.ToSecret(objects, $"{name}-credentials", Name),
            .. PrometheusAccess.Render(snapshot, objects, name),
            ComponentServices.Headless(objects, $"{name}-headless", Name, ComponentServices.Port("web", Port)),
            ComponentServices.Plain(objects, name, Name, ComponentServices.Port("web", Port)),
            .. ComponentServices.Budget(objects, name, Name, replicas, snapshot.Cluster),
            PrometheusWorkload.Render(snapshot, objects, name, defaults, version),
        ];

        var plan = new ComponentPlan(
            Name,
            new ObjectKey(objects.Namespace, name),
            "StatefulSet",
            new ObjectKey(objects.Namespace, name),
            "web",
            Port,
            replicas,
            image,
            "Prometheus",
            hash
        );
        return new ComponentRender(plan, rendered, problems);
    }

    /// <summary>The version that decides the syntax.</summary>
    public static ComponentVersion Version(StackSnapshot snapshot) =>
        ComponentVersion.Of(
            snapshot.Versions.Prometheus,
            ComponentDefaults.Prometheus(snapshot.Stack.Spec.Profile).ImageOf(snapshot.Stack.Spec.Metrics),
            new ComponentVersion(3, 5, 0)
        );

    /// <summary>A ConfigMap takes 1 MiB in all; this leaves room for its metadata.</summary>
    private const int MaxConfigBytes = 1_000_000;

    private static List<ScrapeConfig> Targets(
        StackSnapshot snapshot,
        ComponentVersion version,
        CredentialFiles credentials,
        List<ResourceProblem> problems
    )
    {
        var renderer = new TargetRenderer(snapshot, version, credentials);
        var scrapes = new List<ScrapeConfig>();
        foreach (var target in snapshot.ScrapeTargets.OrderBy(target => target.Key))
        {
            var before = credentials.Files.Keys.ToHashSet(StringComparer.Ordinal);
            try
            {
                scrapes.Add(renderer.Render(target));
            }
            catch (MissingReferenceException missing)
            {
                credentials.Restore(before);
                problems.Add(
                    new ResourceProblem(
                        new ResourceRef("ScrapeTarget", target.Key),
                        missing.Reason,
                        missing.Message
                    )
                );
            }
        }

        return scrapes;
    }

    private static string Config(
        StackSnapshot snapshot,
        ComponentVersion version,
        IReadOnlyList<ScrapeConfig> scrapes,
        ref string hash
    )
    {
        var metrics = snapshot.Stack.Spec.Metrics;
        var config = new PrometheusConfig
        {
            Global = new GlobalConfig
            {
                ScrapeInterval = metrics.ScrapeInterval,
                EvaluationInterval = metrics.EvaluationInterval,
                ExternalLabels = metrics.ExternalLabels.Count == 0
                    ? null
                    : new SortedDictionary<string, string>(
                        metrics.ExternalLabels.ToDictionary(StringComparer.Ordinal),
                        StringComparer.Ordinal
                    ),
            },
            Storage = Storage(metrics, version),
            RuleFiles = ["rules-*.yaml"],
            Alerting = snapshot.Stack.Spec.Alerting.Enabled ? Alerting(snapshot) : null,
            ScrapeConfigs = scrapes.Count == 0 ? null : scrapes,
        };
        hash = StableHash.Hex(YamlWriter.Serialize(config, PrometheusJsonContext.Default.PrometheusConfig));
        return YamlWriter.Serialize(
            config with
            {
                RuleFiles = ["rules-*.yaml", ConfigIdentity.RuleFilesMarker(hash)],
            },
            PrometheusJsonContext.Default.PrometheusConfig
        );
    }

    private static string Fitting(
        StackSnapshot snapshot,
        ComponentVersion version,
        List<ScrapeConfig> scrapes,
        List<ResourceProblem> problems,
        ref string hash
    )
    {
        var kept = new List<ScrapeConfig>(scrapes);
        var yaml = "";
        do
        {
            var last = kept[^1];
            kept.RemoveAt(kept.Count - 1);
            var parts = last.JobName.Split('/');
            problems.Add(
                new ResourceProblem(
                    new ResourceRef(parts[0] == "probe" ? "HealthProbe" : "ScrapeTarget", new(parts[1], parts[2])),
                    "CapacityExceeded",
                    "the stack's scrape configuration has reached the 1 MiB that a ConfigMap takes; "
                        + "give this team a stack of its own, or merge targets"
                )
            );
            // A quarter of the excess at a time would be quicker; exactly one keeps the order fair and is rare enough.
            yaml = Config(snapshot, version, kept, ref hash);
        } while (yaml.Length > MaxConfigBytes && kept.Count > 0);

        return yaml;
    }

    private static StorageConfig? Storage(MetricsSpec metrics, ComponentVersion version)
    {
        // In the file since 3.11: before it the unit of `time` was wrong there, so flags are used
        // (https://github.com/prometheus/prometheus/pull/18200).
        var retention = PrometheusWorkload.RetentionInFile(version)
            ? new RetentionConfig
            {
                Time = metrics.Retention.Time,
                Size = metrics.Retention.Size is { } size ? QuantityText.ToPrometheusBytes(size) : null,
            }
            : null;
        return retention is null && metrics.OutOfOrderWindow is null
            ? null
            : new StorageConfig
            {
                Tsdb = new TsdbConfig { OutOfOrderTimeWindow = metrics.OutOfOrderWindow, Retention = retention },
            };
    }

    /// <summary>
    /// Every Alertmanager replica gets every alert, never a load-balanced Service
    /// (https://prometheus.io/docs/alerting/latest/high_availability/), so the replicas are discovered.
    /// </summary>
    private static AlertingConfig Alerting(StackSnapshot snapshot)
    {
        var slices = snapshot.Cluster.HasEndpointSlices;
        var service = ObjectNames.Component(snapshot.Stack.Metadata.Name ?? "", "alertmanager");
        return new AlertingConfig
        {
            Alertmanagers =
            [
                new AlertmanagerTarget
                {
                    ApiVersion = "v2",
                    KubernetesSdConfigs =
                    [
                        new KubernetesDiscovery
                        {
                            Role = slices ? "endpointslice" : "endpoints",
                            Namespaces = new NamespaceFilter { Names = [snapshot.Stack.Metadata.Namespace ?? ""] },
                        },
                    ],
                    RelabelConfigs =
                    [
                        Steps.Keep("__meta_kubernetes_service_name", RegexText.Quote(service)),
                        Steps.Keep(
                            slices
                                ? "__meta_kubernetes_endpointslice_port_name"
                                : "__meta_kubernetes_endpoint_port_name",
                            "web"
                        ),
                    ],
                },
            ],
        };
    }
}
