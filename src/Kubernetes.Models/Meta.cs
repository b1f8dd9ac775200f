namespace Kubernetes.Models;

/// <summary><c>metav1.ObjectMeta</c>.</summary>
public sealed record ObjectMeta : Extensible
{
    public string? Name { get; init; }
    public string? GenerateName { get; init; }
    public string? Namespace { get; init; }
    public string? Uid { get; init; }
    public string? ResourceVersion { get; init; }
    public long? Generation { get; init; }
    public DateTimeOffset? CreationTimestamp { get; init; }
    public DateTimeOffset? DeletionTimestamp { get; init; }
    public long? DeletionGracePeriodSeconds { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }
    public IReadOnlyList<string>? Finalizers { get; init; }
}

/// <summary><c>metav1.OwnerReference</c>.</summary>
public sealed record OwnerReference : Extensible
{
    public string ApiVersion
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
    public string Uid
    {
        get;
        init => field = value ?? "";
    } = "";
    public bool? Controller { get; init; }
    public bool? BlockOwnerDeletion { get; init; }
}

/// <summary><c>metav1.Condition</c>. Status is <c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
public sealed record Condition : Extensible
{
    public string Type
    {
        get;
        init => field = value ?? "";
    } = "";
    public string Status
    {
        get;
        init => field = value ?? "Unknown";
    } = "Unknown";
    public long? ObservedGeneration { get; init; }
    public DateTimeOffset? LastTransitionTime { get; init; }
    public string Reason
    {
        get;
        init => field = value ?? "";
    } = "";
    public string Message
    {
        get;
        init => field = value ?? "";
    } = "";
}

/// <summary><c>metav1.LabelSelector</c>. An empty selector matches everything.</summary>
public sealed record LabelSelector : Extensible
{
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }
    public IReadOnlyList<LabelSelectorRequirement>? MatchExpressions { get; init; }
}

/// <summary><c>metav1.LabelSelectorRequirement</c>. Operator is In, NotIn, Exists or DoesNotExist.</summary>
public sealed record LabelSelectorRequirement : Extensible
{
    public string Key
    {
        get;
        init => field = value ?? "";
    } = "";
    public string Operator
    {
        get;
        init => field = value ?? "";
    } = "";
    public IReadOnlyList<string>? Values { get; init; }
}

/// <summary><c>metav1.Status</c>: the body of every error, and of a delete.</summary>
public sealed record Status : Extensible
{
    public string ApiVersion
    {
        get;
        init => field = value ?? "v1";
    } = "v1";
    public string Kind
    {
        get;
        init => field = value ?? "Status";
    } = "Status";
    public ListMeta? Metadata { get; init; }

    /// <summary>Success or Failure.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("status")]
    public string? Outcome { get; init; }
    public string? Message { get; init; }
    public string? Reason { get; init; }
    public StatusDetails? Details { get; init; }
    public int? Code { get; init; }
}

/// <summary><c>metav1.StatusDetails</c>.</summary>
public sealed record StatusDetails : Extensible
{
    public string? Name { get; init; }
    public string? Group { get; init; }
    public string? Kind { get; init; }
    public string? Uid { get; init; }
    public IReadOnlyList<StatusCause>? Causes { get; init; }
    public int? RetryAfterSeconds { get; init; }
}

/// <summary><c>metav1.StatusCause</c>.</summary>
public sealed record StatusCause : Extensible
{
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public string? Field { get; init; }
}

/// <summary><c>metav1.ListMeta</c>.</summary>
public sealed record ListMeta : Extensible
{
    public string? ResourceVersion { get; init; }
    public string? Continue { get; init; }
    public long? RemainingItemCount { get; init; }
}
