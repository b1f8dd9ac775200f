using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Selectors;

namespace LocalCluster.ApiServer.Tables;

/// <summary>The columns of the built-in kinds, as kubectl shows them.</summary>
internal static class BuiltInColumns
{
    public static IReadOnlyList<TableColumn> Pods { get; } =
    [
        TableColumn.Of("Ready", PodColumns.Ready),
        TableColumn.Of("Status", PodColumns.Status),
        new("Restarts", "string", "", "Restarts", 0, PodColumns.Restarts),
        TableColumn.Age,
        TableColumn.Of("IP", pod => pod.At("status", "podIP").Text() ?? "<none>", 1),
        TableColumn.Of("Node", pod => pod.At("spec", "nodeName").Text() ?? "<none>", 1),
        TableColumn.Of("Nominated Node", pod => pod.At("status", "nominatedNodeName").Text() ?? "<none>", 1),
        TableColumn.Of("Readiness Gates", _ => "<none>", 1),
    ];

    public static IReadOnlyList<TableColumn> Deployments { get; } =
    [
        TableColumn.Of("Ready", ReadyReplicas),
        Count("Up-to-date", "status", "updatedReplicas"),
        Count("Available", "status", "availableReplicas"),
        TableColumn.Age,
        TableColumn.Of("Containers", ContainerNames, 1),
        TableColumn.Of("Images", Images, 1),
        TableColumn.Of("Selector", value => Selector(value.At("spec", "selector")), 1),
    ];

