using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Kubernetes.Models;

/// <summary><c>core/v1 Pod</c>.</summary>
public sealed record Pod : KubernetesObject<Pod>, IKubernetesObject<Pod>
{
    public static ResourceType ResourceType { get; } = new("", "v1", "Pod", "pods", Namespaced: true);

    public static JsonTypeInfo<Pod> JsonTypeInfo => KubernetesJsonContext.Default.Pod;

    public PodSpec? Spec { get; init; }
    public PodStatus? Status { get; init; }
}

/// <summary><c>core/v1 Binding</c>: posted to <c>pods/NAME/binding</c>, it gives a pod its node.</summary>
public sealed record Binding : KubernetesObject<Binding>, IKubernetesObject<Binding>
{
    public static ResourceType ResourceType { get; } = new("", "v1", "Binding", "bindings", Namespaced: true);

    public static JsonTypeInfo<Binding> JsonTypeInfo => KubernetesJsonContext.Default.Binding;

    public ObjectReference? Target { get; init; }
}

/// <summary><c>PodTemplateSpec</c>.</summary>
public sealed record PodTemplateSpec : Extensible
{
    public ObjectMeta? Metadata { get; init; }
    public PodSpec? Spec { get; init; }
}

/// <summary><c>PodSpec</c>.</summary>
public sealed record PodSpec : Extensible
{
    public IReadOnlyList<Container>? InitContainers { get; init; }
    public IReadOnlyList<Container>? Containers { get; init; }
    public IReadOnlyList<Volume>? Volumes { get; init; }
    public string? ServiceAccountName { get; init; }
    public bool? AutomountServiceAccountToken { get; init; }
    public string? NodeName { get; init; }
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }
    public IReadOnlyList<Toleration>? Tolerations { get; init; }
    public JsonElement? Affinity { get; init; }
    public IReadOnlyList<TopologySpreadConstraint>? TopologySpreadConstraints { get; init; }
    public PodSecurityContext? SecurityContext { get; init; }
    public long? TerminationGracePeriodSeconds { get; init; }
    public string? RestartPolicy { get; init; }
    public string? DnsPolicy { get; init; }
    public string? Hostname { get; init; }
    public string? Subdomain { get; init; }
    public bool? HostNetwork { get; init; }
    public bool? HostPID { get; init; }
    public bool? EnableServiceLinks { get; init; }
    public IReadOnlyList<LocalObjectReference>? ImagePullSecrets { get; init; }
    public string? PriorityClassName { get; init; }
    public string? SchedulerName { get; init; }
    public bool? ShareProcessNamespace { get; init; }
}

/// <summary><c>Container</c>.</summary>
public sealed record Container : Extensible
{
    public string Name
    {
        get;
        init => field = value ?? "";
    } = "";
    public string? Image { get; init; }
    public string? ImagePullPolicy { get; init; }
    public IReadOnlyList<string>? Command { get; init; }
    public IReadOnlyList<string>? Args { get; init; }
    public string? WorkingDir { get; init; }
    public IReadOnlyList<EnvVar>? Env { get; init; }
    public IReadOnlyList<JsonElement>? EnvFrom { get; init; }
    public IReadOnlyList<ContainerPort>? Ports { get; init; }
    public ResourceRequirements? Resources { get; init; }
    public IReadOnlyList<VolumeMount>? VolumeMounts { get; init; }
    public Probe? LivenessProbe { get; init; }
    public Probe? ReadinessProbe { get; init; }
    public Probe? StartupProbe { get; init; }
    public SecurityContext? SecurityContext { get; init; }
    public string? TerminationMessagePath { get; init; }
    public string? TerminationMessagePolicy { get; init; }
}

/// <summary><c>EnvVar</c>.</summary>
public sealed record EnvVar : Extensible
{
    public string Name
    {
        get;
        init => field = value ?? "";
    } = "";
    public string? Value { get; init; }
    public EnvVarSource? ValueFrom { get; init; }
}

