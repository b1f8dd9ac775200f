using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Selectors;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>Kinds without rules of their own whose changes are counted.</summary>
internal sealed class CountedStrategy : ResourceStrategy
{
    public override bool HasGeneration => true;
}

/// <summary>PodDisruptionBudgets.</summary>
internal sealed class DisruptionBudgetStrategy : ResourceStrategy
{
    public override bool HasGeneration => true;

    public override void PrepareForCreate(JsonObject value) =>
        value["status"] = new JsonObject
        {
            ["currentHealthy"] = 0,
            ["desiredHealthy"] = 0,
            ["disruptionsAllowed"] = 0,
            ["expectedPods"] = 0,
        };

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        var spec = value.Obj("spec");
        LabelSelectorRules.Validate(spec.Obj("selector"), "spec.selector", issues);
        if (spec?["minAvailable"] is not null && spec["maxUnavailable"] is not null)
        {
            issues.Add(FieldIssue.Invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set"));
        }

        foreach (var field in new[] { "minAvailable", "maxUnavailable" })
        {
            var text = spec?[field].Text();
            var percent = text is not null && text.EndsWith('%') ? text[..^1] : null;
            if (
                text is null
                || (percent is not null && long.TryParse(percent, null, out var share) && share is >= 0 and <= 100)
            )
            {
                continue;
            }

            if (spec.Long(field) is not { } number)
            {
                issues.Add(
                    FieldIssue.Invalid(
                        $"spec.{field}",
                        text,
                        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
                    )
                );
            }
            else if (number < 0)
            {
                issues.Add(FieldIssue.Invalid($"spec.{field}", spec![field], "must be greater than or equal to 0"));
            }
        }
    }
}

/// <summary>Namespaces.</summary>
internal sealed class NamespaceStrategy : ResourceStrategy
{
    public const string Finalizer = "kubernetes";

    public override Func<string, string?> NameRule => NameRules.Label;

    public override void ApplyDefaults(JsonObject value)
    {
        var metadata = value.Metadata();
        if (metadata.Str("name") is { } name)
        {
            metadata.Ensure("labels")["kubernetes.io/metadata.name"] = name;
        }
    }

    public override void PrepareForCreate(JsonObject value)
    {
        value.Ensure("spec")["finalizers"] = new JsonArray(Finalizer);
        value["status"] = new JsonObject { ["phase"] = "Active" };
    }

    public override void PrepareForUpdate(JsonObject value, JsonObject old) => value["spec"] = old["spec"]?.DeepClone();

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        var finalizers = value.Obj("spec").Strings("finalizers");
        for (var i = 0; i < finalizers.Count; i++)
        {
            FinalizerRules.ValidateName(finalizers[i], $"spec.finalizers[{i}]", issues);
        }
    }

    public override bool HoldsDeletion(JsonObject value) => value.Obj("spec").Arr("finalizers") is { Count: > 0 };

    public override void OnDeletionBegins(JsonObject value) => value.Ensure("status")["phase"] = "Terminating";

    public override string? RefusesDeletion(string name) =>
        name is "default" or "kube-system" or "kube-public" ? "this namespace may not be deleted" : null;
}

/// <summary>ConfigMaps and Secrets.</summary>
internal sealed class ConfigStrategy(bool secret) : ResourceStrategy
{
    private const int MaxBytes = 1 << 20;

    // What Secrets of a type cannot do without.
    private static readonly (string Type, string Key)[] Needed =
    [
        ("kubernetes.io/tls", "tls.crt"),
        ("kubernetes.io/tls", "tls.key"),
        ("kubernetes.io/dockerconfigjson", ".dockerconfigjson"),
        ("kubernetes.io/dockercfg", ".dockercfg"),
        ("kubernetes.io/ssh-auth", "ssh-privatekey"),
    ];

    private string Kind => secret ? "Secret" : "ConfigMap";

