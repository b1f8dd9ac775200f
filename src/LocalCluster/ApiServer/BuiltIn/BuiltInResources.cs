using LocalCluster.ApiServer.Admission;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tables;
using LocalCluster.Patching;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>The kinds that every cluster has (as far as this one has them).</summary>
internal sealed class BuiltInResources(ObjectDatabase database, ServiceAddresses addresses)
{
    private static readonly string[] All = ["all"];

    private static readonly ScaleMapping WorkloadScale = new(
        ["spec", "replicas"],
        ["status", "replicas"],
        ["spec", "selector"]
    );

    private static readonly string[][] EventFields =
    [
        ["involvedObject", "kind"],
        ["involvedObject", "namespace"],
        ["involvedObject", "name"],
        ["involvedObject", "uid"],
        ["involvedObject", "apiVersion"],
        ["involvedObject", "resourceVersion"],
        ["involvedObject", "fieldPath"],
        ["reason"],
        ["type"],
        ["source"],
        ["reportingComponent"],
    ];

    public IEnumerable<ApiResource> Core() =>
        [
            Make(
                "",
                "v1",
                "Namespace",
                "namespaces",
                ["ns"],
                new NamespaceStrategy(),
                BuiltInColumns.Namespaces,
                [
                    ["status", "phase"],
                ]
            ) with
            {
                Namespaced = false,
                HasStatus = true,
                ExtraSubresources = [new("finalize", "", "v1", "Namespace", ["update"])],
            },
            Make(
                "",
                "v1",
                "Node",
                "nodes",
                ["no"],
                new ResourceStrategy(),
                BuiltInColumns.Nodes,
                [
                    ["spec", "unschedulable"],
                ]
            ) with
            {
                Namespaced = false,
                HasStatus = true,
            },
            Make("", "v1", "Pod", "pods", ["po"], new PodStrategy(), BuiltInColumns.Pods, PodFields) with
            {
                HasStatus = true,
                Categories = All,
                ExtraSubresources =
                [
                    new("log", "", "v1", "Pod", ["get"]),
                    new("binding", "", "v1", "Binding", ["create"]),
                    new("eviction", "policy", "v1", "Eviction", ["create"]),
                ],
            },
            Services(),
            Make("", "v1", "Endpoints", "endpoints", ["ep"], ResourceStrategy.Plain, BuiltInColumns.Endpoints),
            Make(
                "",
                "v1",
                "ConfigMap",
                "configmaps",
                ["cm"],
                new ConfigStrategy(secret: false),
                BuiltInColumns.ConfigMaps
            ),
            Make(
                "",
                "v1",
                "Secret",
                "secrets",
                [],
                new ConfigStrategy(secret: true),
                BuiltInColumns.Secrets,
                [
                    ["type"],
                ]
            ),
            Make(
                "",
                "v1",
                "ServiceAccount",
                "serviceaccounts",
                ["sa"],
                ResourceStrategy.Plain,
                BuiltInColumns.ServiceAccounts
            ) with
            {
                ExtraSubresources = [new("token", "authentication.k8s.io", "v1", "TokenRequest", ["create"])],
            },
            Make(
                "",
                "v1",
                "ResourceQuota",
                "resourcequotas",
                ["quota"],
                new QuotaStrategy(),
                BuiltInColumns.Quotas
            ) with
            {
                HasStatus = true,
            },
            Make(
                "",
                "v1",
                "PersistentVolumeClaim",
                "persistentvolumeclaims",
                ["pvc"],
                new ClaimStrategy(),
                BuiltInColumns.Claims
            ) with
            {
                HasStatus = true,
            },
            Make(
                "",
                "v1",
                "PersistentVolume",
                "persistentvolumes",
                ["pv"],
                new VolumeStrategy(),
                BuiltInColumns.Volumes
            ) with
            {
                Namespaced = false,
                HasStatus = true,
            },
            .. Events(),
        ];

