using System.Globalization;
using System.Text;
using Binnacle.Api;
using Binnacle.Rendering.Common;
using Binnacle.Rendering.Yaml;
using Kubernetes.Models;

namespace Binnacle.Rendering.Alertmanager;

/// <summary>Alertmanager: a StatefulSet whose replicas tell each other whom they have told, and its configuration.</summary>
internal static class AlertmanagerComponent
{
    /// <summary>Component name in labels, object names and status.</summary>
    public const string Name = "alertmanager";

    private const int Port = 9093;
    private const int ClusterPort = 9094;
    private const string Directory = "/etc/alertmanager/config";
    private const string SecretsDirectory = "/etc/alertmanager/secrets";

    /// <summary>
    /// Renders it. A channel that cannot be rendered is left out and named; the others go on. The table is null when
    /// alerting is turned off.
    /// </summary>
    public static (ComponentRender Render, RoutingTable? Table) Render(StackSnapshot snapshot)
    {
        var stack = snapshot.Stack;
        var spec = stack.Spec.Alerting;
        if (!spec.Enabled)
        {
            return (ComponentRender.None, null);
        }

        var objects = new StackObjects(stack);
        var name = ObjectNames.Component(objects.StackName, Name);
        var problems = new List<ResourceProblem>();
        var credentials = new CredentialFiles(snapshot.References, SecretsDirectory);
        var defaults = ComponentDefaults.Alertmanager(stack.Spec.Profile);
        var version = ComponentVersion.Of(
            snapshot.Versions.Alertmanager,
            defaults.ImageOf(spec),
            new ComponentVersion(0, 33, 0)
        );
        var receivers = Receivers(
            snapshot,
            new ReceiverRenderer(version, credentials, objects.Namespace),
            credentials,
            problems
        );
        var table = RoutingTable.Of(snapshot, receivers.Select(r => r.Name).ToHashSet(StringComparer.Ordinal));
        problems.AddRange(
            table.Left.Select(key => new ResourceProblem(
                new ResourceRef("AlertRule", key),
                "CapacityExceeded",
                "spec.channels: the stack's routes have reached the 1 MiB that a Secret takes, so only the stack's own "
                    + "routes decide about this alert; let the stack's routes match a label instead of naming "
                    + "channels in every rule",
                IsError: false
            ))
        );
        var config = new AlertmanagerConfig
        {
            Route = RouteRenderer.Render(spec, table),
            InhibitRules = spec.Inhibit == Inhibition.Severity ? Inhibitions(spec.GroupBy) : null,
            Receivers = [.. receivers, new ReceiverConfig { Name = RouteRenderer.Nobody }],
        };
        var yaml = YamlWriter.Serialize(config, AlertmanagerJsonContext.Default.AlertmanagerConfig);
        var replicas = defaults.ReplicasOf(spec);
        var web = ComponentServices.Port("web", Port);
        IReadOnlyList<KubernetesObject> rendered =
        [
            // A Secret, since a receiver's login name has to stand in the file itself.
            new Secret
            {
                Metadata = objects.Owned($"{name}-config", Name),
                Type = "Opaque",
                Data = new Dictionary<string, byte[]> { ["alertmanager.yml"] = Encoding.UTF8.GetBytes(yaml) },
            },
            credentials.ToSecret(objects, $"{name}-credentials", Name),
            ComponentServices.Headless(
                objects,
                $"{name}-headless",
                Name,
                web,
                ComponentServices.Port("cluster-tcp", ClusterPort),
                ComponentServices.Port("cluster-udp", ClusterPort, "UDP")
            ),
            ComponentServices.Plain(objects, name, Name, web),
            .. ComponentServices.Budget(objects, name, Name, replicas, snapshot.Cluster),
            Workload(stack, objects, name, defaults, replicas),
        ];
        var plan = new ComponentPlan(
            Name,
            new ObjectKey(objects.Namespace, name),
            "StatefulSet",
            new ObjectKey(objects.Namespace, name),
            "web",
            Port,
            replicas,
            defaults.ImageOf(spec),
            "Alertmanager",
            StableHash.AlertmanagerConfig(yaml)
        );
        return (new ComponentRender(plan, rendered, problems), table);
    }

    private static List<ReceiverConfig> Receivers(
        StackSnapshot snapshot,
        ReceiverRenderer renderer,
        CredentialFiles credentials,
        List<ResourceProblem> problems
    )
    {
        var receivers = new List<ReceiverConfig>();
        foreach (var channel in snapshot.Stack.Spec.Alerting.Channels)
        {
            try
            {
                receivers.Add(credentials.AllOrNothing(() => renderer.Render(channel)));
            }
            catch (NotRenderableException failure)
            {
                problems.Add(failure.ProblemOf("MonitoringStack", snapshot.Stack.Key));
            }
        }

        return receivers;
    }

