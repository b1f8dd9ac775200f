using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kubernetes.Models;

/// <summary><c>rbac.authorization.k8s.io/v1 Role</c>.</summary>
public sealed record Role : KubernetesObject<Role>, IKubernetesObject<Role>
{
    public static ResourceType ResourceType { get; } =
        new("rbac.authorization.k8s.io", "v1", "Role", "roles", Namespaced: true);

    public static JsonTypeInfo<Role> JsonTypeInfo => KubernetesJsonContext.Default.Role;

    public IReadOnlyList<PolicyRule>? Rules { get; init; }
}

/// <summary><c>rbac.authorization.k8s.io/v1 ClusterRole</c>.</summary>
public sealed record ClusterRole : KubernetesObject<ClusterRole>, IKubernetesObject<ClusterRole>
{
    public static ResourceType ResourceType { get; } =
        new("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", Namespaced: false);

    public static JsonTypeInfo<ClusterRole> JsonTypeInfo => KubernetesJsonContext.Default.ClusterRole;

    public IReadOnlyList<PolicyRule>? Rules { get; init; }
    public JsonElement? AggregationRule { get; init; }
}

/// <summary><c>rbac.authorization.k8s.io/v1 RoleBinding</c>.</summary>
public sealed record RoleBinding : KubernetesObject<RoleBinding>, IKubernetesObject<RoleBinding>
{
    public static ResourceType ResourceType { get; } =
        new("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", Namespaced: true);

    public static JsonTypeInfo<RoleBinding> JsonTypeInfo => KubernetesJsonContext.Default.RoleBinding;

    public IReadOnlyList<RbacSubject>? Subjects { get; init; }
    public RoleRef? RoleRef { get; init; }
}

/// <summary><c>rbac.authorization.k8s.io/v1 ClusterRoleBinding</c>.</summary>
public sealed record ClusterRoleBinding : KubernetesObject<ClusterRoleBinding>, IKubernetesObject<ClusterRoleBinding>
{
    public static ResourceType ResourceType { get; } =
        new("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", Namespaced: false);

    public static JsonTypeInfo<ClusterRoleBinding> JsonTypeInfo => KubernetesJsonContext.Default.ClusterRoleBinding;

    public IReadOnlyList<RbacSubject>? Subjects { get; init; }
    public RoleRef? RoleRef { get; init; }
}

/// <summary><c>PolicyRule</c>.</summary>
public sealed record PolicyRule : Extensible
{
    public IReadOnlyList<string>? ApiGroups { get; init; }
    public IReadOnlyList<string>? Resources { get; init; }
    public IReadOnlyList<string>? ResourceNames { get; init; }
    public IReadOnlyList<string>? Verbs { get; init; }
    public IReadOnlyList<string>? NonResourceURLs { get; init; }
}

/// <summary><c>RbacSubject</c>.</summary>
public sealed record RbacSubject : Extensible
{
    public string Kind
    {
        get;
        init => field = value ?? "";
    } = "";
    public string? ApiGroup { get; init; }
    public string Name
    {
        get;
        init => field = value ?? "";
    } = "";
    public string? Namespace { get; init; }
}

/// <summary><c>RoleRef</c>.</summary>
public sealed record RoleRef : Extensible
{
    public string ApiGroup
    {
        get;
        init => field = value ?? "";
    } = "";
    public string Kind
    {
        get;
        init => field = value ?? "";
    } = "";
    public string Name
    {
        get;
        init => field = value ?? "";
    } = "";
}

/// <summary><c>authentication.k8s.io/v1 TokenRequest</c>.</summary>
public sealed record TokenRequest : KubernetesObject<TokenRequest>, IKubernetesObject<TokenRequest>
{
    public static ResourceType ResourceType { get; } =
        new("authentication.k8s.io", "v1", "TokenRequest", "tokenrequests", Namespaced: true);

    public static JsonTypeInfo<TokenRequest> JsonTypeInfo => KubernetesJsonContext.Default.TokenRequest;

    public TokenRequestSpec? Spec { get; init; }
    public TokenRequestStatus? Status { get; init; }
}

/// <summary><c>TokenRequestSpec</c>.</summary>
public sealed record TokenRequestSpec : Extensible
{
    public IReadOnlyList<string>? Audiences { get; init; }
    public long? ExpirationSeconds { get; init; }
    public ObjectReference? BoundObjectRef { get; init; }
}

/// <summary><c>TokenRequestStatus</c>.</summary>
public sealed record TokenRequestStatus : Extensible
{
    public string? Token { get; init; }
    public DateTimeOffset? ExpirationTimestamp { get; init; }
}