    public IEnumerable<ApiResource> Groups() =>
        [
            Workload("Deployment", "deployments", "deploy", new DeploymentStrategy(), BuiltInColumns.Deployments),
            Workload("StatefulSet", "statefulsets", "sts", new StatefulSetStrategy(), BuiltInColumns.StatefulSets),
            Workload("ReplicaSet", "replicasets", "rs", new ReplicaSetStrategy(), BuiltInColumns.ReplicaSets),
            Workload("DaemonSet", "daemonsets", "ds", new DaemonSetStrategy(), BuiltInColumns.DaemonSets) with
            {
                Scale = null,
            },
            Make(
                "apps",
                "v1",
                "ControllerRevision",
                "controllerrevisions",
                [],
                ResourceStrategy.Plain,
                BuiltInColumns.Revisions
            ),
            Make("batch", "v1", "Job", "jobs", [], new JobStrategy(), BuiltInColumns.Jobs) with
            {
                HasStatus = true,
                Categories = All,
            },
            Make(
                "discovery.k8s.io",
                "v1",
                "EndpointSlice",
                "endpointslices",
                [],
                new SliceStrategy(),
                BuiltInColumns.EndpointSlices
            ),
            Make(
                "policy",
                "v1",
                "PodDisruptionBudget",
                "poddisruptionbudgets",
                ["pdb"],
                new DisruptionBudgetStrategy(),
                BuiltInColumns.Disruption
            ) with
            {
                HasStatus = true,
            },
            Make("coordination.k8s.io", "v1", "Lease", "leases", [], new LeaseStrategy(), BuiltInColumns.Leases),
            Make(
                "networking.k8s.io",
                "v1",
                "NetworkPolicy",
                "networkpolicies",
                ["netpol"],
                new CountedStrategy(),
                BuiltInColumns.NetworkPolicies
            ),
            Make(
                "networking.k8s.io",
                "v1",
                "Ingress",
                "ingresses",
                ["ing"],
                new CountedStrategy(),
                BuiltInColumns.Ingresses
            ) with
            {
                HasStatus = true,
            },
            Make(
                "storage.k8s.io",
                "v1",
                "StorageClass",
                "storageclasses",
                ["sc"],
                new StorageClassStrategy(),
                BuiltInColumns.StorageClasses
            ) with
            {
                Namespaced = false,
            },
            Webhooks("Mutating", mutating: true),
            Webhooks("Validating", mutating: false),
            Rbac("Role", "roles", BuiltInColumns.Created, binding: false),
            Rbac("ClusterRole", "clusterroles", BuiltInColumns.Created, binding: false) with
            {
                Namespaced = false,
            },
            Rbac("RoleBinding", "rolebindings", BuiltInColumns.Bindings, binding: true),
            Rbac("ClusterRoleBinding", "clusterrolebindings", BuiltInColumns.Bindings, binding: true) with
            {
                Namespaced = false,
            },
        ];

    public static IEnumerable<ReviewResource> Reviews() =>
        [
            new("authentication.k8s.io", "v1", "TokenReview", "tokenreviews", Namespaced: false),
            new("authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews", Namespaced: false),
            new("authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews", Namespaced: false),
            new("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", Namespaced: false),
            new(
                "authorization.k8s.io",
                "v1",
                "LocalSubjectAccessReview",
                "localsubjectaccessreviews",
                Namespaced: true
            ),
            new("authorization.k8s.io", "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews", Namespaced: false),
        ];

    private static string[][] PodFields =>
        [
            ["spec", "nodeName"],
            ["spec", "restartPolicy"],
            ["spec", "schedulerName"],
            ["spec", "serviceAccountName"],
            ["status", "phase"],
            ["status", "podIP"],
            ["status", "nominatedNodeName"],
        ];

    private ApiResource Services()
    {
        var services = Make(
            "",
            "v1",
            "Service",
            "services",
            ["svc"],
            new ServiceStrategy(addresses),
            BuiltInColumns.Services,
            [
                ["spec", "clusterIP"],
                ["spec", "type"],
            ]
        );
        addresses.Follow(services.Store);
        return services with { HasStatus = true, Categories = All };
    }

    private IEnumerable<ApiResource> Events()
    {
        var core = Make(
            "",
            "v1",
            "Event",
            "events",
            ["ev"],
            ResourceStrategy.Plain,
            BuiltInColumns.Events,
            EventFields
        );
        yield return core;
        yield return core with
        {
            Group = "events.k8s.io",
            Merge = BuiltInMergeSchemas.For("events.k8s.io", "v1", "Event"),
            Conversion = new EventConversion(),
            FieldAliases = EventConversion.FieldAliases,
        };
    }

    private ApiResource Workload(
        string kind,
        string plural,
        string shortName,
        ResourceStrategy strategy,
        IReadOnlyList<TableColumn> columns
    ) =>
        Make("apps", "v1", kind, plural, [shortName], strategy, columns) with
        {
            HasStatus = true,
            Scale = WorkloadScale,
            Categories = All,
        };

    private ApiResource Rbac(string kind, string plural, IReadOnlyList<TableColumn> columns, bool binding) =>
        Make("rbac.authorization.k8s.io", "v1", kind, plural, [], new RbacStrategy(binding), columns);

    private ApiResource Webhooks(string prefix, bool mutating)
    {
        var kind = $"{prefix}WebhookConfiguration";
        return Make(
            WebhookAdmission.Group,
            "v1",
            kind,
            kind.ToLowerInvariant() + "s",
            [],
            new WebhookStrategy(mutating),
            BuiltInColumns.Webhooks
        ) with
        {
            Namespaced = false,
            Categories = ["api-extensions"],
        };
    }

    private ApiResource Make(
        string group,
        string version,
        string kind,
        string plural,
        string[] shortNames,
        ResourceStrategy strategy,
        IReadOnlyList<TableColumn> columns,
        IReadOnlyList<string[]>? fields = null
    ) =>
        new()
        {
            Group = group,
            Version = version,
            Kind = kind,
            Plural = plural,
            Singular = kind.ToLowerInvariant(),
            Namespaced = true,
            ShortNames = shortNames,
            Store = database.Open(new GroupResource(group, plural), fields ?? []),
            Strategy = strategy,
            Columns = columns,
            Merge = BuiltInMergeSchemas.For(group, version, kind),
        };
}
