using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.Node.Pods;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>
/// PersistentVolumeClaims. Only a bound claim may be changed, only its size, and only upwards: kubernetes
/// pkg/apis/core/validation, ValidatePersistentVolumeClaimUpdate.
/// </summary>
internal sealed class ClaimStrategy : ResourceStrategy
{
    public static void Defaults(JsonObject spec) => spec.Default("volumeMode", "Filesystem");

    /// <summary>The size that a claim asks for, in bytes.</summary>
    public static double Size(JsonObject claim) =>
        claim.At("spec", "resources", "requests", "storage")?.ToString() is { } text
            ? ResourceQuantities.Parse(text) ?? 0
            : 0;

    public override void ApplyDefaults(JsonObject value) => Defaults(value.Ensure("spec"));

    public override void PrepareForCreate(JsonObject value) =>
        value["status"] = new JsonObject { ["phase"] = "Pending" };

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        var spec = value.Obj("spec");
        if (spec.Arr("accessModes") is not { Count: > 0 })
        {
            issues.Add(FieldIssue.Required("spec.accessModes", "at least 1 access mode is required"));
        }

        foreach (var mode in spec.Strings("accessModes"))
        {
            if (mode is not ("ReadWriteOnce" or "ReadOnlyMany" or "ReadWriteMany" or "ReadWriteOncePod"))
            {
                issues.Add(
                    FieldIssue.NotSupported(
                        "spec.accessModes",
                        mode,
                        "ReadOnlyMany",
                        "ReadWriteMany",
                        "ReadWriteOnce",
                        "ReadWriteOncePod"
                    )
                );
            }
        }

        if (spec.At("resources", "requests", "storage").Text() is not { } storage)
        {
            issues.Add(FieldIssue.Required("spec.resources[storage]"));
        }
        else if (Node.Pods.ResourceQuantities.Parse(storage) is <= 0)
        {
            issues.Add(FieldIssue.Invalid("spec.resources[storage]", storage, "must be greater than zero"));
        }

        if (old is not null)
        {
            Unchanged(value, old, issues);
        }
    }

    private static void Unchanged(JsonObject value, JsonObject old, List<FieldIssue> issues)
    {
        var before = (JsonObject)old.Ensure("spec").DeepClone();
        var now = (JsonObject)value.Ensure("spec").DeepClone();
        if (string.IsNullOrEmpty(before.Str("volumeName")))
        {
            // The binder's own write.
            before.Remove("volumeName");
            now.Remove("volumeName");
        }

        if (old.Obj("status").Str("phase") == "Bound")
        {
            before.Obj("resources")?.Remove("requests");
            now.Obj("resources")?.Remove("requests");
        }

        if (!JsonAccess.Same(now, before))
        {
            issues.Add(
                FieldIssue.Forbidden(
                    "spec",
                    "spec is immutable after creation except resources.requests for bound claims"
                )
            );
        }
        else if (Size(value) < Size(old))
        {
            issues.Add(
                FieldIssue.Forbidden("spec.resources.requests.storage", "field can not be less than previous value")
            );
        }
    }
}
