using Binnacle.Api;
using Binnacle.Operator.Reconciling;
using Binnacle.Rendering;
using Kubernetes.Models;

namespace Binnacle.Operator.Observing;

/// <summary>A snapshot, the intents in it, and whether a reference led nowhere.</summary>
internal sealed record ObservedStack(
    StackSnapshot Snapshot,
    IReadOnlyDictionary<ResourceRef, IntentId> Intents,
    bool AnyReferenceMissing,
    bool AnyReference
);

/// <summary>Puts together what rendering a stack depends on.</summary>
internal sealed class SnapshotBuilder(World world, ReferenceReader references)
{
    /// <summary>The snapshot of a stack without the resources that are left out for now.</summary>
    public async Task<ObservedStack> BuildAsync(
        MonitoringStack stack,
        StackView view,
        CancellationToken cancellationToken
    )
    {
        var withheld = view.Search?.Withheld.ToHashSet() ?? [];
        var intents = new Dictionary<ResourceRef, IntentId>(view.Rendered.Count);
        var rules = Take(world.AlertRules, stack.Key, view, withheld, intents);
        var targets = Take(world.ScrapeTargets, stack.Key, view, withheld, intents);
        var probes = Take(world.HealthProbes, stack.Key, view, withheld, intents);
        var dashboards = Take(world.Dashboards, stack.Key, view, withheld, intents);

        var secrets = References.Secrets(stack, targets, probes);
        var configMaps = References.ConfigMaps(dashboards);
        var (content, anyMissing) = await references.ReadAsync(secrets, configMaps, cancellationToken);

        var snapshot = new StackSnapshot
        {
            Stack = stack,
            Cluster = world.Cluster,
            Versions = view.Live.Versions,
            AlertRules = rules,
            ScrapeTargets = targets,
            HealthProbes = probes,
            Dashboards = dashboards,
            References = content,
            Namespaces = NamespacesOf(world),
        };
        return new ObservedStack(snapshot, intents, anyMissing, secrets.Count + configMaps.Count > 0);
    }

    /// <summary>The namespaces that are there to stay.</summary>
    public static IReadOnlyList<NamespaceFacts> NamespacesOf(World world) =>
        [
            .. world
                .Namespaces.List()
                .Where(home => home.Metadata.DeletionTimestamp is null)
                .Select(home => new NamespaceFacts(
                    home.Metadata.Name ?? "",
                    home.Metadata.Labels ?? new Dictionary<string, string>()
                )),
        ];

    private static List<T> Take<T>(
        ResourceTable<T> table,
        ObjectKey stack,
        StackView view,
        HashSet<ResourceRef> withheld,
        Dictionary<ResourceRef, IntentId> intents
    )
        where T : KubernetesObject<T>, IKubernetesObject<T>, IStackResource
    {
        var taken = new List<T>();
        foreach (var entry in table.List())
        {
            if (!entry.IsAccepted || !entry.Selection.Stacks.Contains(stack) || withheld.Contains(entry.Reference))
            {
                continue;
            }

            var intent = new IntentId(entry.Uid, entry.Generation);
            if (view.Refused.TryGetValue(entry.Reference, out var refused) && refused.Intent == intent)
            {
                continue;
            }

            if (view.Search is { } search && !search.Admits(entry.Reference, intent))
            {
                continue;
            }

            intents[entry.Reference] = intent;
            taken.Add(entry.Resource);
        }

        return taken;
    }
}
