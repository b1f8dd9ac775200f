using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kubernetes.Models;

/// <summary><c>admission.k8s.io/v1 AdmissionReview</c>: the question of an API server to a webhook, and the answer.</summary>
public sealed record AdmissionReview : KubernetesObject<AdmissionReview>, IKubernetesObject<AdmissionReview>
{
    public static ResourceType ResourceType { get; } =
        new("admission.k8s.io", "v1", "AdmissionReview", "admissionreviews", Namespaced: false);

    public static JsonTypeInfo<AdmissionReview> JsonTypeInfo => KubernetesJsonContext.Default.AdmissionReview;

    public AdmissionRequest? Request { get; init; }
    public AdmissionResponse? Response { get; init; }
}

/// <summary><c>AdmissionRequest</c>.</summary>
public sealed record AdmissionRequest : Extensible
{
    public string? Uid { get; init; }
    public GroupVersionKind? Kind { get; init; }
    public GroupVersionResource? Resource { get; init; }
    public string? SubResource { get; init; }
    public GroupVersionKind? RequestKind { get; init; }
    public GroupVersionResource? RequestResource { get; init; }
    public string? RequestSubResource { get; init; }
    public string? Name { get; init; }
    public string? Namespace { get; init; }

    /// <summary>CREATE, UPDATE, DELETE or CONNECT.</summary>
    public string? Operation { get; init; }
    public UserInfo? UserInfo { get; init; }
    public JsonElement? Object { get; init; }
    public JsonElement? OldObject { get; init; }
    public bool? DryRun { get; init; }
    public JsonElement? Options { get; init; }
}

/// <summary><c>AdmissionResponse</c>.</summary>
public sealed record AdmissionResponse : Extensible
{
    public string? Uid { get; init; }
    public bool Allowed { get; init; }
    public Status? Status { get; init; }
    public byte[]? Patch { get; init; }
    public string? PatchType { get; init; }
    public IReadOnlyDictionary<string, string>? AuditAnnotations { get; init; }
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary><c>GroupVersionKind</c>.</summary>
public sealed record GroupVersionKind : Extensible
{
    public string? Group { get; init; }
    public string? Version { get; init; }
    public string? Kind { get; init; }
}

/// <summary><c>GroupVersionResource</c>.</summary>
public sealed record GroupVersionResource : Extensible
{
    public string? Group { get; init; }
    public string? Version { get; init; }
    public string? Resource { get; init; }
}

/// <summary><c>authentication.k8s.io/v1 UserInfo</c>: who asks.</summary>
public sealed record UserInfo : Extensible
{
    public string? Username { get; init; }
    public string? Uid { get; init; }
    public IReadOnlyList<string>? Groups { get; init; }
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra { get; init; }
}

/// <summary><c>admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration</c>.</summary>
public sealed record ValidatingWebhookConfiguration
    : KubernetesObject<ValidatingWebhookConfiguration>,
        IKubernetesObject<ValidatingWebhookConfiguration>
{
    public static ResourceType ResourceType { get; } =
        new(
            "admissionregistration.k8s.io",
            "v1",
            "ValidatingWebhookConfiguration",
            "validatingwebhookconfigurations",
            Namespaced: false
        );

    public static JsonTypeInfo<ValidatingWebhookConfiguration> JsonTypeInfo =>
        KubernetesJsonContext.Default.ValidatingWebhookConfiguration;

    public IReadOnlyList<ValidatingWebhook>? Webhooks { get; init; }
}

/// <summary><c>ValidatingWebhook</c>.</summary>
public sealed record ValidatingWebhook : Extensible
{
    public string Name
    {
        get;
        init => field = value ?? "";
    } = "";
    public WebhookClientConfig? ClientConfig { get; init; }
    public IReadOnlyList<RuleWithOperations>? Rules { get; init; }
    public string? FailurePolicy { get; init; }
    public string? MatchPolicy { get; init; }
    public LabelSelector? NamespaceSelector { get; init; }
    public LabelSelector? ObjectSelector { get; init; }
    public string? SideEffects { get; init; }
    public int? TimeoutSeconds { get; init; }
    public IReadOnlyList<string>? AdmissionReviewVersions { get; init; }
    public IReadOnlyList<MatchCondition>? MatchConditions { get; init; }
}

/// <summary><c>WebhookClientConfig</c>: either a URL or a Service.</summary>
public sealed record WebhookClientConfig : Extensible
{
    public string? Url { get; init; }
    public WebhookServiceReference? Service { get; init; }

    /// <summary>PEM certificates of the authorities that may sign the webhook's own.</summary>
    public byte[]? CaBundle { get; init; }
}

/// <summary><c>ServiceReference</c> of a webhook.</summary>
public sealed record WebhookServiceReference : Extensible
{
    public string? Namespace { get; init; }
    public string? Name { get; init; }
    public string? Path { get; init; }
    public int? Port { get; init; }
}

/// <summary><c>RuleWithOperations</c>: the requests that a webhook is asked about.</summary>
public sealed record RuleWithOperations : Extensible
{
    public IReadOnlyList<string>? Operations { get; init; }
    public IReadOnlyList<string>? ApiGroups { get; init; }
    public IReadOnlyList<string>? ApiVersions { get; init; }
    public IReadOnlyList<string>? Resources { get; init; }
    public string? Scope { get; init; }
}

/// <summary><c>MatchCondition</c>: a CEL expression that must hold for the webhook to be asked.</summary>
public sealed record MatchCondition : Extensible
{
    public string? Name { get; init; }
    public string? Expression { get; init; }
}