    public static IReadOnlyList<TableColumn> Quotas { get; } =
    [
        TableColumn.Of("Request", value => UsedOfHard(value, limits: false)),
        TableColumn.Of("Limit", value => UsedOfHard(value, limits: true)),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> Webhooks { get; } =
    [TableColumn.Of("Webhooks", value => JsonValue.Create(value.Arr("webhooks")?.Count ?? 0)), TableColumn.Age];

    public static IReadOnlyList<TableColumn> StatefulSets { get; } =
    [
        TableColumn.Of("Ready", ReadyReplicas),
        TableColumn.Age,
        TableColumn.Of("Containers", ContainerNames, 1),
        TableColumn.Of("Images", Images, 1),
    ];

    public static IReadOnlyList<TableColumn> ReplicaSets { get; } =
    [
        Count("Desired", "spec", "replicas"),
        Count("Current", "status", "replicas"),
        Count("Ready", "status", "readyReplicas"),
        TableColumn.Age,
        TableColumn.Of("Containers", ContainerNames, 1),
        TableColumn.Of("Images", Images, 1),
        TableColumn.Of("Selector", value => Selector(value.At("spec", "selector")), 1),
    ];

    public static IReadOnlyList<TableColumn> DaemonSets { get; } =
    [
        Count("Desired", "status", "desiredNumberScheduled"),
        Count("Current", "status", "currentNumberScheduled"),
        Count("Ready", "status", "numberReady"),
        Count("Up-to-date", "status", "updatedNumberScheduled"),
        Count("Available", "status", "numberAvailable"),
        TableColumn.Of("Node Selector", value => Labels(value.At("spec", "template", "spec", "nodeSelector"))),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> Jobs { get; } =
    [
        TableColumn.Of("Status", JobStatus),
        TableColumn.Of(
            "Completions",
            job => $"{job.Obj("status").Long("succeeded") ?? 0}/{job.Obj("spec").Long("completions") ?? 1}"
        ),
        new(
            "Duration",
            "string",
            "",
            "Duration",
            0,
            (job, now) =>
                job.Obj("status").Str("startTime") is { } start
                    ? TableColumn.Since(start, KubernetesTime.Parse(job.Obj("status").Str("completionTime")) ?? now)
                    : null
        ),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> Services { get; } =
    [
        TableColumn.Of("Type", value => value.At("spec", "type").Text()),
        TableColumn.Of(
            "Cluster-IP",
            value => value.At("spec", "clusterIP").Text() is { Length: > 0 } ip ? ip : "<none>"
        ),
        TableColumn.Of("External-IP", value => value.At("spec", "externalName").Text() ?? "<none>"),
        TableColumn.Of("Port(s)", ServicePorts),
        TableColumn.Age,
        TableColumn.Of("Selector", value => Labels(value.At("spec", "selector")), 1),
    ];

    public static IReadOnlyList<TableColumn> Endpoints { get; } =
    [TableColumn.Of("Endpoints", EndpointAddresses), TableColumn.Age];

    public static IReadOnlyList<TableColumn> EndpointSlices { get; } =
    [
        TableColumn.Of("AddressType", value => value.Str("addressType")),
        TableColumn.Of("Ports", value => Join(value.Objects("ports").Select(port => port["port"].Text()), "<unset>")),
        TableColumn.Of(
            "Endpoints",
            value => Join(value.Objects("endpoints").SelectMany(e => e.Strings("addresses")), "<unset>")
        ),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> ConfigMaps { get; } =
    [
        TableColumn.Of("Data", value => (value.Obj("data")?.Count ?? 0) + (value.Obj("binaryData")?.Count ?? 0)),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> Secrets { get; } =
    [
        TableColumn.Of("Type", value => value.Str("type")),
        TableColumn.Of("Data", value => value.Obj("data")?.Count ?? 0),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> ServiceAccounts { get; } =
    [TableColumn.Of("Secrets", value => value.Arr("secrets")?.Count ?? 0), TableColumn.Age];

    public static IReadOnlyList<TableColumn> Namespaces { get; } =
    [TableColumn.Of("Status", value => value.At("status", "phase").Text()), TableColumn.Age];

    public static IReadOnlyList<TableColumn> Nodes { get; } =
    [
        TableColumn.Of("Status", NodeStatus),
        TableColumn.Of("Roles", NodeRoles),
        TableColumn.Age,
        TableColumn.Of("Version", value => value.At("status", "nodeInfo", "kubeletVersion").Text()),
        TableColumn.Of("Internal-IP", value => NodeAddress(value, "InternalIP"), 1),
        TableColumn.Of("External-IP", value => NodeAddress(value, "ExternalIP"), 1),
        TableColumn.Of("OS-Image", value => value.At("status", "nodeInfo", "osImage").Text() ?? "<unknown>", 1),
        TableColumn.Of(
            "Kernel-Version",
            value => value.At("status", "nodeInfo", "kernelVersion").Text() ?? "<unknown>",
            1
        ),
        TableColumn.Of(
            "Container-Runtime",
            value => value.At("status", "nodeInfo", "containerRuntimeVersion").Text() ?? "<unknown>",
            1
        ),
    ];

    public static IReadOnlyList<TableColumn> Claims { get; } =
    [
        TableColumn.Of(
            "Status",
            value => value.Metadata()["deletionTimestamp"] is null ? value.At("status", "phase").Text() : "Terminating"
        ),
        TableColumn.Of("Volume", value => value.At("spec", "volumeName").Text() ?? ""),
        TableColumn.Of("Capacity", value => value.At("status", "capacity", "storage").Text() ?? ""),
        TableColumn.Of("Access Modes", value => AccessModes(value.Obj("status"))),
        TableColumn.Of("StorageClass", value => value.At("spec", "storageClassName").Text() ?? ""),
        TableColumn.Of("VolumeAttributesClass", _ => "<unset>"),
        TableColumn.Age,
        TableColumn.Of("VolumeMode", value => value.At("spec", "volumeMode").Text() ?? "<unset>", 1),
    ];

    public static IReadOnlyList<TableColumn> Volumes { get; } =
    [
        TableColumn.Of("Capacity", value => value.At("spec", "capacity", "storage").Text() ?? ""),
        TableColumn.Of("Access Modes", value => AccessModes(value.Obj("spec"))),
        TableColumn.Of("Reclaim Policy", value => value.At("spec", "persistentVolumeReclaimPolicy").Text()),
        TableColumn.Of("Status", value => value.At("status", "phase").Text()),
        TableColumn.Of(
            "Claim",
            value =>
                value.At("spec", "claimRef") is JsonObject claim ? $"{claim.Str("namespace")}/{claim.Str("name")}" : ""
        ),
        TableColumn.Of("StorageClass", value => value.At("spec", "storageClassName").Text() ?? ""),
        TableColumn.Age,
    ];

    /// <summary>Events in the core group's form; the name comes last and only wide.</summary>
    public static IReadOnlyList<TableColumn> Events { get; } =
    [
        new("Last Seen", "string", "", "Last Seen", 0, EventColumns.LastSeen),
        TableColumn.Of("Type", value => value.Str("type")),
        TableColumn.Of("Reason", value => value.Str("reason")),
        TableColumn.Of("Object", EventColumns.Subject),
        TableColumn.Of("Source", EventColumns.Source, 1),
        TableColumn.Of("Message", value => (value.Str("message") ?? value.Str("note") ?? "").Trim()),
        TableColumn.Of("Count", EventColumns.Count, 1),
        TableColumn.NameColumn with
        {
            Priority = 1,
        },
    ];

    public static IReadOnlyList<TableColumn> Disruption { get; } =
    [
        TableColumn.Of("Min Available", value => value.At("spec", "minAvailable").Text() ?? "N/A"),
        TableColumn.Of("Max Unavailable", value => value.At("spec", "maxUnavailable").Text() ?? "N/A"),
        Count("Allowed Disruptions", "status", "disruptionsAllowed"),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> Created { get; } =
    [TableColumn.Of("Created At", value => value.Metadata().Str("creationTimestamp"))];

    public static IReadOnlyList<TableColumn> Bindings { get; } =
    [
        TableColumn.Of("Role", value => $"{value.At("roleRef", "kind").Text()}/{value.At("roleRef", "name").Text()}"),
        TableColumn.Age,
        TableColumn.Of("Users", value => Subjects(value, "User"), 1),
        TableColumn.Of("Groups", value => Subjects(value, "Group"), 1),
        TableColumn.Of("ServiceAccounts", value => Subjects(value, "ServiceAccount"), 1),
    ];

    public static IReadOnlyList<TableColumn> Leases { get; } =
    [TableColumn.Of("Holder", value => value.At("spec", "holderIdentity").Text()), TableColumn.Age];

    public static IReadOnlyList<TableColumn> Revisions { get; } =
    [
        TableColumn.Of(
            "Controller",
            value =>
                value.Metadata().Objects("ownerReferences").FirstOrDefault(owner => owner.Bool("controller") == true)
                    is { } owner
                    ? $"{owner.Str("kind")?.ToLowerInvariant()}/{owner.Str("name")}"
                    : "<none>"
        ),
        TableColumn.Of("Revision", value => value["revision"]?.DeepClone()),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> NetworkPolicies { get; } =
    [TableColumn.Of("Pod-Selector", value => Selector(value.At("spec", "podSelector"))), TableColumn.Age];

    public static IReadOnlyList<TableColumn> Ingresses { get; } =
    [
        TableColumn.Of("Class", value => value.At("spec", "ingressClassName").Text() ?? "<none>"),
        TableColumn.Of(
            "Hosts",
            value => Join((value["spec"] as JsonObject).Objects("rules").Select(rule => rule.Str("host") ?? "*"), "*")
        ),
        TableColumn.Of("Address", _ => ""),
        TableColumn.Of("Ports", value => value.At("spec", "tls") is JsonArray { Count: > 0 } ? "80, 443" : "80"),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> StorageClasses { get; } =
    [
        TableColumn.Of("Provisioner", value => value.Str("provisioner")),
        TableColumn.Of("ReclaimPolicy", value => value.Str("reclaimPolicy")),
        TableColumn.Of("VolumeBindingMode", value => value.Str("volumeBindingMode")),
        TableColumn.Of("AllowVolumeExpansion", value => value.Bool("allowVolumeExpansion") ?? false),
        TableColumn.Age,
    ];

    private static TableColumn Count(string name, string part, string field) =>
        new(name, "integer", "", name, 0, (value, _) => value.Obj(part).Long(field) ?? 0);

    private static JsonNode? ReadyReplicas(JsonObject value) =>
        $"{value.Obj("status").Long("readyReplicas") ?? 0}/{value.Obj("spec").Long("replicas") ?? 0}";

    private static JsonNode? ContainerNames(JsonObject value) =>
        Join(Containers(value).Select(container => container.Str("name")), "<none>");

    private static JsonNode? Images(JsonObject value) =>
        Join(Containers(value).Select(container => container.Str("image")), "<none>");

    private static IEnumerable<JsonObject> Containers(JsonObject value) =>
        (value.At("spec", "template", "spec") as JsonObject).Objects("containers");

    private static string Join(IEnumerable<string?> values, string none)
    {
        var text = string.Join(",", values.Where(value => value is not null));
        return text.Length == 0 ? none : text;
    }

    private static string Labels(JsonNode? labels) =>
        Join(
            (labels as JsonObject ?? [])
                .OrderBy(label => label.Key, StringComparer.Ordinal)
                .Select(label => $"{label.Key}={label.Value.Text()}"),
            "<none>"
        );

    private static string Selector(JsonNode? selector) =>
        LabelSelectors.Format(selector as JsonObject) is { Length: > 0 } text ? text : "<none>";

    private static string Subjects(JsonObject value, string kind) =>
        Join(
            value
                .Objects("subjects")
                .Where(subject => subject.Str("kind") == kind)
                .Select(subject =>
                    kind == "ServiceAccount" ? $"{subject.Str("namespace")}/{subject.Str("name")}" : subject.Str("name")
                ),
            ""
        );

    private static string AccessModes(JsonObject? part) =>
        string.Join(
            ",",
            part.Strings("accessModes")
                .Select(mode =>
                    mode switch
                    {
                        "ReadWriteOnce" => "RWO",
                        "ReadOnlyMany" => "ROX",
                        "ReadWriteMany" => "RWX",
                        "ReadWriteOncePod" => "RWOP",
                        _ => mode,
                    }
                )
        );

    private static JsonNode? JobStatus(JsonObject job)
    {
        foreach (var condition in job.Obj("status").Objects("conditions"))
        {
            if (condition.Str("status") == "True" && condition.Str("type") is "Complete" or "Failed")
            {
                return condition.Str("type");
            }
        }

        return "Running";
    }

    private static JsonNode? ServicePorts(JsonObject value) =>
        Join(
            value
                .Obj("spec")
                .Objects("ports")
                .Select(port =>
                    port.Long("nodePort") is { } node and > 0
                        ? $"{port.Long("port")}:{node}/{port.Str("protocol")}"
                        : $"{port.Long("port")}/{port.Str("protocol")}"
                ),
            "<none>"
        );

    private static JsonNode? EndpointAddresses(JsonObject value)
    {
        var all = new List<string>();
        foreach (var subset in value.Objects("subsets"))
        {
            foreach (var address in subset.Objects("addresses"))
            {
                var ports = subset.Objects("ports").ToList();
                all.AddRange(
                    ports.Count == 0
                        ? [address.Str("ip") ?? ""]
                        : ports.Select(port => $"{address.Str("ip")}:{port.Long("port")}")
                );
            }
        }

        return all.Count switch
        {
            0 => "<none>",
            > 3 => string.Join(",", all.Take(3)) + $" + {all.Count - 3} more...",
            _ => string.Join(",", all),
        };
    }

    private static JsonNode? NodeStatus(JsonObject value)
    {
        var ready = value.Obj("status").Objects("conditions").FirstOrDefault(c => c.Str("type") == "Ready");
        var text = ready?.Str("status") switch
        {
            "True" => "Ready",
            null => "Unknown",
            _ => "NotReady",
        };
        return value.Obj("spec").Bool("unschedulable") == true ? text + ",SchedulingDisabled" : text;
    }

    private static JsonNode? NodeRoles(JsonObject value) =>
        Join(
            (value.Metadata().Obj("labels") ?? [])
                .Where(label => label.Key.StartsWith("node-role.kubernetes.io/", StringComparison.Ordinal))
                .Select(label => label.Key["node-role.kubernetes.io/".Length..])
                .Order(StringComparer.Ordinal),
            "<none>"
        );

    private static JsonNode? NodeAddress(JsonObject value, string type) =>
        value.Obj("status").Objects("addresses").FirstOrDefault(address => address.Str("type") == type)?.Str("address")
        ?? "<none>";

    private static JsonNode UsedOfHard(JsonObject quota, bool limits)
    {
        var status = quota.Obj("status");
        return string.Join(
            ", ",
            (status.Obj("hard") ?? [])
                .Where(entry => entry.Key.StartsWith("limits.", StringComparison.Ordinal) == limits)
                .OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => $"{entry.Key}: {status.Obj("used")?[entry.Key].Text()}/{entry.Value.Text()}")
        );
    }
}
