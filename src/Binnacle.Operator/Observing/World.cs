using Binnacle.Api;
using Binnacle.Operator.Components;
using Binnacle.PromQL;
using Binnacle.Rendering;
using Binnacle.Rendering.Common;
using Binnacle.Rendering.Rules;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Telemetry;

namespace Binnacle.Operator.Observing;

/// <summary>
/// The operator's picture of the cluster: caches of the five kinds, of namespaces and of everything the operator owns,
/// kept by watches. All changes are told to <see cref="IWorldListener"/>.
/// </summary>
internal sealed class World
{
    private readonly List<IReflection> _reflections = [];
    private readonly RuleTwins _twins;
    private readonly IWorldListener _listener;

    /// <summary>Makes the caches; nothing runs until <see cref="RunAsync"/>.</summary>
    public World(
        IKubernetesClient client,
        ClusterFacts cluster,
        IWorldListener listener,
        Func<string, KubernetesObject, bool> isAsApplied,
        TimeProvider clock,
        ILoggerFactory loggers,
        RuntimeMetrics? metrics = null
    )
    {
        _listener = listener;
        Cluster = cluster;
        Selections = new SelectionInputs(Stacks, Namespaces);
        AlertRules = new ResourceTable<AlertRule>("AlertRule", Selections, ResourceCheck.Rejection, Changed);
        _twins = new RuleTwins(AlertRules);
        ScrapeTargets = new ResourceTable<ScrapeTarget>("ScrapeTarget", Selections, ResourceCheck.Rejection, Changed);
        HealthProbes = new ResourceTable<HealthProbe>("HealthProbe", Selections, ResourceCheck.Rejection, Changed);
        Dashboards = new ResourceTable<Dashboard>("Dashboard", Selections, ResourceCheck.Rejection, Changed);

        var factory = new ReflectionFactory(client, clock, loggers, metrics);
        // Stacks and namespaces come first: the first selection of a resource should find them.
        _reflections.Add(factory.Make(Namespaces, null, OnNamespace));
        _reflections.Add(factory.Make(Stacks, null, OnStack));
        _reflections.Add(factory.Make(AlertRuleStore, null, AlertRules.OnChange));
        _reflections.Add(factory.Make(ScrapeTargetStore, null, ScrapeTargets.OnChange));
        _reflections.Add(factory.Make(HealthProbeStore, null, HealthProbes.OnChange));
        _reflections.Add(factory.Make(DashboardStore, null, Dashboards.OnChange));
        _reflections.Add(factory.Make(Pods, ObjectNames.ManagedBySelector, OnPod));
        Owned = new OwnedKinds(client, factory, _reflections, cluster, isAsApplied, OnOwned);
    }

    /// <summary>What the API server has.</summary>
    public ClusterFacts Cluster { get; }

    /// <summary>What selections depend on.</summary>
    public SelectionInputs Selections { get; }

    /// <summary>All stacks.</summary>
    public Store<MonitoringStack> Stacks { get; } = new();

    /// <summary>All namespaces.</summary>
    public Store<Namespace> Namespaces { get; } = new();

    /// <summary>Pods of ours.</summary>
    public Store<Pod> Pods { get; } = new();

    /// <summary>Newest state of the AlertRules, for comparing statuses.</summary>
    public Store<AlertRule> AlertRuleStore { get; } = new();

    /// <summary>As <see cref="AlertRuleStore"/>.</summary>
    public Store<ScrapeTarget> ScrapeTargetStore { get; } = new();

    /// <summary>As <see cref="AlertRuleStore"/>.</summary>
    public Store<HealthProbe> HealthProbeStore { get; } = new();

    /// <summary>As <see cref="AlertRuleStore"/>.</summary>
    public Store<Dashboard> DashboardStore { get; } = new();

    /// <summary>Validated and selected AlertRules.</summary>
    public ResourceTable<AlertRule> AlertRules { get; }

    /// <summary>Validated and selected ScrapeTargets.</summary>
    public ResourceTable<ScrapeTarget> ScrapeTargets { get; }

    /// <summary>Validated and selected HealthProbes.</summary>
    public ResourceTable<HealthProbe> HealthProbes { get; }

    /// <summary>Validated and selected Dashboards.</summary>
    public ResourceTable<Dashboard> Dashboards { get; }

    /// <summary>What is in the cluster of what the operator owns.</summary>
    public OwnedKinds Owned { get; }

    /// <summary>The four tables.</summary>
    public IReadOnlyList<IResourceTable> Tables => [AlertRules, ScrapeTargets, HealthProbes, Dashboards];

    /// <summary>Every cache holds a whole list.</summary>
    public bool HasSynced => _reflections.TrueForAll(reflection => reflection.HasSynced);

    /// <summary>Which caches do not hold a whole list yet, and why; null when all do.</summary>
    public string? Missing =>
        HasSynced
            ? null
            : "not listed yet: "
                + string.Join(", ", _reflections.Where(it => !it.HasSynced).Select(it => it.Describe()));

