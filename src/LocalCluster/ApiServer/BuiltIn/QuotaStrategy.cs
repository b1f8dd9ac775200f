using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Admission;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.Node.Pods;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>ResourceQuotas.</summary>
internal sealed class QuotaStrategy : ResourceStrategy
{
    private static readonly string[] Scopes = ["BestEffort", "NotBestEffort", "NotTerminating", "Terminating"];

    public override void ApplyDefaults(JsonObject value)
    {
        // Written as numbers, too: quantities are texts.
        var hard = value.Obj("spec").Obj("hard");
        foreach (var (name, amount) in (hard ?? []).ToList())
        {
            hard![name] = amount.Text();
        }
    }

    public override void PrepareForCreate(JsonObject value)
    {
        value.Ensure("spec");
        value["status"] = new JsonObject();
    }

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        var spec = value.Obj("spec");
        foreach (var (name, amount) in spec.Obj("hard") ?? [])
        {
            var text = amount.Text() ?? "";
            if (QuotaUsage.ResourceOf(name) is null)
            {
                issues.Add(FieldIssue.Invalid($"spec.hard[{name}]", name, "must be a standard resource for quota"));
            }
            else if (ResourceQuantities.Parse(text) is not { } number)
            {
                throw ApiException.BadRequest(
                    $"ResourceQuota in version \"v1\" cannot be handled as a ResourceQuota: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$' (spec.hard[{name}]: \"{text}\")"
                );
            }
            else if (number != Math.Floor(number) && !name.Contains("cpu", StringComparison.Ordinal))
            {
                issues.Add(FieldIssue.Invalid($"spec.hard[{name}]", text, "must be an integer"));
            }
            else if (number < 0)
            {
                issues.Add(FieldIssue.Invalid($"spec.hard[{name}]", text, "must be greater than or equal to 0"));
            }
        }

        foreach (var scope in spec.Strings("scopes"))
        {
            if (!Scopes.Contains(scope, StringComparer.Ordinal))
            {
                issues.Add(FieldIssue.NotSupported("spec.scopes", scope, Scopes));
            }
        }

        if (spec.Obj("scopeSelector") is not null)
        {
            issues.Add(
                FieldIssue.Forbidden("spec.scopeSelector", "this server does not implement scope selectors: use scopes")
            );
        }

        if (old is not null && !JsonAccess.Same(spec?["scopes"], old.Obj("spec")?["scopes"]))
        {
            issues.Add(FieldIssue.Invalid("spec.scopes", spec?["scopes"], "field is immutable"));
        }
    }
}
