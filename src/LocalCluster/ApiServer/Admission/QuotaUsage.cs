using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.Node.Pods;

namespace LocalCluster.ApiServer.Admission;

/// <summary>How much of what a ResourceQuota names an object takes up.</summary>
internal static class QuotaUsage
{
    private static readonly GroupResource Pods = new("", "pods");
    private static readonly GroupResource Services = new("", "services");
    private static readonly GroupResource Claims = new("", "persistentvolumeclaims");

    private static readonly HashSet<string> Counted = new(StringComparer.Ordinal)
    {
        "configmaps",
        "secrets",
        "services",
        "persistentvolumeclaims",
        "replicationcontrollers",
        "resourcequotas",
    };

    private const string ClassSuffix = ".storageclass.storage.k8s.io/";

    /// <summary>The resource that a name of a quota is about; null for a name that quotas do not know.</summary>
    public static GroupResource? ResourceOf(string name)
    {
        if (name.StartsWith("count/", StringComparison.Ordinal))
        {
            var plural = name["count/".Length..];
            var dot = plural.IndexOf('.', StringComparison.Ordinal);
            return plural.Length == 0 ? null
                : dot < 0 ? new("", plural)
                : new(plural[(dot + 1)..], plural[..dot]);
        }

        return Counted.Contains(name) ? new GroupResource("", name)
            : name is "services.nodeports" or "services.loadbalancers" ? Services
            : name == "requests.storage" || name.Contains(ClassSuffix, StringComparison.Ordinal) ? Claims
            : name is "pods" or "cpu" or "memory" or "ephemeral-storage"
            || name.StartsWith("requests.", StringComparison.Ordinal)
            || name.StartsWith("limits.", StringComparison.Ordinal)
                ? Pods
            : null;
    }

    /// <summary>What one object takes up of a name; the object is of <see cref="ResourceOf"/>.</summary>
    public static double Of(string name, JsonObject value)
    {
        if (name.StartsWith("count/", StringComparison.Ordinal) || Counted.Contains(name))
        {
            return 1;
        }

        if (ResourceOf(name) == Services)
        {
            return Ports(name, value.Obj("spec"));
        }

        if (ResourceOf(name) == Claims)
        {
            return Storage(name, value.Obj("spec"));
        }

        return IsOver(value) ? 0
            : name == "pods" ? 1
            : Compute(name, value.Obj("spec"));
    }

    /// <summary>Containers of a pod that say nothing of a name that a quota limits.</summary>
    public static IReadOnlyList<string> Silent(string name, JsonObject pod)
    {
        if (name is not ("cpu" or "memory" or "requests.cpu" or "requests.memory" or "limits.cpu" or "limits.memory"))
        {
            return [];
        }

        var (kind, resource) = Split(name);
        return
        [
            .. pod.Obj("spec")
                .Objects("containers")
                .Concat(pod.Obj("spec").Objects("initContainers"))
                .Where(container => container.At("resources", kind, resource) is null)
                .Select(container => container.Str("name") ?? ""),
        ];
    }

    /// <summary>True when a pod is of the scopes of a quota.</summary>
    public static bool InScopes(IReadOnlyList<string> scopes, JsonObject value) =>
        scopes.All(scope =>
            scope switch
            {
                "Terminating" => value.At("spec", "activeDeadlineSeconds") is not null,
                "NotTerminating" => value.At("spec", "activeDeadlineSeconds") is null,
                "BestEffort" => IsBestEffort(value),
                "NotBestEffort" => !IsBestEffort(value),
                _ => false,
            }
        );

    /// <summary>An amount as quotas show it: whole, in thousandths, or in the largest binary unit that is exact.</summary>
    public static string Format(string name, double amount)
    {
        var bytes =
            name.EndsWith("memory", StringComparison.Ordinal) || name.EndsWith("storage", StringComparison.Ordinal);
        if (amount != Math.Floor(amount))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(amount * 1000):F0}m");
        }

        if (bytes)
        {
            foreach (var (suffix, power) in new[] { ("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10) })
            {
                if (amount != 0 && amount % (1L << power) == 0)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"{amount / (1L << power):F0}{suffix}");
                }
            }
        }

        return amount.ToString("F0", CultureInfo.InvariantCulture);
    }

    /// <summary>The number of a quantity; 0 for what is none.</summary>
    public static double Parse(string? quantity) => quantity is null ? 0 : ResourceQuantities.Parse(quantity) ?? 0;

    private static bool IsOver(JsonObject pod) => pod.Obj("status").Str("phase") is "Succeeded" or "Failed";

    private static bool IsBestEffort(JsonObject pod) =>
        pod.Obj("spec")
            .Objects("containers")
            .All(container =>
                container.At("resources", "limits") is not JsonObject { Count: > 0 }
                && container.At("resources", "requests") is not JsonObject { Count: > 0 }
            );

    private static double Ports(string name, JsonObject? spec)
    {
        var type = spec.Str("type");
        return name == "services.loadbalancers"
            ? type == "LoadBalancer"
                ? 1
                : 0
            : type is "NodePort" or "LoadBalancer"
                ? spec.Arr("ports")?.Count ?? 0
                : 0;
    }

    private static double Storage(string name, JsonObject? spec)
    {
        var suffix = name.IndexOf(ClassSuffix, StringComparison.Ordinal);
        if (suffix >= 0)
        {
            if (spec.Str("storageClassName") != name[..suffix])
            {
                return 0;
            }

            if (name.EndsWith("/persistentvolumeclaims", StringComparison.Ordinal))
            {
                return 1;
            }
        }

        return Parse(spec.At("resources", "requests", "storage").Text());
    }

    private static double Compute(string name, JsonObject? spec)
    {
        var (kind, resource) = Split(name);
        var together = spec.Objects("containers").Sum(Amount);
        var first = spec.Objects("initContainers").Select(Amount).DefaultIfEmpty(0).Max();
        return Math.Max(together, first);

        double Amount(JsonObject container) =>
            Parse(
                (
                    container.At("resources", kind, resource)
                    // What is limited is requested, unless something else is.
                    ?? (kind == "requests" ? container.At("resources", "limits", resource) : null)
                ).Text()
            );
    }

    private static (string Kind, string Resource) Split(string name) =>
        name.StartsWith("limits.", StringComparison.Ordinal) ? ("limits", name["limits.".Length..])
        : name.StartsWith("requests.", StringComparison.Ordinal) ? ("requests", name["requests.".Length..])
        : ("requests", name);
}
