using Binnacle.Api;
using Binnacle.Rendering.Common;
using Binnacle.Rendering.Targets;
using Kubernetes.Models;

namespace Binnacle.Rendering.Prometheus;

/// <summary>Prometheus: a StatefulSet, its Services, its rights and its configuration. Rule shards come from Rules/.</summary>
internal static class PrometheusComponent
{
    /// <summary>Component name in labels, object names and status.</summary>
    public const string Name = "prometheus";

    /// <summary>The port of the web interface.</summary>
    public const int Port = 9090;

    private static readonly Dictionary<string, string> EmptyRuleFiles = Enumerable
        .Range(0, ObjectNames.RuleShards)
        .ToDictionary(ObjectNames.RuleFile, _ => "groups: []\n", StringComparer.Ordinal);

    /// <summary>
    /// prometheus.yml and everything around it. A target that cannot be rendered is left out and named.
    /// </summary>
    /// <param name="snapshot">What the render depends on.</param>
    /// <param name="probes">The scrape pools that run the HealthProbes.</param>
    /// <returns>The objects, and the pools that are in the configuration.</returns>
    public static (ComponentRender Render, IReadOnlyList<ScrapeEntry> Pools) Render(
        StackSnapshot snapshot,
        IEnumerable<ScrapeEntry> probes
    )
    {
        var stack = snapshot.Stack;
        var objects = new StackObjects(stack);
        var defaults = ComponentDefaults.Prometheus(stack.Spec.Profile);
        var image = defaults.ImageOf(stack.Spec.Metrics);
        var version = Version(snapshot.Stack, snapshot.Versions);
        var problems = new List<ResourceProblem>();
        var credentials = new CredentialFiles(snapshot.References, ObjectNames.PrometheusSecretsDirectory);

        List<ScrapeEntry> pools = [.. Targets(snapshot, version, credentials, problems), .. probes];
        var file = PrometheusFile.Write(Head(snapshot, version), pools);
        problems.AddRange(file.Left.Select(NoRoom));

        var name = ObjectNames.Component(objects.StackName, Name);
        var replicas = defaults.ReplicasOf(stack.Spec.Metrics);
        List<KubernetesObject> rendered =
        [
            new ConfigMap
            {
                Metadata = objects.Owned($"{name}-config", Name),
                Data = new Dictionary<string, string> { ["prometheus.yml"] = file.Yaml },
            },
            new ConfigMap
            {
                Metadata = objects.Owned(ObjectNames.EmptyRuleShards(objects.StackName), Name),
                Data = EmptyRuleFiles,
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
            file.Hash
        );
        return (new ComponentRender(plan, rendered, problems), [.. pools.Except(file.Left)]);
    }

    /// <summary>The version that decides the syntax.</summary>
    public static ComponentVersion Version(MonitoringStack stack, ObservedVersions versions) =>
        ComponentVersion.Of(
            versions.Prometheus,
            ComponentDefaults.Prometheus(stack.Spec.Profile).ImageOf(stack.Spec.Metrics),
            new ComponentVersion(3, 5, 0)
        );

    private static IEnumerable<ScrapeEntry> Targets(
        StackSnapshot snapshot,
        ComponentVersion version,
        CredentialFiles credentials,
        List<ResourceProblem> problems
    )
    {
        var renderer = new TargetRenderer(snapshot, version, credentials);
        foreach (var target in snapshot.ScrapeTargets.OrderBy(target => target.Key))
        {
            ScrapeConfig? config = null;
            try
            {
                config = credentials.AllOrNothing(() => renderer.Render(target));
            }
            catch (NotRenderableException failure)
            {
                problems.Add(failure.ProblemOf("ScrapeTarget", target.Key));
            }

            if (config is not null)
            {
                yield return new ScrapeEntry(new ResourceRef("ScrapeTarget", target.Key), config);
            }
        }
    }

    private static PrometheusConfig Head(StackSnapshot snapshot, ComponentVersion version)
    {
        var metrics = snapshot.Stack.Spec.Metrics;
        return new PrometheusConfig
        {
            Global = new GlobalConfig
            {
                ScrapeInterval = metrics.ScrapeInterval,
                EvaluationInterval = metrics.EvaluationInterval,
                ExternalLabels = metrics.ExternalLabels.Count == 0 ? null : ExternalLabels(metrics, version),
            },
            Storage = Storage(metrics, version),
            Alerting = snapshot.Stack.Spec.Alerting.Enabled ? Alerting(snapshot) : null,
        };
    }

    /// <summary>Since 3.0 Prometheus replaces <c>$NAME</c> by its environment, and <c>$$</c> by one sign.</summary>
    private static SortedDictionary<string, string> ExternalLabels(MetricsSpec metrics, ComponentVersion version) =>
        new(
            metrics.ExternalLabels.ToDictionary(
                label => label.Key,
                label => version.IsAtLeast(3, 0) ? RegexText.Literal(label.Value) : label.Value,
                StringComparer.Ordinal
            ),
            StringComparer.Ordinal
        );

    private static ResourceProblem NoRoom(ScrapeEntry entry) =>
        new(
            entry.Source,
            "CapacityExceeded",
            "the stack's scrape configuration has reached the 1 MiB that a ConfigMap takes; give this team a "
                + "MonitoringStack of its own, or merge targets"
        );

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
