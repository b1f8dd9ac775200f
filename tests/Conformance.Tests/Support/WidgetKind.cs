using System.Text.Json.Nodes;

namespace Conformance.Tests.Support;

/// <summary>A custom kind with a bit of everything.</summary>
public sealed class WidgetKind(Api api, string group)
{
    public string Group => group;

    public string ApiVersion => $"{group}/v1";

    public string DefinitionName => $"widgets.{group}";

    public string Collection => $"/apis/{group}/v1/namespaces/{api.Namespace}/widgets";

    public string Path(string name) => $"{Collection}/{name}";

    public JsonObject Widget(string name, int size = 5)
    {
        var value = api.Object(ApiVersion, "Widget", name);
        value["spec"] = new JsonObject { ["size"] = size };
        return value;
    }

    public JsonObject Definition() =>
        Json.Parse(
            $$$"""
            {
              "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
              "metadata": {"name": "{{{DefinitionName}}}"},
              "spec": {
                "group": "{{{group}}}", "scope": "Namespaced",
                "names": {"plural": "widgets", "kind": "Widget", "shortNames": ["wdg"], "categories": ["things"]},
                "versions": [{
                  "name": "v1", "served": true, "storage": true,
                  "subresources": {
                    "status": {},
                    "scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas", "labelSelectorPath": ".status.selector"}
                  },
                  "additionalPrinterColumns": [
                    {"name": "Size", "type": "integer", "jsonPath": ".spec.size"},
                    {"name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status"},
                    {"name": "Color", "type": "string", "jsonPath": ".spec.color", "priority": 1},
                    {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}
                  ],
                  "schema": {"openAPIV3Schema": {
                    "type": "object",
                    "required": ["spec"],
                    "properties": {
                      "spec": {
                        "type": "object", "description": "What is wanted.", "required": ["size"],
                        "x-kubernetes-validations": [
                          {"rule": "self.size < 100", "message": "a widget is smaller than 100"},
                          {"rule": "self.color == oldSelf.color", "message": "the color stays", "fieldPath": ".color"}
                        ],
                        "properties": {
                          "size": {"type": "integer", "minimum": 1},
                          "color": {"type": "string", "enum": ["Red", "Blue"], "default": "Red"},
                          "replicas": {"type": "integer", "default": 1},
                          "parts": {
                            "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                            "items": {
                              "type": "object", "required": ["name"],
                              "properties": {"name": {"type": "string"}, "weight": {"type": "integer"}}
                            }
                          }
                        }
                      },
                      "status": {
                        "type": "object",
                        "properties": {
                          "replicas": {"type": "integer"},
                          "selector": {"type": "string"},
                          "conditions": {
                            "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"],
                            "items": {
                              "type": "object", "required": ["type", "status"],
                              "properties": {"type": {"type": "string"}, "status": {"type": "string"}}
                            }
                          }
                        }
                      }
                    }
                  }}
                }]
              }
            }
            """
        );
}
