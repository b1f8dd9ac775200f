using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.OpenApi;

/// <summary>
/// The document of one group and version: what kubectl reads to explain kinds, and to learn which parameters a write takes.
/// </summary>
internal static class OpenApiDocument
{
    private const string MetaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    public static JsonObject Build(IEnumerable<ApiResource> resources)
    {
        var (paths, schemas) = (new JsonObject(), new JsonObject());
        foreach (var resource in resources)
        {
            AddPaths(paths, resource);
            schemas[SchemaName(resource)] = Schema(resource, schemas);
            schemas[SchemaName(resource) + "List"] = List(resource);
        }

        return new()
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.36.0" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    public static string SchemaName(ApiResource resource)
    {
        if (resource.IsCustom)
        {
            return string.Join('.', resource.Group.Split('.').Reverse().Append(resource.Version).Append(resource.Kind));
        }

        var group = resource.Group.Length == 0 ? "core" : resource.Group.Split('.')[0];
        return $"io.k8s.api.{group}.{resource.Version}.{resource.Kind}";
    }

    private static JsonObject Schema(ApiResource resource, JsonObject schemas)
    {
        var schema = resource.OpenApiSchema is { } custom
            ? (JsonObject)custom.DeepClone()
            : BuiltInSchemas.For(resource.Group, resource.Kind, schemas);
        schema.Default("type", "object");
        var properties = schema.Ensure("properties");
        properties["apiVersion"] = Text(
            "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values."
        );
        properties["kind"] = Text(
            "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase."
        );
        BuiltInSchemas.AddMetadata(schemas, MetaName);
        properties["metadata"] = new JsonObject
        {
            ["description"] = "Standard object's metadata.",
            ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = $"#/components/schemas/{MetaName}" }),
        };
        schema["x-kubernetes-group-version-kind"] = new JsonArray(Gvk(resource, resource.Kind));
        return schema;
    }

    private static JsonObject List(ApiResource resource) =>
        new()
        {
            ["type"] = "object",
            ["description"] = $"{resource.ListKind} is a list of {resource.Kind}.",
            ["required"] = new JsonArray("items"),
            ["properties"] = new JsonObject
            {
                ["apiVersion"] = Text("Version of the list."),
                ["kind"] = Text("Kind of the list."),
                ["items"] = new JsonObject
                {
                    ["type"] = "array",
                    ["items"] = new JsonObject { ["$ref"] = $"#/components/schemas/{SchemaName(resource)}" },
                },
                ["metadata"] = new JsonObject { ["type"] = "object" },
            },
            ["x-kubernetes-group-version-kind"] = new JsonArray(Gvk(resource, resource.ListKind)),
        };

    private static void AddPaths(JsonObject paths, ApiResource resource)
    {
        var root = resource.Group.Length == 0 ? $"/api/{resource.Version}" : $"/apis/{resource.ApiVersion}";
        var collection = resource.Namespaced
            ? $"{root}/namespaces/{{namespace}}/{resource.Plural}"
            : $"{root}/{resource.Plural}";
        paths[collection] = Path(
            resource,
            ("get", "list", []),
            ("post", "post", ["dryRun", "fieldManager", "fieldValidation"]),
            ("delete", "deletecollection", ["dryRun", "gracePeriodSeconds", "propagationPolicy"])
        );
        if (resource.Namespaced)
        {
            paths[$"{root}/{resource.Plural}"] = Path(resource, ("get", "list", []));
        }

        paths[$"{collection}/{{name}}"] = Object(resource, withDelete: true);
        if (resource.HasStatus)
        {
            paths[$"{collection}/{{name}}/status"] = Object(resource, withDelete: false);
        }
    }

    private static JsonObject Object(ApiResource resource, bool withDelete)
    {
        string[] write = ["dryRun", "fieldManager", "fieldValidation"];
        var path = Path(resource, ("get", "get", []), ("put", "put", write), ("patch", "patch", [.. write, "force"]));
        if (withDelete)
        {
            path["delete"] = Operation(
                resource,
                "delete",
                "delete",
                ["dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy"]
            );
        }

        return path;
    }

    private static JsonObject Path(
        ApiResource resource,
        params ReadOnlySpan<(string Method, string Action, string[] Parameters)> operations
    )
    {
        var path = new JsonObject();
        foreach (var (method, action, parameters) in operations)
        {
            path[method] = Operation(resource, method, action, parameters);
        }

        return path;
    }

    private static JsonObject Operation(ApiResource resource, string method, string action, string[] parameters)
    {
        var list = new JsonArray();
        foreach (var name in parameters)
        {
            list.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["name"] = name,
                        ["in"] = "query",
                        ["schema"] = new JsonObject
                        {
                            ["type"] = name switch
                            {
                                "force" or "orphanDependents" => "boolean",
                                "gracePeriodSeconds" => "integer",
                                _ => "string",
                            },
                            ["uniqueItems"] = true,
                        },
                    }
            );
        }

        var reference = new JsonObject
        {
            ["$ref"] = $"#/components/schemas/{SchemaName(resource)}" + (action == "list" ? "List" : ""),
        };
        var content = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = reference } };
        var operation = new JsonObject
        {
            ["operationId"] = $"{action}{resource.Kind}{resource.Version}",
            ["parameters"] = list,
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject { ["description"] = "OK", ["content"] = content },
            },
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = Gvk(resource, resource.Kind),
        };
        if (method is "post" or "put")
        {
            operation["requestBody"] = new JsonObject { ["content"] = content.DeepClone() };
        }

        return operation;
    }

    private static JsonObject Gvk(ApiResource resource, string kind) =>
        new()
        {
            ["group"] = resource.Group,
            ["kind"] = kind,
            ["version"] = resource.Version,
        };

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };
}
