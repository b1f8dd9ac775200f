using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Selectors;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Background;

/// <summary>Fills the rules of ClusterRoles with an aggregationRule out of those that it selects, and keeps them so.</summary>
internal sealed class RoleAggregator
{
    private const string Manager = "clusterrole-aggregation-controller";

    private readonly ResourceRegistry registry;
    private readonly ResourceStore roles;
    private readonly ObjectPatcher patcher;
    private readonly BackgroundQueue<string> queue;

    public RoleAggregator(
        ResourceRegistry registry,
        ObjectDatabase database,
        ObjectPatcher patcher,
        TimeProvider clock,
        ILogger logger
    )
    {
        this.registry = registry;
        this.patcher = patcher;
        roles = database.Find(new("rbac.authorization.k8s.io", "clusterroles"))!;
        queue = new("clusterroles", ProcessAsync, clock, logger);

        // One key for all: a change of any role may be one of any other.
        roles.OnChange((_, _) => queue.Add(""));
    }

    public Task RunAsync(CancellationToken cancellationToken) => queue.RunAsync(cancellationToken);

    private async Task<bool> ProcessAsync(string key, CancellationToken cancellationToken)
    {
        var all = roles
            .TakeSnapshot()
            .Select(null, null)
            .Select(stored => (stored.Key.Name, Value: stored.ToJson()))
            .ToList();
        foreach (var (name, role) in all)
        {
            if (role.Obj("aggregationRule") is not { } aggregation)
            {
                continue;
            }

            var rules = Collect(name, aggregation, all);
            if (JsonAccess.Same(rules, role["rules"] ?? new JsonArray()))
            {
                continue;
            }

            // Others that are made of this one follow: the write brings them here.
            await ApplyAsync(name, rules, cancellationToken);
        }

        return true;
    }

    /// <summary>The rules of the selected roles, each once, by selector and name.</summary>
    private static JsonArray Collect(
        string name,
        JsonObject aggregation,
        IReadOnlyList<(string Name, JsonObject Value)> all
    )
    {
        var rules = new List<JsonObject>();
        foreach (var selector in aggregation.Objects("clusterRoleSelectors"))
        {
            var selected = all.Where(role =>
                role.Name != name && LabelSelectors.Matches(selector, role.Value.Metadata().Obj("labels"))
            );
            foreach (var rule in selected.SelectMany(role => role.Value.Objects("rules")))
            {
                if (!rules.Exists(known => JsonAccess.Same(known, rule)))
                {
                    rules.Add(rule);
                }
            }
        }

        return new JsonArray([.. rules.Select(rule => rule.DeepClone())]);
    }

    private async Task ApplyAsync(string name, JsonArray rules, CancellationToken cancellationToken)
    {
        var intent = new JsonObject
        {
            ["apiVersion"] = "rbac.authorization.k8s.io/v1",
            ["kind"] = "ClusterRole",
            ["metadata"] = new JsonObject { ["name"] = name },
        };
        if (rules.Count > 0)
        {
            intent["rules"] = rules;
        }

        var context = WriteContext.Controller(Manager, cancellationToken) with { FieldManager = Manager, Force = true };
        try
        {
            await patcher.ApplyThereAsync(
                registry.Find("rbac.authorization.k8s.io", "v1", "clusterroles")!,
                new ObjectKey("", name),
                intent,
                context
            );
        }
        catch (ApiException e) when (e.Code == 404)
        {
            // Gone meanwhile.
        }
    }
}
