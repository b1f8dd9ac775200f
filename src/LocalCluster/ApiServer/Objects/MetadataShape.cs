using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.Schema;

namespace LocalCluster.ApiServer.Objects;

/// <summary>The JSON types that metadata must have before anything reads it.</summary>
internal static class MetadataShape
{
    private static readonly string[] Texts =
    [
        "name",
        "generateName",
        "namespace",
        "selfLink",
        "uid",
        "resourceVersion",
    ];
    private static readonly string[] Numbers = ["generation", "deletionGracePeriodSeconds"];
    private static readonly string[] Times = ["creationTimestamp", "deletionTimestamp"];
    private static readonly string[] Maps = ["labels", "annotations"];
    private static readonly (string Field, string Type)[] Lists =
    [
        ("ownerReferences", "[]v1.OwnerReference"),
        ("finalizers", "[]string"),
        ("managedFields", "[]v1.ManagedFieldsEntry"),
    ];

    /// <summary>Checks a body.</summary>
    /// <exception cref="ApiException">400, as Kubernetes' decoder answers.</exception>
    public static void Check(JsonObject value, BodyKind kind, bool isCustom)
    {
        var prefix = GoDecoding.Prefix(kind);
        if (value["metadata"] is not (null or JsonObject))
        {
            throw ApiException.BadRequest(
                $"{prefix}json: cannot unmarshal {GoDecoding.Name(value["metadata"]!)} into Go value of type v1.ObjectMeta"
            );
        }

        var metadata = value.Metadata();
        var root = isCustom ? "ObjectMeta" : "ObjectMeta.metadata";
        foreach (var field in Texts)
        {
            Check(field, metadata[field], GoType.String);
        }

        foreach (var field in Numbers)
        {
            Check(field, metadata[field], GoType.Int64);
        }

        foreach (var field in Maps)
        {
            Check(field, metadata[field], GoType.Struct("map[string]string"));
            foreach (var (_, entry) in metadata.Obj(field) ?? [])
            {
                Check(field, entry, GoType.String);
            }
        }

        foreach (var (field, type) in Lists)
        {
            Check(field, metadata[field], GoType.List(type));
        }

        foreach (var field in Times)
        {
            Check(field, metadata[field], GoType.String);
            if (metadata.Str(field) is { } text && KubernetesTime.Parse(text) is null)
            {
                var quoted = FieldError.Quote(text);
                throw ApiException.BadRequest(
                    $"{prefix}parsing time {quoted} as \"2006-01-02T15:04:05Z07:00\": cannot parse {quoted} as \"2006\""
                );
            }
        }

        void Check(string field, JsonNode? node, GoType type) =>
            GoDecoding.Check(node, $"{root}.{field}", type, prefix);
    }
}
