using System.Reflection;
using System.Text.Json.Nodes;
using Binnacle.Api;
using Binnacle.Api.Schema;
using Kubernetes.Models;

namespace Binnacle.CrdGen.Crd;

/// <summary>Makes CustomResourceDefinitions out of the kinds.</summary>
internal static class CrdBuilder
{
    /// <summary>The CRD of one kind.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    public static JsonObject Build<T>(DocComments docs)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var type = T.ResourceType;
        var names =
            typeof(T).GetCustomAttribute<CustomResourceAttribute>()
            ?? throw new InvalidOperationException($"{typeof(T).Name} has no [CustomResource]");
        return new JsonObject
        {
            ["apiVersion"] = CustomResourceDefinition.ResourceType.ApiVersion,
            ["kind"] = CustomResourceDefinition.ResourceType.Kind,
            ["metadata"] = new JsonObject { ["name"] = $"{type.Plural}.{type.Group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = type.Group,
                ["names"] = new JsonObject
                {
                    ["categories"] = new JsonArray(BinnacleResources.Category),
                    ["kind"] = type.Kind,
                    ["listKind"] = type.Kind + "List",
                    ["plural"] = type.Plural,
                    ["shortNames"] = new JsonArray(names.ShortName),
                    ["singular"] = names.Singular,
                },
                ["scope"] = type.Namespaced ? "Namespaced" : "Cluster",
                ["versions"] = new JsonArray(
                    new JsonObject
                    {
                        ["name"] = type.Version,
                        ["served"] = true,
                        ["storage"] = true,
                        ["additionalPrinterColumns"] = Columns(typeof(T)),
                        ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
                        ["schema"] = new JsonObject { ["openAPIV3Schema"] = Root<T>(docs) },
                    }
                ),
            },
        };
    }

    private static JsonObject Root<T>(DocComments docs)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var builder = new SchemaBuilder(BinnacleJsonContext.Default, BinnacleJsonContext.Default.Options, docs);
        var spec = typeof(T).GetProperty("Spec")!;
        var status = typeof(T).GetProperty("Status")!;
        var schema = new JsonObject
        {
            ["description"] = docs.Of(typeof(T)),
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["apiVersion"] = new JsonObject
                {
                    ["description"] = $"Always {T.ResourceType.ApiVersion}.",
                    ["type"] = "string",
                },
                ["kind"] = new JsonObject { ["description"] = $"Always {T.ResourceType.Kind}.", ["type"] = "string" },
                ["metadata"] = new JsonObject { ["type"] = "object" },
                ["spec"] = builder.Property(spec, withDefaults: true),
                ["status"] = builder.Property(status, withDefaults: false),
            },
        };
        if (spec.IsDefined(typeof(RequiredFieldAttribute)))
        {
            schema["required"] = new JsonArray("spec");
        }
        return schema;
    }

    private static JsonArray Columns(Type kind)
    {
        var columns = new JsonArray();
        foreach (var column in kind.GetCustomAttributes<PrinterColumnAttribute>())
        {
            var entry = new JsonObject
            {
                ["name"] = column.Name,
                ["type"] = column.Type,
                ["jsonPath"] = column.JsonPath,
            };
            if (column.Description is { } description)
            {
                entry["description"] = description;
            }
            if (column.Wide)
            {
                entry["priority"] = 1;
            }
            columns.Add(entry);
        }
        columns.Add(
            new JsonObject
            {
                ["name"] = "Age",
                ["type"] = "date",
                ["jsonPath"] = ".metadata.creationTimestamp",
            }
        );
        return columns;
    }
}
