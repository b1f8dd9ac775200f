using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Background;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Admission;

/// <summary>
/// Keeps namespaces within their ResourceQuotas. A write is charged before it is made, so that two at a time cannot both
/// have the last place; what is used is counted anew after each change.
/// </summary>
internal sealed class Quotas : IAdmission
{
    private static readonly TimeSpan InFlight = TimeSpan.FromSeconds(10);

    private readonly ResourceRegistry registry;
    private readonly ObjectDatabase database;
    private readonly TimeProvider clock;
    private readonly ResourceStore quotas;
    private readonly BackgroundQueue<string> queue;
    private readonly WriteContext context = WriteContext.Internal("kube-controller-manager");

    // Writes that were charged and are not stored yet.
    private readonly ConcurrentDictionary<
        (GroupResource Resource, ObjectKey Key),
        (DateTimeOffset Until, JsonObject Value)
    > charged = new();
    private readonly Lock gate = new();
    private ObjectUpdater? updater;

    public Quotas(ResourceRegistry registry, ObjectDatabase database, TimeProvider clock, ILogger logger)
    {
        this.registry = registry;
        this.database = database;
        this.clock = clock;
        quotas = database.Find(new("", "resourcequotas"))!;
        queue = new("resourcequotas", ProcessAsync, clock, logger);
        database.OnChange(OnChange);
    }

    /// <summary>Sets what writes the statuses.</summary>
    public void Attach(ObjectUpdater writer) => updater = writer;

    public Task RunAsync(CancellationToken cancellationToken) => queue.RunAsync(cancellationToken);

    public ValueTask<bool> MutateAsync(AdmissionRequest request) => ValueTask.FromResult(false);

    public ValueTask ValidateAsync(AdmissionRequest request)
    {
        var applies =
            request is { Value: not null, Subresource: null, OtherKind: null, Context.IsInternal: false }
            && request.Operation is AdmissionRequest.Create or AdmissionRequest.Update
            && quotas.TakeSnapshot().Count(request.Key.Namespace) > 0;
        if (applies)
        {
            Charge(request);
        }

        return ValueTask.CompletedTask;
    }

    private void Charge(AdmissionRequest request)
    {
        // A name that is taken is checked all the same, as in Kubernetes, but it takes up nothing more.
        var isNew = request.Operation == AdmissionRequest.Create;
        var counts = !request.Context.DryRun && !(isNew && request.Resource.Store.Find(request.Key) is not null);
        lock (gate)
        {
            foreach (var stored in quotas.TakeSnapshot().Select(request.Key.Namespace, null).ToList())
            {
                Change(
                    stored.Key,
                    old =>
                    {
                        if (Charged(request, old) is not { } used || !counts)
                        {
                            return null;
                        }

                        var next = (JsonObject)old.DeepClone();
                        next.Ensure("status")["used"] = used;
                        return new Changed(next, Tracked: true);
                    }
                );
            }

            if (isNew && counts)
            {
                charged[(request.GroupResource, request.Key)] = (clock.GetUtcNow() + InFlight, request.Value!);
            }
        }
    }

    /// <summary>What a quota's used amounts are with the write; null when it does not touch them.</summary>
    /// <exception cref="ApiException">403: it is too much.</exception>
    private static JsonObject? Charged(AdmissionRequest request, JsonObject quota)
    {
        var (name, status) = (quota.Metadata().Str("name") ?? "", quota.Obj("status"));
        var names = Names(quota, request.GroupResource, request.Value!);
        if (names.Count == 0)
        {
            return null;
        }

        if (request.Operation == AdmissionRequest.Create)
        {
            CheckSilent(request, name, names);
        }

        if (names.Exists(hard => status.Obj("hard")?[hard] is null || status.Obj("used")?[hard] is null))
        {
            throw ApiException.Forbidden(
                request.GroupResource,
                request.Key.Name,
                $"status unknown for quota: {name}, resources: {string.Join(",", names)}"
            );
        }

        var used = (JsonObject)status.Obj("used")!.DeepClone();
        var (exceeded, changed) = (new List<(string Name, double Delta)>(), false);
        foreach (var hard in names)
        {
            var delta =
                QuotaUsage.Of(hard, request.Value!) - (request.Old is null ? 0 : QuotaUsage.Of(hard, request.Old));
            if (delta == 0)
            {
                continue;
            }

            var total = QuotaUsage.Parse(used[hard].Text()) + delta;
            if (delta > 0 && total > QuotaUsage.Parse(status.Obj("hard")![hard].Text()))
            {
                exceeded.Add((hard, delta));
            }

            used[hard] = QuotaUsage.Format(hard, Math.Max(0, total));
            changed = true;
        }

        if (exceeded.Count > 0)
        {
            var requested = string.Join(",", exceeded.Select(e => $"{e.Name}={QuotaUsage.Format(e.Name, e.Delta)}"));
            var before = string.Join(",", exceeded.Select(e => $"{e.Name}={status.Obj("used")![e.Name].Text()}"));
            var limited = string.Join(",", exceeded.Select(e => $"{e.Name}={status.Obj("hard")![e.Name].Text()}"));
            throw ApiException.Forbidden(
                request.GroupResource,
                request.Key.Name,
                $"exceeded quota: {name}, requested: {requested}, used: {before}, limited: {limited}"
            );
        }

        return changed ? used : null;
    }

