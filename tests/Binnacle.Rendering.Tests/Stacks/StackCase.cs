using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Binnacle.Api;
using Kubernetes.Client;
using Kubernetes.Models;
using Testing;

namespace Binnacle.Rendering.Tests.Stacks;

/// <summary>Reads <c>testassets/CASE/input.yaml</c>: a stack, its resources, Secrets, ConfigMaps and namespaces.</summary>
internal static class StackCase
{
    public static string Folder { get; } =
        GoldenFile.Folder("tests", "Binnacle.Rendering.Tests", "Stacks", "testassets");

    public static IReadOnlyList<string> Names { get; } =
    [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    public static StackSnapshot Read(string name) =>
        Parse(File.ReadAllText(Path.Combine(Folder, name, "input.yaml")), name);

    public static StackSnapshot Parse(string yaml, string source)
    {
        var objects = Manifests.Parse(yaml, source);
        var facts = objects.FirstOrDefault(o => o.Kind == "Cluster");
        return new StackSnapshot
        {
            Stack = Stored(All(objects, MonitoringStack.JsonTypeInfo).Single()),
            AlertRules = All(objects, AlertRule.JsonTypeInfo),
            ScrapeTargets = All(objects, ScrapeTarget.JsonTypeInfo),
            HealthProbes = All(objects, HealthProbe.JsonTypeInfo),
            Dashboards = All(objects, Dashboard.JsonTypeInfo),
            Namespaces =
            [
                .. All(objects, Namespace.JsonTypeInfo)
                    .Select(home => new NamespaceFacts(
                        home.Metadata.Name!,
                        home.Metadata.Labels ?? new Dictionary<string, string>()
                    )),
            ],
            Cluster = new ClusterFacts
            {
                HasEndpointSlices = facts?["endpointSlices"]?.GetBoolean() ?? true,
                HasPodDisruptionBudgets = facts?["podDisruptionBudgets"]?.GetBoolean() ?? true,
            },
            References = new ReferencedContent(
                All(objects, Secret.JsonTypeInfo)
                    .SelectMany(secret => secret.StringData!.Select(entry => (Key(secret, entry.Key), entry.Value)))
                    .ToDictionary(entry => entry.Item1, entry => Encoding.UTF8.GetBytes(entry.Value)),
                All(objects, ConfigMap.JsonTypeInfo)
                    .SelectMany(map => map.Data!.Select(entry => (Key(map, entry.Key), entry.Value)))
                    .ToDictionary(entry => entry.Item1, entry => entry.Value)
            ),
        };
    }

    /// <summary>Names of the ConfigMaps in Prometheus's configuration volume, in the order in which they are merged.</summary>
    public static IReadOnlyList<string> PrometheusSources(this DesiredState state) =>
        [
            .. state
                .Objects.OfType<StatefulSet>()
                .Single(set => set.Metadata.Name!.EndsWith("-prometheus", StringComparison.Ordinal))
                .Spec!.Template!.Spec!.Volumes!.Single(volume => volume.Name == "config")
                .Projected!.Sources!.Select(source => source.ConfigMap!.Name!),
        ];

    /// <summary>The one text with this key among the rendered ConfigMaps and Secrets; null when there is none.</summary>
    public static string? TextOf(this DesiredState state, string key) =>
        state
            .Objects.Select(o =>
                o switch
                {
                    ConfigMap map => map.Data?.GetValueOrDefault(key),
                    Secret secret when secret.Data?.GetValueOrDefault(key) is { } bytes => Encoding.UTF8.GetString(
                        bytes
                    ),
                    _ => null,
                }
            )
            .SingleOrDefault(text => text is not null);

    /// <summary>The credential files of one component.</summary>
    public static IReadOnlyDictionary<string, byte[]> Credentials(this DesiredState state, string component) =>
        state
            .Objects.OfType<Secret>()
            .Single(secret => secret.Metadata.Name!.EndsWith($"-{component}-credentials", StringComparison.Ordinal))
            .Data!;

    /// <summary>With the uid that an API server gives it.</summary>
    private static MonitoringStack Stored(MonitoringStack stack) =>
        stack with
        {
            Metadata = stack.Metadata with { Uid = stack.Metadata.Uid ?? "6f0e7a52-0000-4000-8000-000000000002" },
        };

    private static List<T> All<T>(IEnumerable<DynamicObject> objects, JsonTypeInfo<T> type)
        where T : KubernetesObject<T>, IKubernetesObject<T> =>
        [
            .. objects
                .Where(o => o.Kind == typeof(T).Name)
                .Select(o => JsonSerializer.Deserialize(o.ToUtf8Json(), type)!),
        ];

    private static ContentKey Key(KubernetesObject o, string key) => new(o.Key.Namespace, o.Key.Name, key);
}
