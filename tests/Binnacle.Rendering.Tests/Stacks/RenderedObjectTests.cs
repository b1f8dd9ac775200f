using Kubernetes.Models;

namespace Binnacle.Rendering.Tests.Stacks;

/// <summary>What holds for every rendered object, whatever the stack.</summary>
public sealed class RenderedObjectTests
{
    private static readonly string[] StandardLabels =
    [
        "app.kubernetes.io/name",
        "app.kubernetes.io/instance",
        "app.kubernetes.io/component",
        "app.kubernetes.io/part-of",
        "app.kubernetes.io/managed-by",
        "binnacle.dev/stack",
        "binnacle.dev/stack-namespace",
    ];

    public static TheoryData<string> Cases => [.. StackCase.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Guarantee", "A6")]
    public void Carries_labels_and_an_owner(string name)
    {
        var snapshot = StackCase.Read(name);
        foreach (var o in new StackRenderer().Render(snapshot).Objects)
        {
            o.Metadata.Labels.ShouldNotBeNull();
            StandardLabels.ShouldBeSubsetOf(o.Metadata.Labels.Keys, $"{o.Kind} {o.Key}");
            o.Metadata.Labels["app.kubernetes.io/managed-by"].ShouldBe("binnacle");
            if (o.Metadata.Namespace == snapshot.Stack.Metadata.Namespace)
            {
                var owner = o.Metadata.OwnerReferences.ShouldHaveSingleItem();
                (owner.Controller, owner.BlockOwnerDeletion).ShouldBe((true, true));
                (owner.ApiVersion, owner.Kind, owner.Name, owner.Uid).ShouldBe(
                    (
                        "binnacle.dev/v1alpha1",
                        "MonitoringStack",
                        snapshot.Stack.Key.Name,
                        snapshot.Stack.Metadata.Uid ?? ""
                    )
                );
            }
            else
            {
                o.Metadata.OwnerReferences.ShouldBeNull($"{o.Kind} {o.Key} lies outside of the stack's namespace");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Is_there_once(string name) =>
        new StackRenderer().Render(StackCase.Read(name)).Objects.Select(o => (o.Kind, o.Key)).ShouldBeUnique();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Refers_only_to_what_is_there(string name)
    {
        var objects = new StackRenderer().Render(StackCase.Read(name)).Objects;
        var workloads = Workloads(objects).ToList();
        foreach (var (key, selector, template) in workloads)
        {
            selector.ShouldBeSubsetOf(template.Metadata!.Labels!, key.ToString());
            var claims =
                objects.OfType<StatefulSet>().SingleOrDefault(set => set.Key.Equals(key))?.Spec!.VolumeClaimTemplates
                ?? [];
            var volumes = (template.Spec!.Volumes ?? [])
                .Select(volume => volume.Name)
                .Concat(claims.Select(claim => claim.Metadata.Name!))
                .ToList();
            volumes.ShouldBeUnique();
            foreach (var container in template.Spec.Containers!)
            {
                container.VolumeMounts!.Select(mount => mount.Name).ShouldBe(volumes, ignoreOrder: true);
                var ports = container.Ports!.Select(port => port.Name).ToList();
                foreach (
                    var probe in new[] { container.StartupProbe, container.ReadinessProbe, container.LivenessProbe }
                )
                {
                    if (probe is not null)
                    {
                        ports.ShouldContain(probe.HttpGet!.Port!.Value.Text);
                    }
                }
            }

            foreach (var volume in template.Spec.Volumes ?? [])
            {
                if (volume.Secret is { } secret)
                {
                    objects.OfType<Secret>().ShouldContain(o => o.Metadata.Name == secret.SecretName);
                }

                if (volume.ConfigMap is { } map)
                {
                    objects.OfType<ConfigMap>().ShouldContain(o => o.Metadata.Name == map.Name);
                }

                foreach (var source in volume.Projected?.Sources ?? [])
                {
                    if (source.ConfigMap is { Optional: not true } projected)
                    {
                        objects.OfType<ConfigMap>().ShouldContain(o => o.Metadata.Name == projected.Name);
                    }
                }
            }
        }

        foreach (var service in objects.OfType<Service>())
        {
            var (_, _, template) = workloads.Single(w => service.Spec!.Selector!.IsIn(w.Template.Metadata!.Labels!));
            var ports = template.Spec!.Containers!.SelectMany(c => c.Ports!).ToList();
            foreach (var port in service.Spec!.Ports!)
            {
                ports.ShouldContain(p => p.Name == port.TargetPort!.Value.Text && p.Protocol == port.Protocol);
            }
        }

        foreach (var set in objects.OfType<StatefulSet>())
        {
            objects.OfType<Service>().ShouldContain(service => service.Metadata.Name == set.Spec!.ServiceName);
        }

        foreach (var budget in objects.OfType<PodDisruptionBudget>())
        {
            workloads.Count(w => budget.Spec!.Selector!.MatchLabels!.IsIn(w.Template.Metadata!.Labels!)).ShouldBe(1);
        }

        foreach (var binding in objects.OfType<RoleBinding>())
        {
            objects
                .OfType<Role>()
                .ShouldContain(role => role.Key.Equals(new(binding.Key.Namespace, binding.RoleRef!.Name)));
            objects
                .OfType<ServiceAccount>()
                .ShouldContain(account => account.Metadata.Name == binding.Subjects![0].Name);
        }
    }

    /// <summary>
    /// Every control of the restricted profile:
    /// https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, baseline controls included.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Pods_pass_the_restricted_standard(string name)
    {
        string[] safeSysctls =
        [
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range",
        ];
        foreach (var (_, _, template) in Workloads(new StackRenderer().Render(StackCase.Read(name)).Objects))
        {
            var pod = template.Spec!;
            // Nothing that the typed model does not know, such as hostIPC, hostUsers, ephemeral containers.
            (pod.ExtensionFields ?? new Dictionary<string, System.Text.Json.JsonElement>()).ShouldBeEmpty();
            pod.HostNetwork.ShouldNotBe(true);
            pod.HostPID.ShouldNotBe(true);
            pod.InitContainers.ShouldBeNull();
            foreach (var volume in pod.Volumes ?? [])
            {
                volume.HostPath.ShouldBeNull();
                (volume.ExtensionFields?.Count ?? 0).ShouldBe(0);
            }

            var context = pod.SecurityContext.ShouldNotBeNull();
            context.RunAsNonRoot.ShouldBe(true);
            context.RunAsUser.ShouldNotBeNull().ShouldBeGreaterThan(0);
            context.SeccompProfile!.Type.ShouldBeOneOf("RuntimeDefault", "Localhost");
            (context.ExtensionFields?.Count ?? 0).ShouldBe(0, "no seLinuxOptions, appArmorProfile or windowsOptions");
            (context.Sysctls ?? []).Select(sysctl => sysctl.Name).ShouldBeSubsetOf(safeSysctls);
            foreach (var container in pod.Containers!)
            {
                var own = container.SecurityContext.ShouldNotBeNull();
                own.Privileged.ShouldNotBe(true);
                own.AllowPrivilegeEscalation.ShouldBe(false);
                own.RunAsNonRoot.ShouldNotBe(false);
                own.RunAsUser.ShouldNotBe(0);
                own.Capabilities!.Drop.ShouldBe(["ALL"]);
                (own.Capabilities.Add ?? []).ShouldBeSubsetOf(["NET_BIND_SERVICE"]);
                (own.SeccompProfile?.Type).ShouldNotBe("Unconfined");
                (own.ExtensionFields?.Count ?? 0).ShouldBe(0, "no procMount, seLinuxOptions or windowsOptions");
                container.Ports!.ShouldAllBe(port => port.HostPort == null || port.HostPort == 0);
            }
        }
    }

    private static IEnumerable<(
        ObjectKey Key,
        IReadOnlyDictionary<string, string> Selector,
        PodTemplateSpec Template
    )> Workloads(IReadOnlyList<KubernetesObject> objects) =>
        objects.SelectMany(o =>
            o switch
            {
                StatefulSet { Spec: { } spec } => [(o.Key, spec.Selector!.MatchLabels!, spec.Template!)],
                Deployment { Spec: { } spec } => [(o.Key, spec.Selector!.MatchLabels!, spec.Template!)],
                _ => Array.Empty<(ObjectKey, IReadOnlyDictionary<string, string>, PodTemplateSpec)>(),
            }
        );
}

internal static class LabelExtensions
{
    public static bool IsIn(
        this IReadOnlyDictionary<string, string> selector,
        IReadOnlyDictionary<string, string> labels
    ) => selector.All(label => labels.GetValueOrDefault(label.Key) == label.Value);
}
