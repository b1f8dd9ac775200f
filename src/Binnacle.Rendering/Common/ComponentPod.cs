using System.Text.Json;
using Binnacle.Api;
using Kubernetes.Models;

namespace Binnacle.Rendering.Common;

/// <summary>The pod template of a component, out of its own parts and the fields that all components share.</summary>
internal static class ComponentPod
{
    /// <summary>The template; <paramref name="container"/> gets the security context and the resources.</summary>
    public static PodTemplateSpec Template(
        StackObjects objects,
        string component,
        ComponentSpec spec,
        ComponentDefaults defaults,
        StackProfile profile,
        Container container,
        IReadOnlyList<Volume> volumes,
        string? serviceAccount,
        PodSecurityContext? security = null,
        int terminationSeconds = 30
    )
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in spec.PodLabels.Concat(objects.Labels(component)))
        {
            labels[name] = value;
        }

        return new PodTemplateSpec
        {
            Metadata = new ObjectMeta
            {
                Labels = labels,
                Annotations = new SortedDictionary<string, string>(
                    spec.PodAnnotations.ToDictionary(StringComparer.Ordinal),
                    StringComparer.Ordinal
                )
                {
                    ["kubectl.kubernetes.io/default-container"] = container.Name,
                },
            },
            Spec = new PodSpec
            {
                ServiceAccountName = serviceAccount,
                AutomountServiceAccountToken = serviceAccount is not null,
                EnableServiceLinks = false,
                SecurityContext = security ?? RestrictedPod.PodContext(),
                TerminationGracePeriodSeconds = terminationSeconds,
                Containers =
                [
                    container with
                    {
                        Resources = Resources(spec, defaults),
                        SecurityContext = container.SecurityContext ?? RestrictedPod.ContainerContext(),
                        TerminationMessagePolicy = "FallbackToLogsOnError",
                    },
                ],
                Volumes = volumes,
                NodeSelector = spec.NodeSelector.Count == 0 ? null : spec.NodeSelector,
                Tolerations = spec.Tolerations.Count == 0 ? null : spec.Tolerations,
                TopologySpreadConstraints =
                    spec.TopologySpreadConstraints.Count == 0 ? null : spec.TopologySpreadConstraints,
                Affinity =
                    spec.Affinity
                    ?? (profile == StackProfile.Production ? SpreadOverNodes(objects.Selector(component)) : null),
            },
        };
    }

    /// <summary>An HTTP probe of the web port.</summary>
    public static Probe Http(string path, int period = 5, int failures = 3) =>
        new()
        {
            HttpGet = new HttpGetAction { Path = path, Port = "web" },
            PeriodSeconds = period,
            TimeoutSeconds = 3,
            FailureThreshold = failures,
        };

    /// <summary>
    /// The volume that keeps a component's data: a claim per pod when a size is given, else a directory that lives as
    /// long as the pod.
    /// </summary>
    public static (IReadOnlyList<PersistentVolumeClaim>? Claims, Volume? Volume) Data(
        ComponentSpec spec,
        ComponentDefaults defaults,
        string name
    )
    {
        var size = spec.Storage?.Size is { Length: > 0 } own ? own : defaults.StorageSize;
        if (size is null)
        {
            return (null, new Volume { Name = name, EmptyDir = new EmptyDirVolumeSource() });
        }

        return (
            [
                new PersistentVolumeClaim
                {
                    Metadata = new ObjectMeta { Name = name },
                    Spec = new PersistentVolumeClaimSpec
                    {
                        AccessModes = ["ReadWriteOnce"],
                        StorageClassName = spec.Storage?.StorageClassName,
                        Resources = new ResourceRequirements
                        {
                            Requests = new Dictionary<string, string> { ["storage"] = size },
                        },
                    },
                },
            ],
            null
        );
    }

    private static ResourceRequirements Resources(ComponentSpec spec, ComponentDefaults defaults) =>
        new()
        {
            Requests = spec.Resources is null ? defaults.Requests : Quantities(spec.Resources.Requests),
            Limits = Quantities(spec.Resources?.Limits),
        };

    private static SortedDictionary<string, string>? Quantities(IReadOnlyDictionary<string, IntOrString>? values) =>
        values is { Count: > 0 }
            ? new SortedDictionary<string, string>(
                values.ToDictionary(value => value.Key, value => value.Value.ToString(), StringComparer.Ordinal),
                StringComparer.Ordinal
            )
            : null;

    /// <summary>Two replicas on one node would fail together: prefer another one, but run rather than wait.</summary>
    private static JsonElement SpreadOverNodes(IReadOnlyDictionary<string, string> labels)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("podAntiAffinity");
            json.WriteStartArray("preferredDuringSchedulingIgnoredDuringExecution");
            json.WriteStartObject();
            json.WriteNumber("weight", 100);
            json.WriteStartObject("podAffinityTerm");
            json.WriteString("topologyKey", "kubernetes.io/hostname");
            json.WriteStartObject("labelSelector");
            json.WriteStartObject("matchLabels");
            foreach (var (name, value) in labels)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.ToArray());
        return document.RootElement.Clone();
    }
}
