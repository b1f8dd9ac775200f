using System.Text.Json;
using System.Text.Json.Nodes;
using Binnacle.Api;
using Binnacle.CrdGen.Crd;

namespace Binnacle.CrdGen.Tests;

/// <summary>The CRDs by kind.</summary>
internal static class Kinds
{
    private static readonly DocComments Docs = DocComments.Of(typeof(BinnacleResources).Assembly);

    public static IEnumerable<string> Names => BinnacleResources.All.Select(type => type.Kind);

    public static JsonObject Crd(string kind) =>
        kind switch
        {
            nameof(AlertRule) => CrdBuilder.Build<AlertRule>(Docs),
            nameof(Dashboard) => CrdBuilder.Build<Dashboard>(Docs),
            nameof(HealthProbe) => CrdBuilder.Build<HealthProbe>(Docs),
            nameof(MonitoringStack) => CrdBuilder.Build<MonitoringStack>(Docs),
            nameof(ScrapeTarget) => CrdBuilder.Build<ScrapeTarget>(Docs),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind"),
        };

    public static JsonNode Version(string kind) => Crd(kind)["spec"]!["versions"]![0]!;

    public static JsonObject Schema(string kind) => Version(kind)["schema"]!["openAPIV3Schema"]!.AsObject();

    /// <summary>An object as it was deserialized from its spec, and as C# makes it.</summary>
    public static (string FromJson, string FromCode) Specs(string kind, JsonNode spec)
    {
        var context = BinnacleJsonContext.Default;
        return kind switch
        {
            nameof(AlertRule) => Pair(context.AlertRuleSpec, new AlertRuleSpec()),
            nameof(Dashboard) => Pair(context.DashboardSpec, new DashboardSpec()),
            nameof(HealthProbe) => Pair(context.HealthProbeSpec, new HealthProbeSpec()),
            nameof(MonitoringStack) => Pair(context.MonitoringStackSpec, new MonitoringStackSpec()),
            nameof(ScrapeTarget) => Pair(context.ScrapeTargetSpec, new ScrapeTargetSpec()),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind"),
        };

        (string, string) Pair<T>(System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, T made) =>
            (
                JsonSerializer.Serialize(JsonSerializer.Deserialize(spec, type)!, type),
                JsonSerializer.Serialize(made, type)
            );
    }
}
