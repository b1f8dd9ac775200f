using System.Text.Json.Serialization.Metadata;

namespace Kubernetes.Models;

/// <summary><c>authorization.k8s.io/v1 SubjectAccessReview</c>: may this user do that?</summary>
public sealed record SubjectAccessReview : KubernetesObject<SubjectAccessReview>, IKubernetesObject<SubjectAccessReview>
{
    public static ResourceType ResourceType { get; } =
        new("authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews", Namespaced: false);

    public static JsonTypeInfo<SubjectAccessReview> JsonTypeInfo => KubernetesJsonContext.Default.SubjectAccessReview;

    public SubjectAccessReviewSpec? Spec { get; init; }
    public SubjectAccessReviewStatus? Status { get; init; }
}

/// <summary><c>SubjectAccessReviewSpec</c>.</summary>
public sealed record SubjectAccessReviewSpec : Extensible
{
    public ResourceAttributes? ResourceAttributes { get; init; }
    public NonResourceAttributes? NonResourceAttributes { get; init; }
    public string? User { get; init; }
    public IReadOnlyList<string>? Groups { get; init; }
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra { get; init; }
    public string? Uid { get; init; }
}

/// <summary><c>ResourceAttributes</c>. An empty namespace asks about all of them, or a cluster-scoped resource.</summary>
public sealed record ResourceAttributes : Extensible
{
    public string? Namespace { get; init; }
    public string? Verb { get; init; }
    public string? Group { get; init; }
    public string? Version { get; init; }
    public string? Resource { get; init; }
    public string? Subresource { get; init; }
    public string? Name { get; init; }
}

/// <summary><c>NonResourceAttributes</c>.</summary>
public sealed record NonResourceAttributes : Extensible
{
    public string? Path { get; init; }
    public string? Verb { get; init; }
}

/// <summary><c>SubjectAccessReviewStatus</c>.</summary>
public sealed record SubjectAccessReviewStatus : Extensible
{
    public bool Allowed { get; init; }
    public bool? Denied { get; init; }
    public string? Reason { get; init; }
    public string? EvaluationError { get; init; }
}
