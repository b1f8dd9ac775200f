using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Selectors;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>What kinds with a pod template have in common.</summary>
internal abstract class TemplateStrategy : ResourceStrategy
{
    public override bool HasGeneration => true;

    protected virtual bool NeedsSelector => true;

    public override void ApplyDefaults(JsonObject value)
    {
        var spec = value.Ensure("spec");
        PodDefaults.Apply(spec.At("template", "spec") as JsonObject);
        spec.Obj("template")?.Default("metadata", new JsonObject());
    }

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        var spec = value.Obj("spec");
        var isReadable = LabelSelectorRules.Validate(spec.Obj("selector"), "spec.selector", issues);
        if (
            NeedsSelector
            && spec.Obj("selector") is { } empty
            && empty.Obj("matchLabels") is not { Count: > 0 }
            && empty.Arr("matchExpressions") is not { Count: > 0 }
        )
        {
            issues.Add(
                FieldIssue.Invalid(
                    "spec.selector",
                    empty,
                    $"empty selector is invalid for {value.Str("kind")?.ToLowerInvariant()}"
                )
            );
        }
        else if (NeedsSelector && spec.Obj("selector") is null)
        {
            issues.Add(FieldIssue.Required("spec.selector"));
        }

        // An empty one matches everything: what is wrong with it is said already.
        if (!isReadable)
        {
            SelectorUnreadable(value, issues);
        }
        else if (NeedsSelector && !LabelSelectors.Matches(spec.Obj("selector"), TemplateLabels(spec)))
        {
            issues.Add(
                FieldIssue.Invalid(
                    "spec.template.metadata.labels",
                    spec.At("template", "metadata", "labels") ?? new JsonObject(),
                    "`selector` does not match template `labels`"
                )
            );
        }

        if (
            NeedsSelector
            && spec.At("template", "spec", "restartPolicy").Text() is { } restart
            && restart is "OnFailure" or "Never"
        )
        {
            issues.Add(FieldIssue.NotSupported("spec.template.spec.restartPolicy", restart, "Always"));
        }

        if (spec.Long("replicas") is < 0)
        {
            issues.Add(FieldIssue.Invalid("spec.replicas", spec?["replicas"], "must be greater than or equal to 0"));
        }

        var claims = spec.Objects("volumeClaimTemplates").Select(c => c.At("metadata", "name")?.ToString() ?? "");
        PodSpecRules.Validate(spec.At("template", "spec") as JsonObject, "spec.template.spec", issues, claims);
        if (old is not null && NeedsSelector && !Same(value, old, "selector"))
        {
            SelectorChanged(value, issues);
        }
    }

    protected virtual void SelectorUnreadable(JsonObject value, List<FieldIssue> issues) =>
        issues.Add(FieldIssue.Invalid("spec.selector", value.At("spec", "selector"), "invalid label selector"));

    protected virtual void SelectorChanged(JsonObject value, List<FieldIssue> issues) =>
        issues.Add(FieldIssue.Invalid("spec.selector", value.At("spec", "selector"), "field is immutable"));

    protected static bool Same(JsonObject value, JsonObject old, string field) =>
        JsonAccess.Same(value.At("spec", field), old.At("spec", field));

    private static JsonObject? TemplateLabels(JsonObject? spec) =>
        spec.At("template", "metadata", "labels") as JsonObject;
}

/// <summary>Deployments.</summary>
internal sealed class DeploymentStrategy : TemplateStrategy
{
    public override void ApplyDefaults(JsonObject value)
    {
        base.ApplyDefaults(value);
        var spec = value.Ensure("spec");
        spec.Default("replicas", 1);
        spec.Default("revisionHistoryLimit", 10);
        spec.Default("progressDeadlineSeconds", 600);
        var strategy = spec.Ensure("strategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Str("type") == "RollingUpdate")
        {
            var rolling = strategy.Ensure("rollingUpdate");
            rolling.Default("maxSurge", "25%");
            rolling.Default("maxUnavailable", "25%");
        }
    }

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        base.Validate(value, old, issues);
        var spec = value.Obj("spec");
        var (strategy, rolling) = (spec.Obj("strategy"), spec.Obj("strategy").Obj("rollingUpdate"));
        switch (strategy.Str("type"))
        {
            case "Recreate" when rolling is not null:
                issues.Add(
                    FieldIssue.Forbidden(
                        "spec.strategy.rollingUpdate",
                        "may not be specified when strategy `type` is 'Recreate'"
                    )
                );
                break;
            case "RollingUpdate":
                Rolling(rolling, issues);
                break;
            case "Recreate":
                break;
            default:
                issues.Add(
                    FieldIssue.NotSupported("spec.strategy", strategy.Str("type") ?? "", "Recreate", "RollingUpdate")
                );
                break;
        }

        if (spec.Long("progressDeadlineSeconds") is { } deadline && deadline <= (spec.Long("minReadySeconds") ?? 0))
        {
            issues.Add(
                FieldIssue.Invalid(
                    "spec.progressDeadlineSeconds",
                    spec!["progressDeadlineSeconds"],
                    "must be greater than minReadySeconds"
                )
            );
        }
    }