/// <summary><c>EnvVarSource</c>.</summary>
public sealed record EnvVarSource : Extensible
{
    public ObjectFieldSelector? FieldRef { get; init; }
    public KeySelector? SecretKeyRef { get; init; }
    public KeySelector? ConfigMapKeyRef { get; init; }
    public JsonElement? ResourceFieldRef { get; init; }
}

/// <summary><c>ObjectFieldSelector</c>.</summary>
public sealed record ObjectFieldSelector : Extensible
{
    public string? ApiVersion { get; init; }
    public string? FieldPath { get; init; }
}

/// <summary><c>SecretKeySelector</c> and <c>ConfigMapKeySelector</c>.</summary>
public sealed record KeySelector : Extensible
{
    public string? Name { get; init; }
    public string? Key { get; init; }
    public bool? Optional { get; init; }
}

/// <summary><c>ContainerPort</c>.</summary>
public sealed record ContainerPort : Extensible
{
    public string? Name { get; init; }
    public string? Protocol { get; init; }

    [JsonPropertyName("containerPort")]
    public int? Port { get; init; }
    public int? HostPort { get; init; }
}

/// <summary><c>ResourceRequirements</c>; the values are quantities.</summary>
public sealed record ResourceRequirements : Extensible
{
    public IReadOnlyDictionary<string, string>? Limits { get; init; }
    public IReadOnlyDictionary<string, string>? Requests { get; init; }
}

/// <summary><c>VolumeMount</c>.</summary>
public sealed record VolumeMount : Extensible
{
    public string Name
    {
        get;
        init => field = value ?? "";
    } = "";
    public string MountPath
    {
        get;
        init => field = value ?? "";
    } = "";
    public string? SubPath { get; init; }
    public bool? ReadOnly { get; init; }
}

/// <summary><c>Probe</c>.</summary>
public sealed record Probe : Extensible
{
    public HttpGetAction? HttpGet { get; init; }
    public TcpSocketAction? TcpSocket { get; init; }
    public ExecAction? Exec { get; init; }
    public int? InitialDelaySeconds { get; init; }
    public int? PeriodSeconds { get; init; }
    public int? TimeoutSeconds { get; init; }
    public int? SuccessThreshold { get; init; }
    public int? FailureThreshold { get; init; }
}

/// <summary><c>HttpGetAction</c>.</summary>
public sealed record HttpGetAction : Extensible
{
    public string? Path { get; init; }
    public IntOrString? Port { get; init; }
    public string? Scheme { get; init; }
    public string? Host { get; init; }
}

/// <summary><c>TcpSocketAction</c>.</summary>
public sealed record TcpSocketAction : Extensible
{
    public IntOrString? Port { get; init; }
    public string? Host { get; init; }
}

/// <summary><c>ExecAction</c>.</summary>
public sealed record ExecAction : Extensible
{
    public IReadOnlyList<string>? Command { get; init; }
}

/// <summary><c>SecurityContext</c>.</summary>
public sealed record SecurityContext : Extensible
{
    public bool? AllowPrivilegeEscalation { get; init; }
    public bool? Privileged { get; init; }
    public bool? ReadOnlyRootFilesystem { get; init; }
    public bool? RunAsNonRoot { get; init; }
    public long? RunAsUser { get; init; }
    public long? RunAsGroup { get; init; }
    public Capabilities? Capabilities { get; init; }
    public SeccompProfile? SeccompProfile { get; init; }
}

/// <summary><c>PodSecurityContext</c>.</summary>
public sealed record PodSecurityContext : Extensible
{
    public bool? RunAsNonRoot { get; init; }
    public long? RunAsUser { get; init; }
    public long? RunAsGroup { get; init; }
    public long? FsGroup { get; init; }
    public string? FsGroupChangePolicy { get; init; }
    public IReadOnlyList<long>? SupplementalGroups { get; init; }
    public SeccompProfile? SeccompProfile { get; init; }
    public IReadOnlyList<Sysctl>? Sysctls { get; init; }
}

