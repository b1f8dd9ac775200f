using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Kubernetes.Models;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.OpenApi;

/// <summary>
/// Schemas of the built-in kinds, out of the types that read them. They name the fields this project uses; what else
/// Kubernetes has is accepted and kept, so no schema here closes an object.
/// </summary>
internal static class BuiltInSchemas
{
    private static readonly JsonSchemaExporterOptions Options = new() { TreatNullObliviousAsNonNullable = true };

    private static readonly Dictionary<(string Group, string Kind), JsonTypeInfo> Types = KnownTypes();

    /// <summary>The schema of a kind; an open object for one without a type.</summary>
    public static JsonObject For(string group, string kind, JsonObject schemas)
    {
        if (!Types.TryGetValue((group, kind), out var type))
        {
            return new() { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };
        }

        var exported = (JsonObject)type.GetJsonSchemaAsNode(Options);
        return (JsonObject)Simplify(exported, exported)!;
    }

    /// <summary>Adds the schema of object metadata, once.</summary>
    public static void AddMetadata(JsonObject schemas, string name)
    {
        if (schemas.ContainsKey(name))
        {
            return;
        }

        var exported = (JsonObject)KubernetesJsonContext.Default.ObjectMeta.GetJsonSchemaAsNode(Options);
        schemas[name] = Simplify(exported, exported);
    }

    /// <summary>OpenAPI 3.0 has one type per schema, and the exporter's references point into its own document.</summary>
    private static JsonNode? Simplify(JsonNode? node, JsonObject root, int depth = 0)
    {
        if (node is not JsonObject schema)
        {
            return new JsonObject { ["x-kubernetes-preserve-unknown-fields"] = true };
        }

        if (schema.Str("$ref") is { } reference)
        {
            return depth > 24
                ? new JsonObject { ["type"] = "object" }
                : Simplify(Resolve(root, reference), root, depth + 1);
        }

        var result = new JsonObject();
        var types =
            schema["type"] is JsonArray several
                ? several.Select(type => type.Text()).Where(type => type != "null").ToList()
            : schema.Str("type") is { } one ? [one]
            : [];
        if (types.Count == 1)
        {
            result["type"] = types[0];
        }

        foreach (var name in new[] { "format", "description", "required" })
        {
            if (schema[name] is { } value)
            {
                result[name] = value.DeepClone();
            }
        }

        if (schema.Obj("properties") is { } properties)
        {
            var copies = new JsonObject();
            foreach (var (name, property) in properties.OrderBy(property => property.Key, StringComparer.Ordinal))
            {
                copies[name] = Simplify(property, root, depth + 1);
            }

            result["properties"] = copies;
        }

        if (schema["items"] is { } items)
        {
            result["items"] = Simplify(items, root, depth + 1);
        }

        if (schema["additionalProperties"] is JsonObject values)
        {
            result["additionalProperties"] = Simplify(values, root, depth + 1);
        }

        if (result.Count == 0)
        {
            result["x-kubernetes-preserve-unknown-fields"] = true;
        }

        return result;
    }

    private static JsonNode? Resolve(JsonObject root, string reference)
    {
        JsonNode? node = root;
        foreach (var part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            node =
                node is JsonArray array && int.TryParse(name, out var index)
                    ? array[index]
                    : (node as JsonObject)?[name];
        }

        return node;
    }

    private static Dictionary<(string Group, string Kind), JsonTypeInfo> KnownTypes()
    {
        var types = new Dictionary<(string, string), JsonTypeInfo>();
        Add<ConfigMap>();
        Add<Secret>();
        Add<Namespace>();
        Add<ServiceAccount>();
        Add<Service>();
        Add<Endpoints>();
        Add<EndpointSlice>();
        Add<StatefulSet>();
        Add<Deployment>();
        Add<ReplicaSet>();
        Add<ControllerRevision>();
        Add<PodDisruptionBudget>();
        Add<Pod>();
        Add<PersistentVolumeClaim>();
        Add<Role>();
        Add<ClusterRole>();
        Add<RoleBinding>();
        Add<ClusterRoleBinding>();
        Add<Kubernetes.Models.Node>();
        Add<CustomResourceDefinition>();
        Add<Event>();
        return types;

        void Add<T>()
            where T : KubernetesObject, IKubernetesObject<T>
        {
            var type = T.ResourceType;
            types[(type.Group, type.Kind)] = T.JsonTypeInfo;
        }
    }
}
