using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Binnacle.Api;
using Binnacle.Api.Syntax;
using Binnacle.Rendering.Common;
using Binnacle.Rendering.Rules;
using Kubernetes.Models;

namespace Binnacle.Rendering.Dashboards;

/// <summary>
/// Turns each Dashboard into a ConfigMap. The label and the annotation are those that the Grafana sidecar of
/// kube-prometheus-stack looks for, so an existing Grafana can pick the dashboards up.
/// </summary>
internal static class DashboardRenderer
{
    private const string Component = "dashboards";

    // Text of any language stays readable; nothing of this becomes part of a web page as it is.
    private static readonly JsonSerializerOptions _readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

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
            var known = cache.Get(dashboard, Referenced(snapshot, dashboard), text => Render(objects, dashboard, text));
            problems.AddRange(known.Problems);
            if (known.Map is not { } map || known.Info is not { } info)
            {
                continue;
            }

            if (uids.TryAdd(info.Uid, dashboard.Key))
            {
                rendered[dashboard.Key] = info;
                maps.Add(map);
            }
            else
            {
                problems.Add(
                    new ResourceProblem(
                        new ResourceRef("Dashboard", dashboard.Key),
                        "DuplicateUid",
                        $"spec.uid: {info.Uid} is the uid of Dashboard {uids[info.Uid]} too; choose another one"
                    )
                );
            }
        }

        cache.Keep(snapshot.Dashboards);
        return (maps, rendered, problems);
    }

    /// <summary>The text that a Dashboard refers to; null when it does not, or when there is none.</summary>
    private static string? Referenced(StackSnapshot snapshot, Dashboard dashboard) =>
        dashboard.Spec.ConfigMapRef is { } reference
            ? snapshot.References.ConfigMap(
                new ContentKey(dashboard.Metadata.Namespace ?? "", reference.Name, reference.Key)
            )
            : null;

    private static KnownDashboard Render(StackObjects objects, Dashboard dashboard, string? referenced)
    {
        var (content, problem) = Read(dashboard, referenced);
        if (content is null)
        {
            return Failed(problem.Reason, problem.Message);
        }

        var review = DashboardReview.Check(dashboard, Field(dashboard), content);
        if (review.Any(problem => problem.IsError))
        {
            return Failed("InvalidQuery", string.Join('\n', review.Where(problem => problem.IsError)));
        }

        var uid = string.IsNullOrEmpty(dashboard.Spec.Uid) ? StableUid.Of(dashboard) : dashboard.Spec.Uid;
        var json = Json(content, uid);
        return Encoding.UTF8.GetByteCount(json) > ObjectNames.MaxContentBytes
            ? Failed(
                "TooLarge",
                $"the dashboard takes {Encoding.UTF8.GetByteCount(json)} bytes, more than the "
                    + $"{ObjectNames.MaxContentBytes} that a ConfigMap has room for; split it"
            )
            : new KnownDashboard(
                ToConfigMap(objects, dashboard, uid, json),
                new RenderedDashboard(uid, content.Title, content.Panels, content.Queries),
                [.. review.Select(doubt => Problem(RuleChecks.Lint, doubt.ToString(), isError: false))]
            );

        KnownDashboard Failed(string reason, string message) =>
            new(null, null, [Problem(reason, message, isError: true)]);

        ResourceProblem Problem(string reason, string message, bool isError) =>
            new(new ResourceRef("Dashboard", dashboard.Key), reason, message, isError);
    }

    private static (DashboardContent? Content, (string Reason, string Message) Problem) Read(
        Dashboard dashboard,
        string? referenced
    )
    {
        var spec = dashboard.Spec;
        DashboardContent? content;
        string? error;
        if (spec.GzipJson is { } gzip)
        {
            DashboardContent.TryReadGzip(gzip, out content, out error);
        }
        else if (spec.ConfigMapRef is { } reference)
        {
            if (referenced is null)
            {
                return (
                    null,
                    (
                        "ConfigMapNotFound",
                        $"spec.configMapRef: there is no ConfigMap {reference.Name} with the key {reference.Key} in "
                            + $"namespace {dashboard.Metadata.Namespace}; create it, or correct the reference"
                    )
                );
            }

            DashboardContent.TryReadJson(referenced, out content, out error);
        }
        else
        {
            DashboardContent.TryReadJson(spec.Json ?? "", out content, out error);
        }

        return content is null ? (null, ("InvalidDashboard", $"{Field(dashboard)}: {error}")) : (content, default);
    }

    private static string Field(Dashboard dashboard) =>
        dashboard.Spec switch
        {
            { GzipJson: not null } => "spec.gzipJson",
            { ConfigMapRef: not null } => "spec.configMapRef",
            _ => "spec.json",
        };

    /// <summary>The uid is what links to the dashboard hold on to; an id is of the Grafana it was exported from.</summary>
    private static string Json(DashboardContent content, string uid)
    {
        var json = JsonNode.Parse(content.Json)!.AsObject();
        json["uid"] = uid;
        json.Remove("id");
        return json.ToJsonString(_readable);
    }

    private static ConfigMap ToConfigMap(StackObjects objects, Dashboard dashboard, string uid, string json)
    {
        // A uid may have letters that a name may not; the hash is as stable, and the title tells people which it is.
        var meta = objects.Owned(
            $"{objects.StackName}-dashboard-{StableHash.Hex(dashboard.Key.ToString())}",
            Component
        );
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
            Data = new Dictionary<string, string> { [$"{uid}.json"] = json },
        };
    }
}

/// <summary>What became of a dashboard: its ConfigMap and what it holds, if it is valid, and what is wrong or doubtful.</summary>
internal sealed record KnownDashboard(ConfigMap? Map, RenderedDashboard? Info, IReadOnlyList<ResourceProblem> Problems);

/// <summary>Keeps what became of a Dashboard while neither it nor the text that it refers to changes.</summary>
internal sealed class DashboardCache
{
    private readonly Dictionary<ObjectKey, (Dashboard Source, string? Referenced, KnownDashboard Known)> _known = [];

    /// <summary>What became of it last, or what <paramref name="render"/> makes of it.</summary>
    public KnownDashboard Get(Dashboard source, string? referenced, Func<string?, KnownDashboard> render)
    {
        if (
            _known.TryGetValue(source.Key, out var last)
            && ReferenceEquals(last.Source, source)
            && last.Referenced == referenced
        )
        {
            return last.Known;
        }

        var known = render(referenced);
        _known[source.Key] = (source, referenced, known);
        return known;
    }

    /// <summary>Forgets all dashboards but these.</summary>
    public void Keep(IReadOnlyList<Dashboard> dashboards)
    {
        if (_known.Count > dashboards.Count)
        {
            foreach (var gone in _known.Keys.Except(dashboards.Select(dashboard => dashboard.Key)).ToList())
            {
                _known.Remove(gone);
            }
        }
    }
}
