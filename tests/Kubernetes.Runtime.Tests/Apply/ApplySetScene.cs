using Binnacle.Testing;
using Kubernetes.Models;
using Kubernetes.Runtime.Apply;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Tests.Fakes;

namespace Kubernetes.Runtime.Tests.Apply;

/// <summary>An apply set, a server, and caches that know of it what they are told.</summary>
public abstract class ApplySetScene
{
    private protected const string Set = "stack-uid";

    private protected readonly FakeApiServer _server = new();
    private protected readonly ManualTimeProvider _time = new();
    private protected readonly RecordingLogger _logger = new();
    private protected readonly Store<ConfigMap> _configMaps = new();
    private protected readonly Store<StatefulSet> _statefulSets = new();
    private protected readonly OwnedObjects _owned;
    private protected ApplySet _set;

    private protected ApplySetScene()
    {
        _owned = new OwnedObjects(SetsOf).Add(_configMaps).Add(_statefulSets);
        _set = NewProcess();
    }

    private protected ApplySet NewProcess() => new(_server, "tester", _time, _logger);

    private protected Task<ApplyResult> ApplyAsync(params KubernetesObject[] desired) =>
        _set.ApplyAsync(Set, desired, _owned.Of(Set), TestContext.Current.CancellationToken);

    /// <summary>The cache catches up with the server.</summary>
    private protected void Sync()
    {
        _configMaps.Replace(_server.All<ConfigMap>(), initial: false);
        _statefulSets.Replace(_server.All<StatefulSet>(), initial: false);
    }

    private static IEnumerable<string> SetsOf(ObjectMeta metadata) =>
        metadata.Labels?.GetValueOrDefault("set") is { } set ? [set] : [];

    private protected static ObjectMeta Meta(string name) =>
        new()
        {
            Namespace = "ns",
            Name = name,
            Labels = new Dictionary<string, string> { ["set"] = Set },
        };

    private protected static ConfigMap Mine(string name, string value = "v") =>
        new()
        {
            Metadata = Meta(name),
            Data = new Dictionary<string, string> { ["key"] = value },
        };

    private protected static StatefulSet Workload(string name, string serviceName = "svc") =>
        new()
        {
            Metadata = Meta(name),
            Spec = new StatefulSetSpec { ServiceName = serviceName, Replicas = 1 },
        };
}
