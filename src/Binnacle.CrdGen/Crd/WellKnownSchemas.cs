using System.Text.Json;
using System.Text.Json.Nodes;
using Binnacle.Api;
using Kubernetes.Models;

namespace Binnacle.CrdGen.Crd;

/// <summary>Schemas of scalars and of Kubernetes' own types, whose C# models carry no descriptions.</summary>
internal static class WellKnownSchemas
{
    /// <summary>A fresh schema, or null when the type is one of ours.</summary>
    public static JsonObject? Find(Type type) =>
        type == typeof(string) ? new JsonObject { ["type"] = "string" }
        : type == typeof(bool) ? new JsonObject { ["type"] = "boolean" }
        : type == typeof(int) ? new JsonObject { ["type"] = "integer", ["format"] = "int32" }
        : type == typeof(long) ? new JsonObject { ["type"] = "integer", ["format"] = "int64" }
        : type == typeof(DateTimeOffset) ? new JsonObject { ["type"] = "string", ["format"] = "date-time" }
        : type == typeof(IntOrString) ? new JsonObject { ["x-kubernetes-int-or-string"] = true }
        : type == typeof(JsonElement) ? Open()
        : type == typeof(LabelSelector) ? Parse(LabelSelectorSchema)
        : type == typeof(Condition) ? Parse(ConditionSchema)
        : type == typeof(Toleration) ? Parse(TolerationSchema)
        : type == typeof(TopologySpreadConstraint) ? SpreadConstraint()
        : null;

    /// <summary>Whether server-side apply treats the object as one value, so that two managers never mix their halves.</summary>
    public static bool IsAtomic(Type type) =>
        type == typeof(SecretKeyRef) || type == typeof(ConfigMapKeyRef) || type == typeof(StackRef);

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static JsonObject Open() => new() { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };

    private static JsonObject SpreadConstraint()
    {
        var schema = Parse(SpreadConstraintSchema);
        schema["properties"]!["labelSelector"] = Parse(LabelSelectorSchema);
        schema["properties"]!["labelSelector"]!["description"] =
            "Labels of the pods that are counted. Default: those of the component.";
        return schema;
    }

    private const string LabelSelectorSchema = """
        {
          "type": "object",
          "properties": {
            "matchExpressions": {
              "description": "Requirements, all of which must hold.",
              "type": "array",
              "maxItems": 32,
              "x-kubernetes-list-type": "atomic",
              "items": {
                "type": "object",
                "required": ["key", "operator"],
                "properties": {
                  "key": { "description": "Label. Example: `app.kubernetes.io/name`.", "type": "string", "minLength": 1, "maxLength": 317 },
                  "operator": {
                    "description": "In, NotIn (values are compared), Exists or DoesNotExist.",
                    "type": "string",
                    "enum": ["In", "NotIn", "Exists", "DoesNotExist"]
                  },
                  "values": {
                    "description": "Values for In and NotIn; empty for the others.",
                    "type": "array",
                    "maxItems": 128,
                    "x-kubernetes-list-type": "atomic",
                    "items": { "type": "string", "maxLength": 63 }
                  }
                }
              }
            },
            "matchLabels": {
              "description": "Labels and the values they must have, all of them. Example: `app: checkout`.",
              "type": "object",
              "maxProperties": 64,
              "additionalProperties": { "type": "string", "maxLength": 63 }
            }
          },
          "x-kubernetes-map-type": "atomic"
        }
        """;

    private const string ConditionSchema = """
        {
          "type": "object",
          "required": ["type", "status", "lastTransitionTime", "reason", "message"],
          "properties": {
            "lastTransitionTime": { "description": "When status last changed.", "type": "string", "format": "date-time" },
            "message": { "description": "What is the matter, and what would put it right.", "type": "string", "maxLength": 32768 },
            "observedGeneration": { "description": "The metadata.generation that the condition speaks of.", "type": "integer", "format": "int64", "minimum": 0 },
            "reason": {
              "description": "One word for programs, why status is what it is.",
              "type": "string",
              "minLength": 1,
              "maxLength": 1024,
              "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
            },
            "status": { "description": "True, False or Unknown.", "type": "string", "enum": ["True", "False", "Unknown"] },
            "type": { "description": "What the condition is about. Example: `Ready`.", "type": "string", "maxLength": 316 }
          }
        }
        """;

    private const string TolerationSchema = """
        {
          "type": "object",
          "properties": {
            "effect": { "description": "Effect of the taint: NoSchedule, PreferNoSchedule or NoExecute. Default: any.", "type": "string", "enum": ["NoSchedule", "PreferNoSchedule", "NoExecute"] },
            "key": { "description": "Key of the taint. Default: any, then operator must be Exists.", "type": "string", "maxLength": 317 },
            "operator": { "description": "Equal (value is compared) or Exists. Default: Equal.", "type": "string", "enum": ["Equal", "Exists"] },
            "tolerationSeconds": { "description": "How many seconds a taint with effect NoExecute is tolerated. Default: for ever.", "type": "integer", "format": "int64" },
            "value": { "description": "Value of the taint, for Equal.", "type": "string", "maxLength": 63 }
          }
        }
        """;

    private const string SpreadConstraintSchema = """
        {
          "type": "object",
          "required": ["maxSkew", "topologyKey", "whenUnsatisfiable"],
          "properties": {
            "maxSkew": { "description": "By how many pods two domains may differ.", "type": "integer", "format": "int32", "minimum": 1 },
            "topologyKey": { "description": "Node label that makes the domains. Example: `topology.kubernetes.io/zone`.", "type": "string", "minLength": 1, "maxLength": 317 },
            "whenUnsatisfiable": { "description": "DoNotSchedule, or ScheduleAnyway (a preference).", "type": "string", "enum": ["DoNotSchedule", "ScheduleAnyway"] }
          }
        }
        """;
}
