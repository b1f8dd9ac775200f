using Kubernetes.Models;

namespace Kubernetes.Runtime.Apply;

/// <summary>Names an object of any kind.</summary>
/// <param name="Type">Its resource.</param>
/// <param name="Key">Its namespace and name.</param>
public readonly record struct ObjectRef(ResourceType Type, ObjectKey Key)
{
    /// <inheritdoc />
    public override string ToString() => $"{Type.Kind} {Key}";

    internal static ObjectRef Of(KubernetesObject value) => new(value.GetResourceType(), value.Key);
}
