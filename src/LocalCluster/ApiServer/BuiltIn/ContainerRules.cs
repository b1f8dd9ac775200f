using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.Node.Pods;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>Faults within a container: its environment, ports, probes and resources.</summary>
internal static class ContainerRules
{
    private static readonly string[] Handlers = ["exec", "httpGet", "tcpSocket", "grpc"];
    private static readonly string[] Sources = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef"];

    private static readonly string[] FieldPaths =
    [
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
    ];

    public static void Validate(JsonObject container, string path, List<FieldIssue> issues)
    {
        if (container.Str("imagePullPolicy") is { } policy and not ("Always" or "IfNotPresent" or "Never"))
        {
            issues.Add(FieldIssue.NotSupported($"{path}.imagePullPolicy", policy, "Always", "IfNotPresent", "Never"));
        }

        Ports(container, path, issues);
        Environment(container, path, issues);
        Resources(container.Obj("resources"), $"{path}.resources", issues);
        foreach (var probe in new[] { "livenessProbe", "readinessProbe", "startupProbe" })
        {
            if (container.Obj(probe) is { } value)
            {
                Probe(value, $"{path}.{probe}", issues);
            }
        }
    }

    private static void Ports(JsonObject container, string path, List<FieldIssue> issues)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var port in container.Objects("ports"))
        {
            var at = $"{path}.ports[{index++}]";
            if (port.Str("name") is { Length: > 0 } name)
            {
                if (NameRules.PortName(name) is { } wrong)
                {
                    issues.Add(FieldIssue.Invalid($"{at}.name", name, wrong));
                }
                else if (!names.Add(name))
                {
                    issues.Add(FieldIssue.Duplicate($"{at}.name", name));
                }
            }

            if (port.Long("containerPort") is null or 0)
            {
                issues.Add(FieldIssue.Required($"{at}.containerPort"));
            }
            else if (port.Long("containerPort") is < 1 or > 65535)
            {
                issues.Add(
                    FieldIssue.Invalid(
                        $"{at}.containerPort",
                        port["containerPort"],
                        "must be between 1 and 65535, inclusive"
                    )
                );
            }

            if (port.Str("protocol") is { } protocol and not ("TCP" or "UDP" or "SCTP"))
            {
                issues.Add(FieldIssue.NotSupported($"{at}.protocol", protocol, "SCTP", "TCP", "UDP"));
            }
        }
    }

    private static void Environment(JsonObject container, string path, List<FieldIssue> issues)
    {
        var index = 0;
        foreach (var variable in container.Objects("env"))
        {
            var at = $"{path}.env[{index++}]";
            if (string.IsNullOrEmpty(variable.Str("name")))
            {
                issues.Add(FieldIssue.Required($"{at}.name"));
            }

            if (variable.Obj("valueFrom") is { } from)
            {
                Source(variable, from, $"{at}.valueFrom", issues);
            }
        }
    }

    private static void Source(JsonObject variable, JsonObject from, string at, List<FieldIssue> issues)
    {
        var given = Sources.Where(from.ContainsKey).ToList();
        if (given.Count == 0)
        {
            issues.Add(
                FieldIssue.Invalid(
                    at,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
                )
            );
        }
        else if (!string.IsNullOrEmpty(variable.Str("value")))
        {
            issues.Add(FieldIssue.Invalid(at, "", "may not be specified when `value` is not empty"));
        }
        else if (given.Count > 1)
        {
            issues.Add(FieldIssue.Invalid(at, "", "may not have more than one field specified at a time"));
        }

        foreach (var reference in new[] { "configMapKeyRef", "secretKeyRef" })
        {
            if (from.Obj(reference) is { } value)
            {
                foreach (var field in new[] { "name", "key" }.Where(field => string.IsNullOrEmpty(value.Str(field))))
                {
                    issues.Add(FieldIssue.Required($"{at}.{reference}.{field}"));
                }
            }
        }

        if (from.Obj("fieldRef") is { } fieldRef)
        {
            var field = fieldRef.Str("fieldPath") ?? "";
            var keyed =
                field.StartsWith("metadata.labels['", StringComparison.Ordinal)
                || field.StartsWith("metadata.annotations['", StringComparison.Ordinal);
            if (field.Length == 0)
            {
                issues.Add(FieldIssue.Required($"{at}.fieldRef.fieldPath"));
            }
            else if (!keyed && !FieldPaths.Contains(field, StringComparer.Ordinal))
            {
                issues.Add(
                    FieldIssue.Invalid(
                        $"{at}.fieldRef.fieldPath",
                        field,
                        $"error converting fieldPath: field label not supported: {field}"
                    )
                );
            }
        }
    }

    private static void Resources(JsonObject? resources, string path, List<FieldIssue> issues)
    {
        foreach (var kind in new[] { "limits", "requests" })
        {
            foreach (var (name, amount) in resources.Obj(kind) ?? [])
            {
                var text = amount.Text() ?? "";
                if (ResourceQuantities.Parse(text) is not { } number)
                {
                    throw ApiException.BadRequest(
                        $"{path}.{kind}[{name}]: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$', not \"{text}\""
                    );
                }

                if (number < 0)
                {
                    issues.Add(
                        FieldIssue.Invalid($"{path}.{kind}[{name}]", text, "must be greater than or equal to 0")
                    );
                }
                else if (
                    kind == "requests"
                    && resources.Obj("limits")?[name].Text() is { } limit
                    && ResourceQuantities.Parse(limit) is { } most
                    && number > most
                )
                {
                    issues.Add(
                        FieldIssue.Invalid($"{path}.requests", text, $"must be less than or equal to {name} limit")
                    );
                }
            }
        }
    }

    private static void Probe(JsonObject probe, string path, List<FieldIssue> issues)
    {
        var given = Handlers.Where(probe.ContainsKey).ToList();
        if (given.Count == 0)
        {
            issues.Add(FieldIssue.Required(path, "must specify a handler type"));
        }

        foreach (var more in given.Skip(1))
        {
            issues.Add(FieldIssue.Forbidden($"{path}.{more}", "may not specify more than 1 handler type"));
        }

        foreach (
            var field in new[]
            {
                "initialDelaySeconds",
                "timeoutSeconds",
                "periodSeconds",
                "successThreshold",
                "failureThreshold",
            }
        )
        {
            if (probe.Long(field) is < 0)
            {
                issues.Add(FieldIssue.Invalid($"{path}.{field}", probe[field], "must be greater than or equal to 0"));
            }
        }
    }
}
