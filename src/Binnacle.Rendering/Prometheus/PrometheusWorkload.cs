using Binnacle.Rendering.Common;
using Kubernetes.Models;

namespace Binnacle.Rendering.Prometheus;

/// <summary>The StatefulSet that runs Prometheus.</summary>
internal static class PrometheusWorkload
{
    private const string DataVolume = "data";

    /// <summary>Retention is part of the configuration file from this version on, and a pair of flags before.</summary>
    public static bool RetentionInFile(ComponentVersion version) => version.IsAtLeast(3, 11);

    /// <summary>Renders it.</summary>
    public static StatefulSet Render(
        StackSnapshot snapshot,
        StackObjects objects,
        string name,
        ComponentDefaults defaults,
        ComponentVersion version
    )
    {
        var spec = snapshot.Stack.Spec.Metrics;
        var (claims, volume) = ComponentPod.Data(spec, defaults, DataVolume);
        List<string> arguments =
        [
            $"--config.file={ObjectNames.PrometheusConfigDirectory}/prometheus.yml",
            "--storage.tsdb.path=/prometheus",
            "--web.enable-lifecycle",
        ];
        if (!RetentionInFile(version))
        {
            arguments.Add($"--storage.tsdb.retention.time={spec.Retention.Time}");
            if (spec.Retention.Size is { } size)
            {
                arguments.Add($"--storage.tsdb.retention.size={QuantityText.ToPrometheusBytes(size)}");
            }
        }

        var container = new Container
        {
            Name = PrometheusComponent.Name,
            Image = defaults.ImageOf(spec),
            Args = arguments,
            Ports =
            [
                new ContainerPort
                {
                    Name = "web",
                    Port = PrometheusComponent.Port,
                    Protocol = "TCP",
                },
            ],
            VolumeMounts =
            [
                new VolumeMount
                {
                    Name = "config",
                    MountPath = ObjectNames.PrometheusConfigDirectory,
                    ReadOnly = true,
                },
                new VolumeMount
                {
                    Name = "credentials",
                    MountPath = ObjectNames.PrometheusSecretsDirectory,
                    ReadOnly = true,
                },
                new VolumeMount { Name = DataVolume, MountPath = "/prometheus" },
            ],
            // Replaying a large write-ahead log takes minutes; a liveness probe must not cut it short.
            StartupProbe = ComponentPod.Http("/-/ready", period: 3, failures: 300),
            ReadinessProbe = ComponentPod.Http("/-/ready"),
            LivenessProbe = ComponentPod.Http("/-/healthy", period: 15, failures: 6),
        };
        IEnumerable<Volume> volumes =
        [
            ConfigVolume(objects.StackName, name),
            new Volume
            {
                Name = "credentials",
                Secret = new SecretVolumeSource { SecretName = $"{name}-credentials" },
            },
        ];
        return new StatefulSet
        {
            Metadata = objects.Owned(name, PrometheusComponent.Name),
            Spec = new StatefulSetSpec
            {
                Replicas = defaults.ReplicasOf(spec),
                ServiceName = $"{name}-headless",
                PodManagementPolicy = "Parallel",
                Selector = new LabelSelector { MatchLabels = objects.Selector(PrometheusComponent.Name) },
                Template = ComponentPod.Template(
                    objects,
                    PrometheusComponent.Name,
                    spec,
                    defaults,
                    snapshot.Stack.Spec.Profile,
                    container,
                    [.. volume is null ? volumes : volumes.Append(volume)],
                    name,
                    // A clean stop writes the head block's remains; ten minutes is what large ones need.
                    terminationSeconds: 600
                ),
                VolumeClaimTemplates = claims,
            },
        };
    }

    /// <summary>
    /// prometheus.yml and all rule shards in one volume, so that the kubelet swaps them together. The shards are
    /// optional and declared in advance: rules come and go without ever touching the pod. Of two sources with the same
    /// file the later wins, so that below each shard there is an empty one: a shard that goes must not take its file
    /// away between Prometheus's listing of the directory and its reading.
    /// </summary>
    private static Volume ConfigVolume(string stack, string name) =>
        new()
        {
            Name = "config",
            Projected = new ProjectedVolumeSource
            {
                Sources =
                [
                    new VolumeProjection { ConfigMap = new ConfigMapProjection { Name = $"{name}-config" } },
                    new VolumeProjection
                    {
                        ConfigMap = new ConfigMapProjection { Name = ObjectNames.EmptyRuleShards(stack) },
                    },
                    .. Enumerable
                        .Range(0, ObjectNames.RuleShards)
                        .Select(shard => new VolumeProjection
                        {
                            ConfigMap = new ConfigMapProjection
                            {
                                Name = ObjectNames.RuleShard(stack, shard),
                                Optional = true,
                            },
                        }),
                ],
            },
        };
}
