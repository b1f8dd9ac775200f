using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>Pods.</summary>
internal sealed class PodStrategy : ResourceStrategy
{
    private static readonly string[] MutableSpecFields =
    [
        "activeDeadlineSeconds",
        "terminationGracePeriodSeconds",
        "tolerations",
        "schedulingGates",
    ];

    public override bool HasGeneration => true;

    public override void ApplyDefaults(JsonObject value)
    {
        var spec = value.Ensure("spec");
        PodDefaults.Apply(spec);
        spec.Default("enableServiceLinks", true);
        spec.Default("preemptionPolicy", "PreemptLowerPriority");
        spec.Default("priority", 0);
        if (spec.Str("serviceAccountName") is null)
        {
            spec["serviceAccountName"] = "default";
            spec["serviceAccount"] = "default";
        }
    }

    public override void PrepareForCreate(JsonObject value)
    {
        value["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = QualityOfService(value) };
        ServiceAccountVolume.AddTo(value);
    }

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        PodSpecRules.Validate(value.Obj("spec"), "spec", issues);
        if (old is not null && !SameSpec(value, old))
        {
            issues.Add(
                FieldIssue.Forbidden(
                    "spec",
                    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
                )
            );
        }
    }

    /// <summary>A pod that never ran, or ended, goes at once; others when their node says so.</summary>
    public override long? DefaultGracePeriod(JsonObject value) =>
        string.IsNullOrEmpty(value.Obj("spec").Str("nodeName"))
        || value.Obj("status").Str("phase") is "Succeeded" or "Failed"
            ? null
            : value.Obj("spec").Long("terminationGracePeriodSeconds") ?? 30;

    private static bool SameSpec(JsonObject value, JsonObject old)
    {
        var (left, right) = (Comparable(value), Comparable(old));

        // Binding sets what was empty, once.
        if (right["nodeName"] is null)
        {
            left.Remove("nodeName");
        }

        return JsonAccess.Same(left, right);
    }

    private static JsonObject Comparable(JsonObject pod)
    {
        var spec = (JsonObject)(pod.Obj("spec") ?? []).DeepClone();
        foreach (var field in MutableSpecFields)
        {
            spec.Remove(field);
        }

        foreach (var container in spec.Objects("containers").Concat(spec.Objects("initContainers")))
        {
            container.Remove("image");
        }

        return spec;
    }

    private static string QualityOfService(JsonObject pod)
    {
        var containers = pod.Obj("spec").Objects("containers").ToList();
        if (containers.All(c => c.At("resources", "limits") is null && c.At("resources", "requests") is null))
        {
            return "BestEffort";
        }

        var guaranteed = containers.All(container =>
            new[] { "cpu", "memory" }.All(name =>
                container.At("resources", "limits", name) is { } limit
                && limit.Text() == container.At("resources", "requests", name).Text()
            )
        );
        return guaranteed ? "Guaranteed" : "Burstable";
    }
}
