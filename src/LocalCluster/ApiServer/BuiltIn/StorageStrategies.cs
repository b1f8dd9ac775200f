using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>StorageClasses.</summary>
internal sealed class StorageClassStrategy : ResourceStrategy
{
    public override void ApplyDefaults(JsonObject value)
    {
        value.Default("reclaimPolicy", "Delete");
        value.Default("volumeBindingMode", "Immediate");
    }

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        if (string.IsNullOrEmpty(value.Str("provisioner")))
        {
            issues.Add(FieldIssue.Required("provisioner"));
        }

        if (value.Str("reclaimPolicy") is { } policy and not ("Delete" or "Retain"))
        {
            issues.Add(FieldIssue.NotSupported("reclaimPolicy", policy, "Delete", "Retain"));
        }

        if (value.Str("volumeBindingMode") is { } mode and not ("Immediate" or "WaitForFirstConsumer"))
        {
            issues.Add(FieldIssue.NotSupported("volumeBindingMode", mode, "Immediate", "WaitForFirstConsumer"));
        }

        if (old is null)
        {
            return;
        }

        foreach (
            var (field, shown) in new[]
            {
                ("parameters", "parameters"),
                ("provisioner", "provisioner"),
                ("reclaimPolicy", "reclaimPolicy"),
            }
        )
        {
            if (!JsonAccess.Same(value[field], old[field]))
            {
                issues.Add(FieldIssue.Forbidden(shown, $"updates to {shown} are forbidden."));
            }
        }

        if (!JsonAccess.Same(value["volumeBindingMode"], old["volumeBindingMode"]))
        {
            issues.Add(FieldIssue.Invalid("volumeBindingMode", value["volumeBindingMode"], "field is immutable"));
        }
    }
}

/// <summary>Leases.</summary>
internal sealed class LeaseStrategy : ResourceStrategy
{
    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        var spec = value.Obj("spec");
        if (spec.Long("leaseDurationSeconds") is <= 0)
        {
            issues.Add(
                FieldIssue.Invalid("spec.leaseDurationSeconds", spec!["leaseDurationSeconds"], "must be greater than 0")
            );
        }

        if (spec.Long("leaseTransitions") is < 0)
        {
            issues.Add(
                FieldIssue.Invalid(
                    "spec.leaseTransitions",
                    spec!["leaseTransitions"],
                    "must be greater than or equal to 0"
                )
            );
        }
    }
}
