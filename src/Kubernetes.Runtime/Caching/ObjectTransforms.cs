using Kubernetes.Models;

namespace Kubernetes.Runtime.Caching;

/// <summary>What makes an object smaller before it is kept.</summary>
internal static class ObjectTransforms
{
    public const string LastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";
    private const string ManagedFields = "managedFields";

    /// <summary>Leaves out what nobody reads from a cache.</summary>
    public static T Slim<T>(T value)
        where T : KubernetesObject
    {
        var metadata = value.Metadata;
        var hasManagedFields = metadata.ExtensionFields?.ContainsKey(ManagedFields) == true;
        var hasLastApplied = metadata.Annotations?.ContainsKey(LastAppliedAnnotation) == true;
        if (!hasManagedFields && !hasLastApplied)
        {
            return value;
        }

        return (T)(
            (KubernetesObject)value with
            {
                Metadata = metadata with
                {
                    ExtensionFields = hasManagedFields
                        ? Without(metadata.ExtensionFields!, ManagedFields)
                        : metadata.ExtensionFields,
                    Annotations = hasLastApplied
                        ? Without(metadata.Annotations!, LastAppliedAnnotation)
                        : metadata.Annotations,
                },
            }
        );
    }

    /// <summary>
    /// The same object, with one instance of what many of its kind repeat: apiVersion, kind, namespace, keys and values
    /// of labels, keys of annotations, owners, finalizers.
    /// </summary>
    public static T Share<T>(T value, StringPool pool)
        where T : KubernetesObject
    {
        var metadata = value.Metadata;
        return (T)(
            (KubernetesObject)value with
            {
                ApiVersion = pool.Intern(value.ApiVersion),
                Kind = pool.Intern(value.Kind),
                Metadata = metadata with
                {
                    Namespace = metadata.Namespace is { } home ? pool.Intern(home) : null,
                    Labels = metadata.Labels is { } labels
                        ? labels.ToDictionary(pair => pool.Intern(pair.Key), pair => pool.Intern(pair.Value))
                        : null,
                    Annotations = metadata.Annotations is { } annotations
                        ? annotations.ToDictionary(pair => pool.Intern(pair.Key), pair => pair.Value)
                        : null,
                    OwnerReferences = metadata.OwnerReferences is { } owners
                        ? [.. owners.Select(owner => Share(owner, pool))]
                        : null,
                    Finalizers = metadata.Finalizers is { } finalizers ? [.. finalizers.Select(pool.Intern)] : null,
                },
            }
        );
    }

    private static OwnerReference Share(OwnerReference owner, StringPool pool) =>
        owner with
        {
            ApiVersion = pool.Intern(owner.ApiVersion),
            Kind = pool.Intern(owner.Kind),
            Name = pool.Intern(owner.Name),
            Uid = pool.Intern(owner.Uid),
        };

    private static Dictionary<string, TValue>? Without<TValue>(
        IEnumerable<KeyValuePair<string, TValue>> map,
        string key
    )
    {
        var rest = new Dictionary<string, TValue>(map.Where(pair => pair.Key != key), StringComparer.Ordinal);
        return rest.Count == 0 ? null : rest;
    }
}
