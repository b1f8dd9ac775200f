using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>Services, with addresses out of the cluster's range.</summary>
internal sealed class ServiceStrategy(ServiceAddresses addresses) : ResourceStrategy
{
    public override Func<string, string?> NameRule => NameRules.Label1035;

    public override void ApplyDefaults(JsonObject value)
    {
        var spec = value.Ensure("spec");
        spec.Default("type", "ClusterIP");
        spec.Default("sessionAffinity", "None");
        var external = spec.Str("type") == "ExternalName";
        if (!external)
        {
            spec.Default("internalTrafficPolicy", "Cluster");
        }

        foreach (var port in spec.Objects("ports"))
        {
            port.Default("protocol", "TCP");
            if (!external)
            {
                port.Default("targetPort", port["port"]?.DeepClone());
            }
        }
    }

    public override void PrepareForCreate(JsonObject value)
    {
        var spec = value.Ensure("spec");
        value["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };
        if (spec.Str("type") == "ExternalName")
        {
            return;
        }

        var given = spec.Str("clusterIP") is { Length: > 0 } one ? one : spec.Strings("clusterIPs").FirstOrDefault();
        var address = given ?? addresses.Next();
        spec["clusterIP"] = address;
        spec["clusterIPs"] = new JsonArray(address);
        spec.Default("ipFamilies", new JsonArray("IPv4"));
        spec.Default("ipFamilyPolicy", "SingleStack");
    }

    public override void PrepareForUpdate(JsonObject value, JsonObject old)
    {
        var (spec, before) = (value.Ensure("spec"), old.Ensure("spec"));
        if (spec.Str("type") == "ExternalName" || before.Str("type") == "ExternalName")
        {
            return;
        }

        foreach (var field in new[] { "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy" })
        {
            if (spec[field] is null or JsonArray { Count: 0 } || spec.Str(field) is "")
            {
                spec[field] = before[field]?.DeepClone();
            }
        }
    }

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        var spec = value.Obj("spec");
        var type = spec.Str("type");
        if (type is not ("ClusterIP" or "NodePort" or "LoadBalancer" or "ExternalName"))
        {
            issues.Add(
                FieldIssue.NotSupported(
                    "spec.type",
                    type ?? "",
                    "ClusterIP",
                    "ExternalName",
                    "LoadBalancer",
                    "NodePort"
                )
            );
        }

        var address = spec.Str("clusterIP");
        if (type != "ExternalName" && address != "None" && spec.Arr("ports") is not { Count: > 0 })
        {
            issues.Add(FieldIssue.Required("spec.ports"));
        }

        if (type == "ExternalName" && string.IsNullOrEmpty(spec.Str("externalName")))
        {
            issues.Add(FieldIssue.Required("spec.externalName"));
        }

        if (spec.Str("sessionAffinity") is { } affinity and not ("ClientIP" or "None"))
        {
            issues.Add(FieldIssue.NotSupported("spec.sessionAffinity", affinity, "ClientIP", "None"));
        }

        foreach (var (name, _) in spec.Obj("selector") ?? [])
        {
            if (NameRules.QualifiedName(name) is { } wrong)
            {
                issues.Add(FieldIssue.Invalid("spec.selector", name, wrong));
            }
        }

        Ports(spec, issues);
        var before = old?.Obj("spec");
        if (
            before is not null
            && before.Str("clusterIP") is { Length: > 0 } kept
            && kept != address
            && type != "ExternalName"
        )
        {
            issues.Add(FieldIssue.Invalid("spec.clusterIPs[0]", new JsonArray(address), "may not change once set"));
        }
        else if (before is null && address is not (null or "None"))
        {
            addresses.Check(address, value.Metadata().Str("uid") ?? "", issues);
        }
    }

    private static void Ports(JsonObject? spec, List<FieldIssue> issues)
    {
        var ports = spec.Objects("ports").ToList();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < ports.Count; i++)
        {
            var at = $"spec.ports[{i}]";
            var name = ports[i].Str("name");
            if (string.IsNullOrEmpty(name))
            {
                if (ports.Count > 1)
                {
                    issues.Add(FieldIssue.Required($"{at}.name"));
                }
            }
            else if (NameRules.Label(name) is { } wrong)
            {
                issues.Add(FieldIssue.Invalid($"{at}.name", name, wrong));
            }
            else if (!names.Add(name))
            {
                issues.Add(FieldIssue.Duplicate($"{at}.name", name));
            }

            if (ports[i].Long("port") is not (>= 1 and <= 65535))
            {
                issues.Add(
                    FieldIssue.Invalid($"{at}.port", ports[i]["port"], "must be between 1 and 65535, inclusive")
                );
            }

            Target(ports[i], at, issues);
            if (ports[i].Str("protocol") is { } protocol and not ("TCP" or "UDP" or "SCTP"))
            {
                issues.Add(FieldIssue.NotSupported($"{at}.protocol", protocol, "SCTP", "TCP", "UDP"));
            }
            else if (!numbers.Add($"{ports[i].Str("protocol")}/{ports[i].Long("port")}"))
            {
                issues.Add(FieldIssue.Duplicate(at, ports[i].ToJsonString()));
            }
        }
    }

    private static void Target(JsonObject port, string at, List<FieldIssue> issues)
    {
        if (port.Long("targetPort") is < 1 or > 65535)
        {
            issues.Add(
                FieldIssue.Invalid($"{at}.targetPort", port["targetPort"], "must be between 1 and 65535, inclusive")
            );
        }
        else if (port.Str("targetPort") is { } name && NameRules.PortName(name) is { } wrong)
        {
            issues.Add(FieldIssue.Invalid($"{at}.targetPort", name, wrong));
        }
    }
}
