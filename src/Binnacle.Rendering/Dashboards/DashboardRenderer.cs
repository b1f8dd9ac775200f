using System.Text.Json.Nodes;
using Binnacle.Api;
using Binnacle.Api.Syntax;
using Binnacle.Rendering.Common;
using Kubernetes.Models;

namespace Binnacle.Rendering.Dashboards;

/// <summary>
/// Turns each Dashboard into a ConfigMap. The label and the annotation are those that the Grafana sidecar of
/// kube-prometheus-stack looks for, so an existing Grafana can pick the dashboards up.
/// </summary>
internal static class DashboardRenderer
{
    private const string Component = "dashboards";

    /// <summary>The ConfigMaps, what they hold, and what is wrong with the others.</summary>
    public static (
        IReadOnlyList<KubernetesObject> Objects,
        IReadOnlyDictionary<ObjectKey, RenderedDashboard> Rendered,
        IReadOnlyList<ResourceProblem> Problems
    ) Render(StackSnapshot snapshot, DashboardCache cache)
    {
        var objects = new StackObjects(snapshot.Stack);
        var maps = new List<KubernetesObject>();
        var rendered = new Dictionary<ObjectKey, RenderedDashboard>();
        var problems = new List<ResourceProblem>();
        var uids = new Dictionary<string, ObjectKey>(StringComparer.Ordinal);
        foreach (var dashboard in snapshot.Dashboards.OrderBy(dashboard => dashboard.Key))
        {
            var reference = new ResourceRef("Dashboard", dashboard.Key);
            var (content, problem) = Read(snapshot, dashboard);
            if (content is null)
            {
                problems.Add(new ResourceProblem(reference, problem.Reason, problem.Message));
                continue;
            }

            var uid = string.IsNullOrEmpty(dashboard.Spec.Uid) ? StableUid.Of(dashboard) : dashboard.Spec.Uid;
            if (!uids.TryAdd(uid, dashboard.Key))
            {
                problems.Add(
                    new ResourceProblem(
                        reference,
                        "DuplicateUid",
                        $"spec.uid: {uid} is the uid of Dashboard {uids[uid]} too; choose another one"
                    )
                );
                continue;
            }

            rendered[dashboard.Key] = new RenderedDashboard(uid, content.Title, content.Panels, content.Queries);
            maps.Add(cache.Get(dashboard, content.Json, () => ToConfigMap(objects, dashboard, content, uid)));
        }

        cache.Keep(rendered.Keys);
        return (maps, rendered, problems);
    }

    private static (DashboardContent? Content, (string Reason, string Message) Problem) Read(
        StackSnapshot snapshot,
        Dashboard dashboard
    )
    {
        var spec = dashboard.Spec;
        DashboardContent? content;
        string? error;
        var field = "spec.json";
        if (spec.GzipJson is { } gzip)
        {
            field = "spec.gzipJson";
            DashboardContent.TryReadGzip(gzip, out content, out error);
        }
        else if (spec.ConfigMapRef is { } reference)
        {
            var key = new ContentKey(dashboard.Metadata.Namespace ?? "", reference.Name, reference.Key);
            if (snapshot.References.ConfigMap(key) is not { } text)
            {
                return (
                    null,
                    (
                        "ConfigMapNotFound",
                        $"spec.configMapRef: there is no ConfigMap {key.Name} with the key {key.Key} in namespace "
                            + $"{key.Namespace}; create it, or correct the reference"
                    )
                );
            }

            field = "spec.configMapRef";
            DashboardContent.TryReadJson(text, out content, out error);
        }
        else
        {
            DashboardContent.TryReadJson(spec.Json ?? "", out content, out error);
        }

        return content is null ? (null, ("InvalidDashboard", $"{field}: {error}")) : (content, default);
    }

    private static ConfigMap ToConfigMap(
        StackObjects objects,
        Dashboard dashboard,
        DashboardContent content,
        string uid
    )
    {
        // The uid is what links to the dashboard hold on to; an id is of the Grafana it was exported from.
        var json = JsonNode.Parse(content.Json)!.AsObject();
        json["uid"] = uid;
        json.Remove("id");
        // A uid may have letters that a name may not; the hash is as stable, and the title tells people which it is.
        var meta = objects.Owned($"{objects.StackName}-dashboard-{StableHash.Hex(dashboard.Key.ToString())}", Component);
        return new ConfigMap
        {
            Metadata = meta with
            {
                Labels = new SortedDictionary<string, string>(
                    meta.Labels!.ToDictionary(StringComparer.Ordinal),
                    StringComparer.Ordinal
                )
                {
                    ["grafana_dashboard"] = "1",
                },
                Annotations = string.IsNullOrEmpty(dashboard.Spec.Folder)
                    ? null
                    : new Dictionary<string, string> { ["grafana_folder"] = dashboard.Spec.Folder },
            },
            Data = new Dictionary<string, string> { [$"{uid}.json"] = json.ToJsonString() },
        };
    }
}

/// <summary>Keeps the ConfigMap of a dashboard while neither the Dashboard nor the content it refers to changes.</summary>
internal sealed class DashboardCache
{
    private readonly Dictionary<ObjectKey, (Dashboard Source, string Json, ConfigMap Map)> _maps = [];

    /// <summary>The map made last, or a new one.</summary>
    public ConfigMap Get(Dashboard source, string json, Func<ConfigMap> make)
    {
        if (
            _maps.TryGetValue(source.Key, out var known)
            && ReferenceEquals(known.Source, source)
            && known.Json == json
        )
        {
            return known.Map;
        }

        var map = make();
        _maps[source.Key] = (source, json, map);
        return map;
    }

    /// <summary>Forgets all dashboards but these.</summary>
    public void Keep(IEnumerable<ObjectKey> keys)
    {
        foreach (var gone in _maps.Keys.Except(keys).ToList())
        {
            _maps.Remove(gone);
        }
    }
}