    public override void ApplyDefaults(JsonObject value)
    {
        if (!secret)
        {
            return;
        }

        value.Default("type", "Opaque");
        foreach (var (name, text) in value.Obj("stringData") ?? [])
        {
            value.Ensure("data")[name] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text.Text() ?? ""));
        }

        value.Remove("stringData");
    }

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        var size = 0L;
        foreach (var part in new[] { "data", "binaryData" })
        {
            foreach (var (key, content) in value.Obj(part) ?? [])
            {
                Key(part, key, issues);
                if (content?.GetValueKind() != System.Text.Json.JsonValueKind.String)
                {
                    throw ApiException.BadRequest(
                        $"{Kind} in version \"v1\" cannot be handled as a {Kind}: json: cannot unmarshal {content?.GetValueKind().ToString().ToLowerInvariant()} into Go struct field {Kind}.{part} of type string"
                    );
                }

                var bytes = Encoding.UTF8.GetByteCount(content.Text()!);
                if ((secret || part == "binaryData") && !Base64.IsValid(content.Text(), out bytes))
                {
                    throw ApiException.BadRequest(
                        $"{Kind} in version \"v1\" cannot be handled as a {Kind}: illegal base64 data in {part}.{key}"
                    );
                }

                size += bytes;
            }
        }

        if (size > MaxBytes)
        {
            issues.Add(
                new("FieldValueTooLong", secret ? "data" : "[]", "Too long: may not be more than 1048576 bytes")
            );
        }

        foreach (var (key, _) in value.Obj("binaryData") ?? [])
        {
            if (value.Obj("data")?.ContainsKey(key) == true)
            {
                issues.Add(FieldIssue.Invalid($"data[{key}]", key, "duplicate of key present in binaryData"));
            }
        }

        if (secret)
        {
            CheckType(value, issues);
        }

        if (old.Bool("immutable") == true)
        {
            CheckImmutable(value, old!, issues);
        }

        if (secret && old is not null && old.Str("type") != value.Str("type"))
        {
            issues.Add(FieldIssue.Invalid("type", value.Str("type") ?? "", "field is immutable"));
        }
    }

    private static void CheckType(JsonObject value, List<FieldIssue> issues)
    {
        var (type, data) = (value.Str("type"), value.Obj("data"));
        foreach (var (_, key) in Needed.Where(entry => entry.Type == type && data?[entry.Key] is null))
        {
            issues.Add(FieldIssue.Required($"data[{key}]"));
        }

        if (type == "kubernetes.io/basic-auth" && data?["username"] is null && data?["password"] is null)
        {
            issues.Add(FieldIssue.Required("data[%s][username]"));
            issues.Add(FieldIssue.Required("data[%s][password]"));
        }

        const string Account = "kubernetes.io/service-account.name";
        if (
            type == "kubernetes.io/service-account-token"
            && string.IsNullOrEmpty(value.Metadata().Obj("annotations").Str(Account))
        )
        {
            issues.Add(FieldIssue.Required($"metadata.annotations[{Account}]"));
        }
    }

    private static void CheckImmutable(JsonObject value, JsonObject old, List<FieldIssue> issues)
    {
        if (value.Bool("immutable") != true)
        {
            issues.Add(FieldIssue.Forbidden("immutable", "field is immutable when `immutable` is set"));
        }

        foreach (var part in new[] { "data", "binaryData" })
        {
            if (!JsonAccess.Same(value[part], old[part]))
            {
                issues.Add(FieldIssue.Forbidden(part, "field is immutable when `immutable` is set"));
            }
        }
    }

    private static void Key(string part, string key, List<FieldIssue> issues)
    {
        if (key is "." or "..")
        {
            issues.Add(FieldIssue.Invalid($"{part}[{key}]", key, $"must not be '{key}'"));
            return;
        }

        if (
            key.Length is 0 or > 253
            || !key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            || key is "." or ".."
        )
        {
            issues.Add(
                FieldIssue.Invalid(
                    $"{part}[{key}]",
                    key,
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
                )
            );
        }
    }
}

/// <summary>PersistentVolumes and nodes: a status, and nothing that could be wrong here.</summary>
internal sealed class VolumeStrategy : ResourceStrategy
{
    public override void ApplyDefaults(JsonObject value)
    {
        var spec = value.Ensure("spec");
        spec.Default("persistentVolumeReclaimPolicy", "Retain");
        spec.Default("volumeMode", "Filesystem");
    }

    public override void PrepareForCreate(JsonObject value) =>
        value["status"] = new JsonObject { ["phase"] = "Pending" };
}

/// <summary>EndpointSlices.</summary>
internal sealed class SliceStrategy : ResourceStrategy
{
    public override bool HasGeneration => true;

    public override void ApplyDefaults(JsonObject value)
    {
        foreach (var port in value.Objects("ports"))
        {
            port.Default("name", "");
            port.Default("protocol", "TCP");
        }
    }

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        if (value.Str("addressType") is not { Length: > 0 } type)
        {
            issues.Add(FieldIssue.Required("addressType"));
        }
        else if (type is not ("IPv4" or "IPv6" or "FQDN"))
        {
            issues.Add(FieldIssue.NotSupported("addressType", type, "FQDN", "IPv4", "IPv6"));
        }
        else if (old is not null && old.Str("addressType") != type)
        {
            issues.Add(FieldIssue.Invalid("addressType", type, "field is immutable"));
        }
    }
}

/// <summary>Roles and their bindings.</summary>
internal sealed class RbacStrategy(bool binding) : ResourceStrategy
{
    private const string Group = "rbac.authorization.k8s.io";

    public override Func<string, string?> NameRule => NameRules.PathSegment;

