namespace Binnacle.Rendering.Common;

/// <summary>Names and labels of everything that belongs to a stack. They are part of the upgrade contract.</summary>
public static class ObjectNames
{
    /// <summary>Value of <c>app.kubernetes.io/managed-by</c> on every object of ours: the operator's caches select it.</summary>
    public const string ManagedBy = "binnacle";

    /// <summary>Label that names the stack an object belongs to.</summary>
    public const string StackLabel = "binnacle.dev/stack";

    /// <summary>Label that names the stack's namespace: cluster-scoped objects have none of their own.</summary>
    public const string StackNamespaceLabel = "binnacle.dev/stack-namespace";

    /// <summary>Pod annotation whose change makes the kubelet sync the pod's volumes at once.</summary>
    public const string SyncAnnotation = "binnacle.dev/config-sync";

    /// <summary>Label selector of everything the operator owns.</summary>
    public const string ManagedBySelector = "app.kubernetes.io/managed-by=" + ManagedBy;

    /// <summary>Number of rule shards: declared in advance, so that no rule ever changes a pod template.</summary>
    public const int RuleShards = 64;

    /// <summary>
    /// Bytes of content that an object of ours may have: a ConfigMap or Secret takes 1 MiB in all, and this leaves room
    /// for its metadata.
    /// </summary>
    public const int MaxContentBytes = 1_000_000;

    /// <summary>Directory of prometheus.yml and the rule files in the Prometheus container.</summary>
    public const string PrometheusConfigDirectory = "/etc/prometheus/config";

    /// <summary>Directory of the credentials in the Prometheus container.</summary>
    public const string PrometheusSecretsDirectory = "/etc/prometheus/secrets";

    /// <summary>Name of an object of a component: <c>STACK-COMPONENT</c>.</summary>
    public static string Component(string stack, string component) => $"{stack}-{component}";

    /// <summary>ConfigMap of a rule shard: <c>STACK-rules-07</c>.</summary>
    public static string RuleShard(string stack, int shard) => $"{stack}-rules-{shard:00}";

    /// <summary>ConfigMap with an empty file for every rule shard: <c>STACK-rules-empty</c>.</summary>
    public static string EmptyRuleShards(string stack) => $"{stack}-rules-empty";

    /// <summary>File of a rule shard: <c>rules-07.yaml</c>, also the key in its ConfigMap.</summary>
    public static string RuleFile(int shard) => $"rules-{shard:00}.yaml";
}
