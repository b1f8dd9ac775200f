using System.Text.Json.Serialization.Metadata;

namespace Kubernetes.Models;

/// <summary><c>core/v1 ConfigMap</c>.</summary>
public sealed record ConfigMap : KubernetesObject<ConfigMap>, IKubernetesObject<ConfigMap>
{
    public static ResourceType ResourceType { get; } = new("", "v1", "ConfigMap", "configmaps", Namespaced: true);

    public static JsonTypeInfo<ConfigMap> JsonTypeInfo => KubernetesJsonContext.Default.ConfigMap;

    public IReadOnlyDictionary<string, string>? Data { get; init; }
    public IReadOnlyDictionary<string, byte[]>? BinaryData { get; init; }
    public bool? Immutable { get; init; }
}

/// <summary><c>core/v1 Secret</c>.</summary>
public sealed record Secret : KubernetesObject<Secret>, IKubernetesObject<Secret>
{
    public static ResourceType ResourceType { get; } = new("", "v1", "Secret", "secrets", Namespaced: true);

    public static JsonTypeInfo<Secret> JsonTypeInfo => KubernetesJsonContext.Default.Secret;

    public string? Type { get; init; }
    public IReadOnlyDictionary<string, byte[]>? Data { get; init; }
    public IReadOnlyDictionary<string, string>? StringData { get; init; }
    public bool? Immutable { get; init; }
}

/// <summary><c>core/v1 Namespace</c>.</summary>
public sealed record Namespace : KubernetesObject<Namespace>, IKubernetesObject<Namespace>
{
    public static ResourceType ResourceType { get; } = new("", "v1", "Namespace", "namespaces", Namespaced: false);

    public static JsonTypeInfo<Namespace> JsonTypeInfo => KubernetesJsonContext.Default.Namespace;

    public NamespaceSpec? Spec { get; init; }
    public NamespaceStatus? Status { get; init; }
}

/// <summary><c>NamespaceSpec</c>.</summary>
public sealed record NamespaceSpec : Extensible
{
    public IReadOnlyList<string>? Finalizers { get; init; }
}

/// <summary><c>NamespaceStatus</c>.</summary>
public sealed record NamespaceStatus : Extensible
{
    public string? Phase { get; init; }
}

/// <summary><c>core/v1 ServiceAccount</c>.</summary>
public sealed record ServiceAccount : KubernetesObject<ServiceAccount>, IKubernetesObject<ServiceAccount>
{
    public static ResourceType ResourceType { get; } =
        new("", "v1", "ServiceAccount", "serviceaccounts", Namespaced: true);

    public static JsonTypeInfo<ServiceAccount> JsonTypeInfo => KubernetesJsonContext.Default.ServiceAccount;

    public bool? AutomountServiceAccountToken { get; init; }
    public IReadOnlyList<LocalObjectReference>? ImagePullSecrets { get; init; }
}

/// <summary><c>LocalObjectReference</c>.</summary>
public sealed record LocalObjectReference : Extensible
{
    public string? Name { get; init; }
}

/// <summary><c>ObjectReference</c>.</summary>
public sealed record ObjectReference : Extensible
{
    public string? ApiVersion { get; init; }
    public string? Kind { get; init; }
    public string? Namespace { get; init; }
    public string? Name { get; init; }
    public string? Uid { get; init; }
    public string? ResourceVersion { get; init; }
    public string? FieldPath { get; init; }
}
