using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Selectors;

namespace LocalCluster.ApiServer.Admission;

/// <summary>ValidatingWebhookConfigurations and MutatingWebhookConfigurations.</summary>
internal sealed class WebhookStrategy(bool mutating) : ResourceStrategy
{
    private static readonly string[] Operations = ["*", "CREATE", "UPDATE", "DELETE", "CONNECT"];

    public override bool HasGeneration => true;

    public override void ApplyDefaults(JsonObject value)
    {
        foreach (var webhook in value.Objects("webhooks"))
        {
            webhook.Default("failurePolicy", "Fail");
            webhook.Default("matchPolicy", "Equivalent");
            webhook.Default("namespaceSelector", new JsonObject());
            webhook.Default("objectSelector", new JsonObject());
            webhook.Default("timeoutSeconds", 10);
            if (mutating)
            {
                webhook.Default("reinvocationPolicy", "Never");
            }

            foreach (var rule in webhook.Objects("rules"))
            {
                rule.Default("scope", "*");
            }

            webhook.Obj("clientConfig").Obj("service")?.Default("port", 443);
        }
    }

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var webhook in value.Objects("webhooks"))
        {
            var at = $"webhooks[{index++}]";
            var name = webhook.Str("name") ?? "";
            CheckName(name, at, issues);
            if (name.Length > 0 && !names.Add(name))
            {
                issues.Add(FieldIssue.Duplicate($"{at}.name", name));
            }

            CheckVersions(webhook, at, issues);
            var rule = 0;
            foreach (var entry in webhook.Objects("rules"))
            {
                CheckRule(entry, $"{at}.rules[{rule++}]", issues);
            }

            CheckPolicies(webhook, at, issues);
            LabelSelectorRules.Validate(webhook.Obj("namespaceSelector"), $"{at}.namespaceSelector", issues);
            LabelSelectorRules.Validate(webhook.Obj("objectSelector"), $"{at}.objectSelector", issues);
            CheckAddress(webhook.Obj("clientConfig"), $"{at}.clientConfig", issues);
            CheckConditions(webhook, at, issues);
        }
    }

    private static void CheckName(string name, string at, List<FieldIssue> issues)
    {
        if (name.Length == 0)
        {
            issues.Add(FieldIssue.Required($"{at}.name"));
        }
        else if (NameRules.Subdomain(name) is { } wrong)
        {
            issues.Add(FieldIssue.Invalid($"{at}.name", name, wrong));
        }
        else if (name.Split('.').Length < 3)
        {
            issues.Add(
                FieldIssue.Invalid(
                    $"{at}.name",
                    name,
                    "should be a domain with at least three segments separated by dots"
                )
            );
        }
    }

    private static void CheckVersions(JsonObject webhook, string at, List<FieldIssue> issues)
    {
        var versions = webhook.Strings("admissionReviewVersions");
        if (versions.Count == 0)
        {
            issues.Add(FieldIssue.Required($"{at}.admissionReviewVersions", "must specify one of v1, v1beta1"));
        }
        else if (!versions.Contains("v1"))
        {
            issues.Add(
                FieldIssue.Invalid(
                    $"{at}.admissionReviewVersions",
                    webhook["admissionReviewVersions"],
                    versions.Contains("v1beta1")
                        ? "must include v1: this server does not speak v1beta1"
                        : "must include at least one of v1, v1beta1"
                )
            );
        }
    }

    private static void CheckRule(JsonObject rule, string at, List<FieldIssue> issues)
    {
        foreach (var field in new[] { "apiGroups", "apiVersions", "resources", "operations" })
        {
            var values = rule.Strings(field);
            if (values.Count == 0)
            {
                issues.Add(FieldIssue.Required($"{at}.{field}"));
            }
            else if (values.Count > 1 && values.Contains("*"))
            {
                issues.Add(
                    FieldIssue.Invalid(
                        $"{at}.{field}",
                        rule[field],
                        field == "resources"
                            ? "if '*' is present, must not specify other resources without subresources"
                            : $"if '*' is present, must not specify other {(field == "operations" ? "operations" : field == "apiGroups" ? "API groups" : "API versions")}"
                    )
                );
            }
        }

        for (var i = 0; i < rule.Strings("operations").Count; i++)
        {
            var operation = rule.Strings("operations")[i];
            if (!Operations.Contains(operation, StringComparer.Ordinal))
            {
                issues.Add(
                    FieldIssue.NotSupported(
                        $"{at}.operations[{i}]",
                        operation,
                        "*",
                        "CONNECT",
                        "CREATE",
                        "DELETE",
                        "UPDATE"
                    )
                );
            }
        }

        if (rule.Str("scope") is var scope && scope is not ("*" or "Cluster" or "Namespaced"))
        {
            issues.Add(FieldIssue.NotSupported($"{at}.scope", scope ?? "", "*", "Cluster", "Namespaced"));
        }
    }

    private void CheckPolicies(JsonObject webhook, string at, List<FieldIssue> issues)
    {
        OneOf("failurePolicy", "Fail", "Ignore");
        OneOf("matchPolicy", "Equivalent", "Exact");
        if (mutating)
        {
            OneOf("reinvocationPolicy", "IfNeeded", "Never");
        }

        if (webhook.Str("sideEffects") is not { Length: > 0 } effects)
        {
            issues.Add(FieldIssue.Required($"{at}.sideEffects", "must specify one of None, NoneOnDryRun"));
        }
        else if (effects is not ("None" or "NoneOnDryRun"))
        {
            issues.Add(FieldIssue.NotSupported($"{at}.sideEffects", effects, "None", "NoneOnDryRun"));
        }

        if (webhook.Long("timeoutSeconds") is < 1 or > 30)
        {
            issues.Add(
                FieldIssue.Invalid(
                    $"{at}.timeoutSeconds",
                    webhook["timeoutSeconds"],
                    "the timeout value must be between 1 and 30 seconds"
                )
            );
        }

        void OneOf(string field, params string[] values)
        {
            var text = webhook.Str(field) ?? "";
            if (!values.Contains(text, StringComparer.Ordinal))
            {
                issues.Add(FieldIssue.NotSupported($"{at}.{field}", text, values));
            }
        }
    }

    private static void CheckAddress(JsonObject? config, string at, List<FieldIssue> issues)
    {
        var (url, service) = (config.Str("url"), config.Obj("service"));
        if ((url is null) == (service is null))
        {
            issues.Add(FieldIssue.Required(at, "exactly one of url or service is required"));
            return;
        }

        if (url is not null)
        {
            CheckUrl(url, $"{at}.url", issues);
            return;
        }

        foreach (var field in new[] { "name", "namespace" })
        {
            if (string.IsNullOrEmpty(service.Str(field)))
            {
                issues.Add(FieldIssue.Required($"{at}.service.{field}", $"service {field} is required"));
            }
        }

        if (service.Long("port") is not (>= 1 and <= 65535))
        {
            issues.Add(
                FieldIssue.Invalid(
                    $"{at}.service.port",
                    service!["port"],
                    "port is not valid: must be between 1 and 65535, inclusive"
                )
            );
        }
    }

    private static void CheckUrl(string url, string at, List<FieldIssue> issues)
    {
        const string Form = "; desired format: https://host[/path]";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed))
        {
            issues.Add(FieldIssue.Required(at, $"url must be a valid URL{Form}"));
            return;
        }

        Refuse(parsed.Scheme != "https", parsed.Scheme, "'https' is the only allowed URL scheme");
        Refuse(parsed.Host.Length == 0, parsed.Host, "host must be specified");
        Refuse(parsed.UserInfo.Length > 0, parsed.UserInfo, "user information is not permitted in the URL");
        Refuse(parsed.Fragment.Length > 0, parsed.Fragment, "fragments are not permitted in the URL");
        Refuse(parsed.Query.Length > 0, parsed.Query, "query parameters are not permitted in the URL");

        void Refuse(bool wrong, string part, string why)
        {
            if (wrong)
            {
                issues.Add(FieldIssue.Invalid(at, part, why + Form));
            }
        }
    }

    private static void CheckConditions(JsonObject webhook, string at, List<FieldIssue> issues)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var conditions = webhook.Objects("matchConditions").ToList();
        if (conditions.Count > 64)
        {
            issues.Add(
                new(
                    "FieldValueTooMany",
                    $"{at}.matchConditions",
                    $"Too many: {conditions.Count}: must have at most 64 items"
                )
            );
        }

        for (var i = 0; i < conditions.Count; i++)
        {
            var place = $"{at}.matchConditions[{i}]";
            var name = conditions[i].Str("name") ?? "";
            if (name.Length == 0)
            {
                issues.Add(FieldIssue.Required($"{place}.name"));
            }
            else if (NameRules.QualifiedName(name) is { } wrong)
            {
                issues.Add(FieldIssue.Invalid($"{place}.name", name, wrong));
            }
            else if (!names.Add(name))
            {
                issues.Add(FieldIssue.Duplicate($"{place}.name", name));
            }

            var expression = conditions[i].Str("expression") ?? "";
            if (expression.Trim().Length == 0)
            {
                issues.Add(FieldIssue.Required($"{place}.expression"));
            }
            else if (MatchCondition.Compile(conditions[i], out var error) is null)
            {
                issues.Add(FieldIssue.Invalid($"{place}.expression", expression, error));
            }
        }
    }
}
