using Binnacle.Api;
using Binnacle.Rendering.Common;
using Binnacle.Rendering.Prometheus;
using Binnacle.Rendering.Yaml;
using Kubernetes.Models;

namespace Binnacle.Rendering.Probes;

/// <summary>The blackbox exporter: a Deployment and its configuration, and the scrapes that make it probe.</summary>
internal static class BlackboxComponent
{
    /// <summary>Component name in labels, object names and status.</summary>
    public const string Name = "blackbox-exporter";

    private const int Port = 9115;
    private const string Directory = "/etc/blackbox_exporter/config";
    private const string SecretsDirectory = "/etc/blackbox_exporter/secrets";

    /// <summary>Renders it; a probe that cannot be rendered is left out and named.</summary>
    public static (ComponentRender Render, IReadOnlyList<ScrapeEntry> Pools) Render(StackSnapshot snapshot)
    {
        var stack = snapshot.Stack;
        if (!stack.Spec.Probes.Enabled)
        {
            return (ComponentRender.None with { Problems = [.. snapshot.HealthProbes.Select(TurnedOff)] }, []);
        }

        var objects = new StackObjects(stack);
        var name = ObjectNames.Component(objects.StackName, Name);
        var defaults = ComponentDefaults.Blackbox(stack.Spec.Profile);
        var version = ComponentVersion.Of(
            snapshot.Versions.Blackbox,
            defaults.ImageOf(stack.Spec.Probes),
            new ComponentVersion(0, 28, 0)
        );
        var credentials = new CredentialFiles(snapshot.References, SecretsDirectory);
        var renderer = new ProbeModule(version, credentials);
        var modules = new SortedDictionary<string, BlackboxModule>(StringComparer.Ordinal);
        var room = ObjectNames.MaxContentBytes;
        var pools = new List<ScrapeEntry>();
        var problems = new List<ResourceProblem>();
        foreach (var probe in snapshot.HealthProbes.OrderBy(probe => probe.Key))
        {
            try
            {
                var (id, module, bytes) = credentials.AllOrNothing(() => renderer.Render(probe));
                if (!modules.ContainsKey(id) && bytes > room)
                {
                    problems.Add(NoRoom(probe));
                    continue;
                }

                room -= modules.TryAdd(id, module) ? bytes : 0;
                pools.Add(
                    new ScrapeEntry(
                        new ResourceRef("HealthProbe", probe.Key),
                        ProbeScrape.Render(snapshot, probe, id, $"{name}.{objects.Namespace}.svc:{Port}")
                    )
                );
            }
            catch (NotRenderableException failure)
            {
                problems.Add(failure.ProblemOf("HealthProbe", probe.Key));
            }
        }

        var replicas = defaults.ReplicasOf(stack.Spec.Probes);
        var yaml = YamlWriter.Serialize(
            new BlackboxConfig { Modules = modules },
            BlackboxJsonContext.Default.BlackboxConfig
        );
        IReadOnlyList<KubernetesObject> rendered =
        [
            new ConfigMap
            {
                Metadata = objects.Owned($"{name}-config", Name),
                Data = new Dictionary<string, string> { ["blackbox.yml"] = yaml },
            },
            credentials.ToSecret(objects, $"{name}-credentials", Name),
            ComponentServices.Plain(objects, name, Name, ComponentServices.Port("web", Port)),
            .. ComponentServices.Budget(objects, name, Name, replicas, snapshot.Cluster),
            Workload(stack, objects, name, defaults, replicas),
        ];
        var plan = new ComponentPlan(
            Name,
            new ObjectKey(objects.Namespace, name),
            "Deployment",
            new ObjectKey(objects.Namespace, name),
            "web",
            Port,
            replicas,
            defaults.ImageOf(stack.Spec.Probes),
            "Blackbox",
            ConfigIdentity.OfModules(modules.Keys)
        );
        return (new ComponentRender(plan, rendered, problems), pools);
    }

    private static Deployment Workload(
        MonitoringStack stack,
        StackObjects objects,
        string name,
        ComponentDefaults defaults,
        int replicas
    )
    {
        var container = new Container
        {
            Name = Name,
            Image = defaults.ImageOf(stack.Spec.Probes),
            Args = [$"--config.file={Directory}/blackbox.yml"],
            Ports =
            [
                new ContainerPort
                {
                    Name = "web",
                    Port = Port,
                    Protocol = "TCP",
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
            ],
            ReadinessProbe = ComponentPod.Http("/-/healthy"),
            LivenessProbe = ComponentPod.Http("/-/healthy", period: 15, failures: 6),
        };
        // Pings without the right to raw sockets: one of the sysctls that the restricted standard allows.
        var security = RestrictedPod.PodContext() with
        {
            Sysctls = [new Sysctl { Name = "net.ipv4.ping_group_range", Value = "0 2147483647" }],
        };
        return new Deployment
        {
            Metadata = objects.Owned(name, Name),
            Spec = new DeploymentSpec
            {
                Replicas = replicas,
                Selector = new LabelSelector { MatchLabels = objects.Selector(Name) },
                Template = ComponentPod.Template(
                    objects,
                    Name,
                    stack.Spec.Probes,
                    defaults,
                    stack.Spec.Profile,
                    container,
                    [
                        new Volume
                        {
                            Name = "config",
                            ConfigMap = new ConfigMapVolumeSource { Name = $"{name}-config" },
                        },
                        new Volume
                        {
                            Name = "credentials",
                            Secret = new SecretVolumeSource { SecretName = $"{name}-credentials" },
                        },
                    ],
                    serviceAccount: null,
                    security
                ),
            },
        };
    }

    private static ResourceProblem NoRoom(HealthProbe probe) =>
        new(
            new ResourceRef("HealthProbe", probe.Key),
            "CapacityExceeded",
            "the configuration of the stack's prober has reached the 1 MiB that a ConfigMap takes; let probes share "
                + "their options, or give this team a MonitoringStack of its own"
        );

    private static ResourceProblem TurnedOff(HealthProbe probe) =>
        new(
            new ResourceRef("HealthProbe", probe.Key),
            "ProbesDisabled",
            "the stack's spec.probes.enabled is false; turn it on, or name another stack in spec.stackRef"
        );
}