/// <summary><c>Capabilities</c>.</summary>
public sealed record Capabilities : Extensible
{
    public IReadOnlyList<string>? Add { get; init; }
    public IReadOnlyList<string>? Drop { get; init; }
}

/// <summary><c>SeccompProfile</c>.</summary>
public sealed record SeccompProfile : Extensible
{
    public string Type
    {
        get;
        init => field = value ?? "";
    } = "";
    public string? LocalhostProfile { get; init; }
}

/// <summary><c>Sysctl</c>.</summary>
public sealed record Sysctl : Extensible
{
    public string Name
    {
        get;
        init => field = value ?? "";
    } = "";
    public string Value
    {
        get;
        init => field = value ?? "";
    } = "";
}

/// <summary><c>Toleration</c>.</summary>
public sealed record Toleration : Extensible
{
    public string? Key { get; init; }
    public string? Operator { get; init; }
    public string? Value { get; init; }
    public string? Effect { get; init; }
    public long? TolerationSeconds { get; init; }
}

/// <summary><c>TopologySpreadConstraint</c>.</summary>
public sealed record TopologySpreadConstraint : Extensible
{
    public int MaxSkew { get; init; }
    public string TopologyKey
    {
        get;
        init => field = value ?? "";
    } = "";
    public string WhenUnsatisfiable
    {
        get;
        init => field = value ?? "";
    } = "";
    public LabelSelector? LabelSelector { get; init; }
}

/// <summary><c>PodStatus</c>.</summary>
public sealed record PodStatus : Extensible
{
    public string? Phase { get; init; }
    public IReadOnlyList<PodCondition>? Conditions { get; init; }
    public string? Message { get; init; }
    public string? Reason { get; init; }
    public string? HostIP { get; init; }
    public string? PodIP { get; init; }
    public IReadOnlyList<PodIP>? PodIPs { get; init; }
    public DateTimeOffset? StartTime { get; init; }
    public IReadOnlyList<ContainerStatus>? ContainerStatuses { get; init; }
    public IReadOnlyList<ContainerStatus>? InitContainerStatuses { get; init; }
    public string? QosClass { get; init; }
    public long? ObservedGeneration { get; init; }
}

/// <summary><c>PodIP</c>.</summary>
public sealed record PodIP : Extensible
{
    public string? Ip { get; init; }
}

/// <summary><c>PodCondition</c>.</summary>
public sealed record PodCondition : Extensible
{
    public string Type
    {
        get;
        init => field = value ?? "";
    } = "";
    public string Status
    {
        get;
        init => field = value ?? "";
    } = "";
    public DateTimeOffset? LastProbeTime { get; init; }
    public DateTimeOffset? LastTransitionTime { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
}

/// <summary><c>ContainerStatus</c>.</summary>
public sealed record ContainerStatus : Extensible
{
    public string Name
    {
        get;
        init => field = value ?? "";
    } = "";
    public ContainerState? State { get; init; }
    public ContainerState? LastState { get; init; }
    public bool? Ready { get; init; }
    public int RestartCount { get; init; }
    public string? Image { get; init; }
    public string? ImageID { get; init; }
    public string? ContainerID { get; init; }
    public bool? Started { get; init; }
}

/// <summary><c>ContainerState</c>.</summary>
public sealed record ContainerState : Extensible
{
    public ContainerStateWaiting? Waiting { get; init; }
    public ContainerStateRunning? Running { get; init; }
    public ContainerStateTerminated? Terminated { get; init; }
}

/// <summary><c>ContainerStateWaiting</c>.</summary>
public sealed record ContainerStateWaiting : Extensible
{
    public string? Reason { get; init; }
    public string? Message { get; init; }
}

/// <summary><c>ContainerStateRunning</c>.</summary>
public sealed record ContainerStateRunning : Extensible
{
    public DateTimeOffset? StartedAt { get; init; }
}

/// <summary><c>ContainerStateTerminated</c>.</summary>
public sealed record ContainerStateTerminated : Extensible
{
    public int ExitCode { get; init; }
    public int? Signal { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public string? ContainerID { get; init; }
}
