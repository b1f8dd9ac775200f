using Binnacle.Api;
using Binnacle.Operator.Components;
using Binnacle.Operator.Observing;
using Binnacle.Rendering;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Fakes;

/// <summary>Small valid objects.</summary>
internal static class Make
{
    public static readonly ObjectKey StackKey = new("monitoring", "main");

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static IReadOnlyDictionary<string, string> Labels(params (string Name, string Value)[] labels) =>
        labels.ToDictionary(label => label.Name, label => label.Value, StringComparer.Ordinal);

    public static ObjectMeta Meta(
        string name,
        string home = "shop",
        long generation = 1,
        string? version = null,
        string? uid = null,
        IReadOnlyDictionary<string, string>? labels = null
    ) =>
        new()
        {
            Namespace = home,
            Name = name,
            Uid = uid ?? $"uid-{name}",
            Generation = generation,
            ResourceVersion = version ?? "1",
            Labels = labels,
        };

    public static MonitoringStack Stack(
        MonitoringStackSpec? spec = null,
        long generation = 1,
        string name = "main",
        string? version = null
    ) => new() { Metadata = Meta(name, "monitoring", generation, version), Spec = spec ?? new MonitoringStackSpec() };

    public static AlertRule Rule(
        string name = "too-slow",
        string expr = "up == 0",
        long generation = 1,
        string? version = null
    ) =>
        new()
        {
            Metadata = Meta(name, generation: generation, version: version),
            Spec = new AlertRuleSpec { Expr = expr },
        };

    public static ScrapeTarget Target(string name = "api", string? version = null) =>
        new()
        {
            Metadata = Meta(name, version: version),
            Spec = new ScrapeTargetSpec { Static = new StaticTargets { Targets = ["api:8080"] } },
        };

    public static HealthProbe Probe(string name = "front", string? version = null) =>
        new()
        {
            Metadata = Meta(name, version: version),
            Spec = new HealthProbeSpec { Targets = ["https://shop.example"] },
        };

    public static Namespace Home(string name, params (string Name, string Value)[] labels) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = name,
                Uid = $"uid-{name}",
                ResourceVersion = $"{labels.Length}-{string.Join(',', labels)}",
                Labels = Labels(labels),
            },
        };

    public static ResourceRef Ref(string name = "too-slow", string kind = "AlertRule") =>
        new(kind, new ObjectKey("shop", name));

    public static SelectionResult Taken(params ObjectKey[] by) => new(by, "Selected", "taken");

    public static ResourceEntry<AlertRule> Entry(AlertRule rule, string? rejection = null) =>
        new(rule, new ResourceRef("AlertRule", rule.Key), Taken(StackKey), rejection);

    public static ComponentPlan Plan(string engine = "Prometheus", string hash = "h1", int replicas = 1) =>
        new(
            ComponentName(engine),
            new ObjectKey("monitoring", $"main-{ComponentName(engine)}"),
            engine == "Blackbox" ? "Deployment" : "StatefulSet",
            new ObjectKey("monitoring", $"main-{ComponentName(engine)}"),
            "web",
            9090,
            replicas,
            "image:v1",
            engine,
            hash
        );

    public static string ComponentName(string engine) =>
        engine switch
        {
            "Prometheus" => "prometheus",
            "Alertmanager" => "alertmanager",
            _ => "blackbox-exporter",
        };

    public static PlannedRule Planned(
        string name = "TooSlow",
        string query = "up == 0",
        int index = 0,
        string group = "shop/default",
        string file = "rules-21.yaml",
        bool isAlert = true,
        ResourceRef? source = null
    ) => new(file, group, index, name, query, isAlert, source ?? Ref());

    public static DesiredState Desired(
        IEnumerable<ComponentPlan>? components = null,
        IEnumerable<PlannedRule>? rules = null,
        IReadOnlyDictionary<string, ResourceRef>? pools = null,
        IReadOnlyList<ResourceProblem>? problems = null,
        string rulesHash = "r1",
        string hash = "c1"
    ) =>
        new()
        {
            Objects = [],
            Components = [.. components ?? [Plan()]],
            Problems = problems ?? [],
            ScrapePools = pools ?? new Dictionary<string, ResourceRef>(),
            Rules = new RulePlan([.. rules ?? []], rulesHash),
            Dashboards = new Dictionary<ObjectKey, RenderedDashboard>(),
            Notifications = new Dictionary<ObjectKey, NotificationPlan>(),
            ConfigHash = hash,
        };

    public static Replica Replica(string pod = "main-prometheus-0") =>
        new(new ObjectKey("monitoring", pod), $"uid-{pod}", "10.0.0.1", 9090);

    /// <summary>A pod of a component, ready if it has an address.</summary>
    public static Pod Pod(
        string component = "prometheus",
        string? address = "10.0.0.1",
        int ordinal = 0,
        params ContainerStatus[] containers
    ) =>
        new()
        {
            Metadata = Meta(
                $"main-{component}-{ordinal}",
                "monitoring",
                labels: Labels(
                    ("app.kubernetes.io/managed-by", "binnacle"),
                    ("app.kubernetes.io/name", component),
                    ("app.kubernetes.io/instance", "main"),
                    ("binnacle.dev/stack", "main"),
                    ("binnacle.dev/stack-namespace", "monitoring")
                )
            ),
            Status = new PodStatus
            {
                Phase = "Running",
                PodIP = address,
                Conditions = [new PodCondition { Type = "Ready", Status = address is null ? "False" : "True" }],
                ContainerStatuses = containers,
            },
        };

    /// <summary>The same value as it comes back from the API server.</summary>
    public static T RoundTrip<T>(T value)
        where T : KubernetesObject => (T)value.ReadSameKind(value.ToUtf8Json());
}