    /// <summary>
    /// The same alert at a higher severity mutes the lower ones of its group. A label that both lack counts as equal.
    /// Where every alert is a group of its own, or all are one, it is the same alert of the same namespace: an empty
    /// list would let any critical alert mute every other.
    /// </summary>
    private static IReadOnlyList<InhibitRule> Inhibitions(IReadOnlyList<string> groupBy)
    {
        IReadOnlyList<string> equal = [.. groupBy.Where(label => label is not ("..." or "severity"))];
        equal = equal.Count > 0 ? equal : ["alertname", "namespace"];
        return
        [
            new InhibitRule
            {
                SourceMatchers = ["severity=\"critical\""],
                TargetMatchers = ["severity=~\"warning|info\""],
                Equal = equal,
            },
            new InhibitRule
            {
                SourceMatchers = ["severity=\"warning\""],
                TargetMatchers = ["severity=\"info\""],
                Equal = equal,
            },
        ];
    }

    private static StatefulSet Workload(
        MonitoringStack stack,
        StackObjects objects,
        string name,
        ComponentDefaults defaults,
        int replicas
    )
    {
        var spec = stack.Spec.Alerting;
        List<string> arguments =
        [
            $"--config.file={Directory}/alertmanager.yml",
            "--storage.path=/alertmanager",
            // One replica has no peers; an empty address turns gossip off. The brackets are for IPv6 and do IPv4 no harm.
            replicas > 1
                ? string.Create(CultureInfo.InvariantCulture, $"--cluster.listen-address=[$(POD_IP)]:{ClusterPort}")
                : "--cluster.listen-address=",
        ];
        if (replicas > 1)
        {
            for (var i = 0; i < replicas; i++)
            {
                arguments.Add($"--cluster.peer={name}-{i}.{name}-headless.{objects.Namespace}.svc:{ClusterPort}");
            }
        }

        var (claims, volume) = ComponentPod.Data(spec, defaults, "data");
        var container = new Container
        {
            Name = Name,
            Image = defaults.ImageOf(spec),
            Args = arguments,
            Env =
                replicas > 1
                    ?
                    [
                        new EnvVar
                        {
                            Name = "POD_IP",
                            ValueFrom = new EnvVarSource
                            {
                                FieldRef = new ObjectFieldSelector { FieldPath = "status.podIP" },
                            },
                        },
                    ]
                    : null,
            Ports =
            [
                new ContainerPort
                {
                    Name = "web",
                    Port = Port,
                    Protocol = "TCP",
                },
                new ContainerPort
                {
                    Name = "cluster-tcp",
                    Port = ClusterPort,
                    Protocol = "TCP",
                },
                new ContainerPort
                {
                    Name = "cluster-udp",
                    Port = ClusterPort,
                    Protocol = "UDP",
                },
            ],
            VolumeMounts =
            [
                new VolumeMount
                {
                    Name = "config",
                    MountPath = Directory,
                    ReadOnly = true,
                },
                new VolumeMount
                {
                    Name = "credentials",
                    MountPath = SecretsDirectory,
                    ReadOnly = true,
                },
                new VolumeMount { Name = "data", MountPath = "/alertmanager" },
            ],
            ReadinessProbe = ComponentPod.Http("/-/ready"),
            LivenessProbe = ComponentPod.Http("/-/healthy", period: 15, failures: 6),
        };
        IEnumerable<Volume> volumes =
        [
            new Volume
            {
                Name = "config",
                Secret = new SecretVolumeSource { SecretName = $"{name}-config" },
            },
            new Volume
            {
                Name = "credentials",
                Secret = new SecretVolumeSource { SecretName = $"{name}-credentials" },
            },
        ];
        return new StatefulSet
        {
            Metadata = objects.Owned(name, Name),
            Spec = new StatefulSetSpec
            {
                Replicas = replicas,
                ServiceName = $"{name}-headless",
                PodManagementPolicy = "Parallel",
                Selector = new LabelSelector { MatchLabels = objects.Selector(Name) },
                Template = ComponentPod.Template(
                    objects,
                    Name,
                    spec,
                    defaults,
                    stack.Spec.Profile,
                    container,
                    [.. volume is null ? volumes : volumes.Append(volume)],
                    serviceAccount: null,
                    terminationSeconds: 120
                ),
                VolumeClaimTemplates = claims,
            },
        };
    }
}