    private static void CheckSilent(AdmissionRequest request, string quota, List<string> names)
    {
        var silent = names
            .Select(hard => (Name: hard, Containers: QuotaUsage.Silent(hard, request.Value!)))
            .Where(entry => request.GroupResource == new GroupResource("", "pods") && entry.Containers.Count > 0)
            .Select(entry => $"{entry.Name} for: {string.Join(",", entry.Containers)}")
            .ToList();
        if (silent.Count > 0)
        {
            throw ApiException.Forbidden(
                request.GroupResource,
                request.Key.Name,
                $"failed quota: {quota}: must specify {string.Join("; ", silent)}"
            );
        }
    }

    /// <summary>The names of a quota that an object counts for, in order.</summary>
    private static List<string> Names(JsonObject quota, GroupResource resource, JsonObject value)
    {
        var spec = quota.Obj("spec");
        return
        [
            .. (spec.Obj("hard") ?? [])
                .Select(entry => entry.Key)
                .Where(name => QuotaUsage.ResourceOf(name) == resource)
                .Where(_ => QuotaUsage.InScopes(spec.Strings("scopes"), value))
                .Order(StringComparer.Ordinal),
        ];
    }

    private void OnChange(ResourceStore store, Change change)
    {
        var key = change.Object.Key;
        if (change.Type == ChangeType.Added)
        {
            charged.TryRemove((store.Resource, key), out _);
        }

        if (
            key.Namespace.Length > 0
            && (ReferenceEquals(store, quotas) || quotas.TakeSnapshot().Count(key.Namespace) > 0)
        )
        {
            queue.Add(key.Namespace);
        }
    }

    private Task<bool> ProcessAsync(string @namespace, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            foreach (var stored in quotas.TakeSnapshot().Select(@namespace, null).ToList())
            {
                Change(stored.Key, old => Counted(old, @namespace));
            }
        }

        return Task.FromResult(true);
    }

    private Changed? Counted(JsonObject quota, string @namespace)
    {
        var spec = quota.Obj("spec");
        var hard = spec.Obj("hard") ?? [];
        var used = new JsonObject();
        foreach (var (name, _) in hard)
        {
            used[name] = QuotaUsage.Format(name, Count(name, @namespace, spec.Strings("scopes")));
        }

        var next = (JsonObject)quota.DeepClone();
        next["status"] = new JsonObject { ["hard"] = hard.DeepClone(), ["used"] = used };
        return JsonAccess.Same(next["status"], quota["status"]) ? null : new Changed(next, Tracked: true);
    }

    private double Count(string name, string @namespace, List<string> scopes)
    {
        if (QuotaUsage.ResourceOf(name) is not { } resource || database.Find(resource) is not { } store)
        {
            return 0;
        }

        // In this order: what is stored meanwhile is in both, and counted once.
        var now = clock.GetUtcNow();
        var underWay = charged
            .Where(entry => entry.Key.Resource == resource && entry.Key.Key.Namespace == @namespace)
            .Where(entry => entry.Value.Until > now)
            .ToList();
        var stored = store.TakeSnapshot();
        var waiting = underWay.Where(entry => !stored.Contains(entry.Key.Key)).Select(entry => entry.Value.Value);
        return name.StartsWith("count/", StringComparison.Ordinal) && scopes.Count == 0
            ? stored.Count(@namespace) + waiting.Count()
            : stored
                .Select(@namespace, null)
                .Select(item => item.ToJson())
                .Concat(waiting)
                .Where(value => QuotaUsage.InScopes(scopes, value))
                .Sum(value => QuotaUsage.Of(name, value));
    }

    private void Change(ObjectKey key, Func<JsonObject, Changed?> change)
    {
        try
        {
            updater!.Update(registry.Find("", "v1", "resourcequotas")!, key, "status", change, context);
        }
        catch (ApiException e) when (e.Code == 404)
        {
            // The quota is gone, and with it the limit.
        }
    }
}