    /// <summary>
    /// What the stack tells that takes a rule, or would take it. Where several do, the first one, and the language of
    /// any: what one of them loads is not to be refused.
    /// </summary>
    public RuleEnvironment EnvironmentOf(AlertRule rule)
    {
        var takers = Selections.Decide(rule).Stacks;
        if (takers.Count == 0 || Stacks.Find(takers[0]) is not { } stack)
        {
            return RuleEnvironment.Unknown;
        }

        var runs = stack.Status?.Components?.FirstOrDefault(component => component.Engine == "Prometheus")?.Version;
        var environment = RuleEnvironment.Of(stack, new ObservedVersions { Prometheus = runs });
        environment = environment with { Twin = _twins.Of(rule, takers[0], environment) };
        return takers.Count == 1
            ? environment
            : environment with
            {
                Language = PromQlOptions.Any,
                EnforcedLabel = null,
            };
    }

    /// <summary>The entry of a resource; null when there is none.</summary>
    public ResourceEntry? Find(ResourceRef reference) =>
        Tables.FirstOrDefault(table => table.Kind == reference.Kind)?.Find(reference.Key);

    /// <summary>The pods of a component of a stack.</summary>
    public IReadOnlyList<Pod> PodsOf(ComponentPlan plan, string stack) =>
        ReplicaFinder.PodsOf(plan, stack, Pods.List());

    /// <summary>Fills the caches, then keeps them until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_reflections.Select(reflection => reflection.RunAsync(cancellationToken)));

    /// <summary>Waits until every cache holds a whole list.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_reflections.Select(reflection => reflection.WaitForSyncAsync(cancellationToken)));

    private void OnStack(StoreChange<MonitoringStack> change)
    {
        if (!change.ConcernsIntent)
        {
            return;
        }

        Selections.Refresh();
        Reselect(null);
        _listener.StackChanged(change.Key, change.Initial);
    }

    private void OnNamespace(StoreChange<Namespace> change)
    {
        var labelsChanged = !SameLabels(change.Old?.Metadata.Labels, change.New?.Metadata.Labels);
        if (change.Old is not null && change.New is not null && !labelsChanged)
        {
            return;
        }

        Reselect(change.Key.Name);
        _listener.NamespacesChanged();
    }

    /// <summary>Only what makes a replica come, go or change its mind: our own annotation on a pod is no news.</summary>
    private void OnPod(StoreChange<Pod> change)
    {
        if (
            change is { Old: { } before, New: { } after }
            && before.Metadata.DeletionTimestamp == after.Metadata.DeletionTimestamp
            && ReplicaFinder.IsReady(before) == ReplicaFinder.IsReady(after)
            && before.Status?.PodIP == after.Status?.PodIP
            && before.Status?.Phase == after.Status?.Phase
            && RestartsOf(before) == RestartsOf(after)
            && WaitingOf(before) == WaitingOf(after)
        )
        {
            return;
        }

        OnOwned(change.New ?? change.Old!, true);
    }

    private static int RestartsOf(Pod pod) => pod.Status?.ContainerStatuses?.Sum(c => c.RestartCount) ?? 0;

    private static string? WaitingOf(Pod pod) =>
        pod
            .Status?.ContainerStatuses?.Select(c => c.State?.Waiting?.Reason)
            .FirstOrDefault(reason => reason is not null);

    private void OnOwned(KubernetesObject value, bool concernsIntent)
    {
        if (
            value.Metadata.Labels is { } labels
            && labels.TryGetValue(ObjectNames.StackLabel, out var name)
            && labels.TryGetValue(ObjectNames.StackNamespaceLabel, out var home)
        )
        {
            _listener.OwnedChanged(new ObjectKey(home, name), value.Kind, concernsIntent);
        }
    }

    private void Reselect(string? inNamespace)
    {
        foreach (var table in Tables)
        {
            table.Reselect(inNamespace);
        }
    }

    private void Changed(ResourceEntry? before, ResourceEntry? after) => _listener.ResourceChanged(before, after);

    /// <summary>The same names with the same values; none is as good as an empty map.</summary>
    internal static bool SameLabels(
        IReadOnlyDictionary<string, string>? left,
        IReadOnlyDictionary<string, string>? right
    ) =>
        (left?.Count ?? 0) == (right?.Count ?? 0)
        && (left ?? new Dictionary<string, string>()).All(label => right?.GetValueOrDefault(label.Key) == label.Value);
}

/// <summary>Told what changed in the cluster.</summary>
internal interface IWorldListener
{
    /// <summary>A stack's intent changed, or it came or went.</summary>
    void StackChanged(ObjectKey stack, bool initial);

    /// <summary>A resource's intent or selection changed, or it came or went.</summary>
    void ResourceChanged(ResourceEntry? before, ResourceEntry? after);

    /// <summary>Namespaces came, went or changed their labels.</summary>
    void NamespacesChanged();

    /// <summary>An object of a stack changed in the cluster.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="kind">Kind of the object.</param>
    /// <param name="concernsIntent">More than its status changed, and not by a write of ours.</param>
    void OwnedChanged(ObjectKey stack, string kind, bool concernsIntent);
}