    private static void Rolling(JsonObject? rolling, List<FieldIssue> issues)
    {
        var zeros = 0;
        foreach (var field in new[] { "maxUnavailable", "maxSurge" })
        {
            var text = rolling?[field].Text() ?? "0";
            var digits = text.EndsWith('%') ? text[..^1] : text;
            if (!long.TryParse(digits, null, out var number) || (!text.EndsWith('%') && rolling.Str(field) is not null))
            {
                issues.Add(
                    FieldIssue.Invalid(
                        $"spec.strategy.rollingUpdate.{field}",
                        text,
                        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
                    )
                );
            }
            else if (number < 0)
            {
                issues.Add(
                    FieldIssue.Invalid(
                        $"spec.strategy.rollingUpdate.{field}",
                        rolling![field],
                        "must be greater than or equal to 0"
                    )
                );
            }
            else if (number == 0)
            {
                zeros++;
            }
        }

        if (zeros == 2)
        {
            issues.Add(
                FieldIssue.Invalid(
                    "spec.strategy.rollingUpdate.maxUnavailable",
                    rolling?["maxUnavailable"],
                    "may not be 0 when `maxSurge` is 0"
                )
            );
        }
    }
}

/// <summary>ReplicaSets.</summary>
internal sealed class ReplicaSetStrategy : TemplateStrategy
{
    public override void ApplyDefaults(JsonObject value)
    {
        base.ApplyDefaults(value);
        value.Ensure("spec").Default("replicas", 1);
    }
}

/// <summary>DaemonSets.</summary>
internal sealed class DaemonSetStrategy : TemplateStrategy
{
    protected override void SelectorUnreadable(JsonObject value, List<FieldIssue> issues) { }

    public override void ApplyDefaults(JsonObject value)
    {
        base.ApplyDefaults(value);
        var spec = value.Ensure("spec");
        spec.Default("revisionHistoryLimit", 10);
        var strategy = spec.Ensure("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Str("type") == "RollingUpdate")
        {
            var rolling = strategy.Ensure("rollingUpdate");
            rolling.Default("maxSurge", 0);
            rolling.Default("maxUnavailable", 1);
        }
    }
}

/// <summary>Jobs; the selector is the server's.</summary>
internal sealed class JobStrategy : TemplateStrategy
{
    protected override void SelectorUnreadable(JsonObject value, List<FieldIssue> issues) { }

    protected override bool NeedsSelector => false;

    public override void ApplyDefaults(JsonObject value)
    {
        base.ApplyDefaults(value);
        var spec = value.Ensure("spec");
        if (spec["completions"] is null && spec["parallelism"] is null)
        {
            spec["completions"] = 1;
        }

        spec.Default("parallelism", 1);
        spec.Default("backoffLimit", 6);
        spec.Default("completionMode", "NonIndexed");
        spec.Default("suspend", false);
        spec.Default("manualSelector", false);
    }

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        base.Validate(value, old, issues);
        foreach (var field in old is null ? [] : new[] { "completions", "selector", "template" })
        {
            if (!Same(value, old!, field))
            {
                issues.Add(FieldIssue.Invalid($"spec.{field}", value.At("spec", field), "field is immutable"));
            }
        }
    }

    public override void PrepareForCreate(JsonObject value)
    {
        var (spec, metadata) = (value.Ensure("spec"), value.Metadata());
        if (spec.Bool("manualSelector") == true)
        {
            return;
        }

        var (uid, name) = (metadata.Str("uid") ?? "", metadata.Str("name") ?? "");
        var labels = spec.Ensure("template").Ensure("metadata").Ensure("labels");
        labels["batch.kubernetes.io/controller-uid"] = uid;
        labels["batch.kubernetes.io/job-name"] = name;
        labels["controller-uid"] = uid;
        labels["job-name"] = name;
        spec["selector"] = new JsonObject
        {
            ["matchLabels"] = new JsonObject { ["batch.kubernetes.io/controller-uid"] = uid },
        };
    }
}

/// <summary>StatefulSets.</summary>
internal sealed class StatefulSetStrategy : TemplateStrategy
{
    private static readonly string[] Mutable =
    [
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    ];

    public override void ApplyDefaults(JsonObject value)
    {
        base.ApplyDefaults(value);
        var spec = value.Ensure("spec");
        spec.Default("replicas", 1);
        spec.Default("podManagementPolicy", "OrderedReady");
        spec.Default("revisionHistoryLimit", 10);
        var strategy = spec.Ensure("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Str("type") == "RollingUpdate")
        {
            strategy.Ensure("rollingUpdate").Default("partition", 0);
        }

        var retention = spec.Ensure("persistentVolumeClaimRetentionPolicy");
        retention.Default("whenDeleted", "Retain");
        retention.Default("whenScaled", "Retain");
        foreach (var claim in spec.Objects("volumeClaimTemplates"))
        {
            claim.Default("apiVersion", "v1");
            claim.Default("kind", "PersistentVolumeClaim");
            ClaimStrategy.Defaults(claim.Ensure("spec"));
            claim.Default("status", new JsonObject { ["phase"] = "Pending" });
        }
    }

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        base.Validate(value, old, issues);
        if (value.Obj("spec").Str("podManagementPolicy") is { } policy and not ("OrderedReady" or "Parallel"))
        {
            issues.Add(FieldIssue.Invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'"));
        }

        if (value.At("spec", "updateStrategy", "type").Text() is { } type and not ("RollingUpdate" or "OnDelete"))
        {
            issues.Add(FieldIssue.Invalid("spec.updateStrategy", type, "must be 'RollingUpdate' or 'OnDelete'"));
        }

        if (old is null)
        {
            return;
        }

        var fields = (value.Obj("spec") ?? []).Select(f => f.Key).Union((old.Obj("spec") ?? []).Select(f => f.Key));
        if (fields.Any(field => !Mutable.Contains(field, StringComparer.Ordinal) && !Same(value, old, field)))
        {
            issues.Add(
                FieldIssue.Forbidden(
                    "spec",
                    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
                )
            );
        }
    }

    // One message covers all immutable fields.
    protected override void SelectorChanged(JsonObject value, List<FieldIssue> issues) { }
}