    public override void ApplyDefaults(JsonObject value)
    {
        if (!binding)
        {
            if (value["aggregationRule"] is null && value["rules"] is null)
            {
                value["rules"] = new JsonArray();
            }

            return;
        }

        value.Obj("roleRef")?.Default("apiGroup", "rbac.authorization.k8s.io");
        foreach (var subject in value.Objects("subjects"))
        {
            if (subject.Str("kind") is "User" or "Group")
            {
                subject.Default("apiGroup", "rbac.authorization.k8s.io");
            }
        }
    }

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        if (!binding)
        {
            Rules(value, issues);
            Aggregation(value.Obj("aggregationRule"), issues);
            return;
        }

        var reference = value.Obj("roleRef");
        if (reference.Str("apiGroup") is { } group and not Group)
        {
            issues.Add(FieldIssue.NotSupported("roleRef.apiGroup", group, Group));
        }

        string[] kinds = value.Str("kind") == "ClusterRoleBinding" ? ["ClusterRole"] : ["Role", "ClusterRole"];
        if (!kinds.Contains(reference.Str("kind"), StringComparer.Ordinal))
        {
            issues.Add(FieldIssue.NotSupported("roleRef.kind", reference.Str("kind") ?? "", kinds));
        }

        if (reference.Str("name") is not { Length: > 0 })
        {
            issues.Add(FieldIssue.Required("roleRef.name"));
        }

        if (old is not null && !JsonAccess.Same(value["roleRef"], old["roleRef"]))
        {
            issues.Add(FieldIssue.Invalid("roleRef", value["roleRef"], "cannot change roleRef"));
        }

        var index = 0;
        foreach (var subject in value.Objects("subjects"))
        {
            var at = $"subjects[{index++}]";
            if (string.IsNullOrEmpty(subject.Str("name")))
            {
                issues.Add(FieldIssue.Required($"{at}.name"));
            }

            if (subject.Str("kind") is not ("ServiceAccount" or "User" or "Group"))
            {
                issues.Add(
                    FieldIssue.NotSupported($"{at}.kind", subject.Str("kind") ?? "", "ServiceAccount", "User", "Group")
                );
            }
            else if (
                value.Str("kind") == "ClusterRoleBinding"
                && subject.Str("kind") == "ServiceAccount"
                && string.IsNullOrEmpty(subject.Str("namespace"))
            )
            {
                issues.Add(FieldIssue.Required($"{at}.namespace"));
            }
        }
    }

    private static void Aggregation(JsonObject? rule, List<FieldIssue> issues)
    {
        const string Field = "aggregationRule.clusterRoleSelectors";
        if (rule is null)
        {
            return;
        }

        if (rule.Arr("clusterRoleSelectors") is not { Count: > 0 })
        {
            issues.Add(
                FieldIssue.Required(Field, "at least one clusterRoleSelector required if aggregationRule is non-nil")
            );
        }

        var index = 0;
        foreach (var selector in rule.Objects("clusterRoleSelectors"))
        {
            var at = $"{Field}[{index++}]";
            if (!LabelSelectorRules.Validate(selector, at, issues))
            {
                // It prints what it could not make of it.
                issues.Add(FieldIssue.Invalid(at, "null", "invalid label selector."));
            }
        }
    }

    private static void Rules(JsonObject value, List<FieldIssue> issues)
    {
        var index = 0;
        foreach (var rule in value.Objects("rules"))
        {
            var at = $"rules[{index++}]";
            if (rule.Arr("verbs") is not { Count: > 0 })
            {
                issues.Add(FieldIssue.Required($"{at}.verbs", "verbs must contain at least one value"));
            }

            if (rule.Arr("nonResourceURLs") is { Count: > 0 } urls)
            {
                if (value.Str("kind") == "Role")
                {
                    issues.Add(
                        FieldIssue.Invalid(
                            $"{at}.nonResourceURLs",
                            urls,
                            "namespaced rules cannot apply to non-resource URLs"
                        )
                    );
                }
                else if (rule.Arr("apiGroups") is { Count: > 0 } || rule.Arr("resources") is { Count: > 0 })
                {
                    issues.Add(
                        FieldIssue.Invalid(
                            $"{at}.nonResourceURLs",
                            urls,
                            "rules cannot apply to both regular resources and non-resource URLs"
                        )
                    );
                }

                continue;
            }

            if (rule.Arr("apiGroups") is not { Count: > 0 })
            {
                issues.Add(FieldIssue.Required($"{at}.apiGroups", "resource rules must supply at least one api group"));
            }

            if (rule.Arr("resources") is not { Count: > 0 })
            {
                issues.Add(FieldIssue.Required($"{at}.resources", "resource rules must supply at least one resource"));
            }
        }
    }
}
