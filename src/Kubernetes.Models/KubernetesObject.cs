using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Kubernetes.Models;

/// <summary>
/// Keeps the fields that this library has no property for, so that reading an object and writing it back loses nothing.
/// </summary>
public abstract record Extensible
{
    /// <summary>Fields of the JSON object without a property of their own.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionFields { get; set; }
}

/// <summary>
/// An object of the Kubernetes API. Instances are immutable: change one with <c>with { }</c>. Accessors that fall back
/// to the default are for the serializer, which sets init-only properties also when the JSON does not have the field
/// (the items of a list carry no kind).
/// </summary>
public abstract record KubernetesObject : Extensible
{
    private readonly string defaultApiVersion;
    private readonly string defaultKind;

    private protected KubernetesObject(string apiVersion, string kind)
    {
        defaultApiVersion = apiVersion;
        defaultKind = kind;
        ApiVersion = apiVersion;
        Kind = kind;
    }

    [JsonPropertyOrder(-3)]
    public string ApiVersion
    {
        get;
        init => field = value ?? defaultApiVersion;
    }

    [JsonPropertyOrder(-2)]
    public string Kind
    {
        get;
        init => field = value ?? defaultKind;
    }

    [JsonPropertyOrder(-1)]
    public ObjectMeta Metadata
    {
        get;
        init => field = value ?? new();
    } = new();

    /// <summary>Namespace and name; the namespace of a cluster-scoped object is empty.</summary>
    [JsonIgnore]
    public ObjectKey Key => new(Metadata.Namespace ?? "", Metadata.Name ?? "");

    /// <summary>The resource that serves this kind.</summary>
    public abstract ResourceType GetResourceType();

    /// <summary>The object as the API server reads it: camelCase, nulls left out.</summary>
    public abstract byte[] ToUtf8Json();

    /// <summary>Reads another object of this one's kind.</summary>
    /// <exception cref="JsonException">The JSON is not an object of this kind.</exception>
    public abstract KubernetesObject ReadSameKind(ReadOnlySpan<byte> utf8Json);
}

/// <summary>
/// What generic code (client, cache, controller) must know of a kind at compile time: its resource and how it is
/// read and written. Static members instead of attributes keep it free of reflection.
/// </summary>
/// <typeparam name="TSelf">The kind itself.</typeparam>
public interface IKubernetesObject<TSelf>
    where TSelf : KubernetesObject, IKubernetesObject<TSelf>
{
    /// <summary>Group, version, kind, plural and scope.</summary>
    static abstract ResourceType ResourceType { get; }

    /// <summary>The source-generated serializer of the kind.</summary>
    static abstract JsonTypeInfo<TSelf> JsonTypeInfo { get; }

    /// <summary>True when the server is to be asked for <c>metadata</c> alone.</summary>
    static virtual bool IsMetadataOnly => false;
}

/// <summary>Base of every typed kind: <c>record ConfigMap : KubernetesObject&lt;ConfigMap&gt;, IKubernetesObject&lt;ConfigMap&gt;</c>.</summary>
/// <typeparam name="TSelf">The kind itself.</typeparam>
public abstract record KubernetesObject<TSelf> : KubernetesObject
    where TSelf : KubernetesObject<TSelf>, IKubernetesObject<TSelf>
{
    protected KubernetesObject()
        : base(TSelf.ResourceType.ApiVersion, TSelf.ResourceType.Kind) { }

    /// <inheritdoc />
    public sealed override ResourceType GetResourceType() => TSelf.ResourceType;

    /// <inheritdoc />
    public sealed override byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes((TSelf)this, TSelf.JsonTypeInfo);

    /// <inheritdoc />
    public sealed override KubernetesObject ReadSameKind(ReadOnlySpan<byte> utf8Json) =>
        JsonSerializer.Deserialize(utf8Json, TSelf.JsonTypeInfo)
        ?? throw new JsonException($"expected a {TSelf.ResourceType.Kind}, got null");
}
