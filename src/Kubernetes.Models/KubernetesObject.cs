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

/// <summary>An object of the Kubernetes API. Instances are immutable: change one with <c>with { }</c>.</summary>
public abstract record KubernetesObject : Extensible
{
    private protected KubernetesObject() { }

    // The JSON source generator sets an init-only property to null when the document lacks the field, whatever its
    // initializer says; items of a list lack apiVersion and kind. So the fallbacks live in the getters.
    [JsonPropertyOrder(-3)]
    public string ApiVersion
    {
        get => field ?? GetResourceType().ApiVersion;
        init;
    }

    [JsonPropertyOrder(-2)]
    public string Kind
    {
        get => field ?? GetResourceType().Kind;
        init;
    }

    [JsonPropertyOrder(-1)]
    public ObjectMeta Metadata
    {
        get => field ?? new ObjectMeta();
        init;
    }

    /// <summary>Namespace and name; the namespace of a cluster-scoped object is empty.</summary>
    [JsonIgnore]
    public ObjectKey Key => new(Metadata.Namespace ?? "", Metadata.Name ?? "");

    /// <summary>The resource that serves this kind.</summary>
    public abstract ResourceType GetResourceType();

    /// <summary>The object as the API server reads it: camelCase, nulls left out.</summary>
    public abstract byte[] ToUtf8Json();
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
}

/// <summary>Base of every typed kind: <c>record ConfigMap : KubernetesObject&lt;ConfigMap&gt;, IKubernetesObject&lt;ConfigMap&gt;</c>.</summary>
/// <typeparam name="TSelf">The kind itself.</typeparam>
public abstract record KubernetesObject<TSelf> : KubernetesObject
    where TSelf : KubernetesObject<TSelf>, IKubernetesObject<TSelf>
{
    /// <inheritdoc />
    public sealed override ResourceType GetResourceType() => TSelf.ResourceType;

    /// <inheritdoc />
    public sealed override byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes((TSelf)this, TSelf.JsonTypeInfo);
}
