using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using Binnacle.Api;
using Binnacle.Operator.Telemetry;
using Binnacle.Operator.Tests.Fakes;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Telemetry;
using LocalCluster;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Binnacle.Operator.Tests;

/// <summary>The whole operator against an API server alone: nothing runs in the pods, for there are none.</summary>
public sealed class OperatorProcessTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private const string Manifests = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: monitoring}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: unrelated}
        ---
        apiVersion: binnacle.dev/v1alpha1
        kind: MonitoringStack
        metadata: {name: main, namespace: monitoring}
        spec:
          metrics: {evaluationInterval: 1s}
          alerting:
            channels: [{name: hook, webhook: {url: "http://receiver:5001/"}}]
            defaultChannels: [hook]
        ---
        apiVersion: binnacle.dev/v1alpha1
        kind: AlertRule
        metadata: {name: too-slow, namespace: shop}
        spec: {expr: up == 0, for: 1m, severity: Critical}
        ---
        apiVersion: binnacle.dev/v1alpha1
        kind: AlertRule
        metadata: {name: silent, namespace: shop}
        spec: {expr: up == 1, enabled: false}
        ---
        apiVersion: binnacle.dev/v1alpha1
        kind: AlertRule
        metadata: {name: lost, namespace: shop}
        spec: {expr: up == 1, stackRef: {name: nosuch}}
        ---
        apiVersion: binnacle.dev/v1alpha1
        kind: ScrapeTarget
        metadata: {name: api, namespace: shop}
        spec: {static: {targets: ["api:8080"]}}
        ---
        apiVersion: binnacle.dev/v1alpha1
        kind: ScrapeTarget
        metadata: {name: locked, namespace: shop}
        spec:
          static: {targets: ["api:8081"]}
          authorization: {bearerTokenRef: {name: nosuch, key: token}}
        ---
        apiVersion: binnacle.dev/v1alpha1
        kind: HealthProbe
        metadata: {name: front, namespace: shop}
        spec: {type: HTTP, targets: ["http://front:8080/"]}
        ---
        apiVersion: binnacle.dev/v1alpha1
        kind: Dashboard
        metadata: {name: board, namespace: shop}
        spec: {json: '{"title": "Board", "panels": []}'}
        """;

    private LocalClusterHost _cluster = null!;
    private KubernetesClient _server = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await LocalClusterHost.StartAsync(new LocalClusterOptions(), default);
        _server = new KubernetesClient(KubernetesClientConfiguration.Load(_cluster.KubeconfigPath));
        await InstalledKinds.InstallAsync(_server, default);
        await ApplyAsync(Manifests);
    }

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Applied_once_a_stack_causes_no_more_writes_neither_by_itself_nor_by_a_restart()
    {
        var client = new ClientDouble(_server);
        await using (var life = new Life(client))
        {
            await UntilAsync(async () => await IsToldAsync("AlertRule", "too-slow", "Loaded"), "the rule has a status");
            await UntilAsync(
                async () => await IsToldAsync("ScrapeTarget", "locked", "Accepted"),
                "the missing secret is told"
            );
            await UntilAsync(async () => await IsToldAsync("AlertRule", "lost", "Selected"), "the lost rule is told");
            await UntilAsync(async () => await IsToldAsync("Dashboard", "board", "Accepted"), "the dashboard is told");
            await UntilAsync(
                async () => await IsToldAsync("MonitoringStack", "main", "Ready", "monitoring"),
                "the stack is told"
            );
            (await RuleFilesAsync()).ShouldContain("alert: TooSlow");
            await life.RoundsAsync(("live-state", 3), ("report", 3));

            // A second reconciliation, for a reason that changes nothing.
            client.Forget();
            await ApplyAsync("{apiVersion: v1, kind: Namespace, metadata: {name: unrelated, labels: {x: y}}}");
            await life.RoundsAsync(("stack", 1), ("config-load", 1), ("live-state", 3), ("report", 3));
            client.Writes.ShouldBeEmpty();
        }

        var after = new ClientDouble(_server);
        await using (var life = new Life(after))
        {
            await life.RoundsAsync(("stack", 1), ("config-load", 1), ("live-state", 3), ("report", 3), ("status", 7));
            after.Writes.ShouldBeEmpty();
            life.Errors.ShouldBe(0);
        }
    }

    [Fact]
    public async Task Everything_goes_with_its_stack_and_statuses_say_so()
    {
        await using var life = new Life(new ClientDouble(_server));
        await UntilAsync(async () => await IsToldAsync("AlertRule", "too-slow", "Loaded"), "the rule has a status");

        await _server.DeleteAsync<MonitoringStack>(Make.StackKey, new DeleteRequest(), default);

        await UntilAsync(
            async () => await _server.FindAsync<MonitoringStack>(Make.StackKey, default) is null,
            "the finalizer was taken off"
        );
        await UntilAsync(
            async () =>
                (await _server.GetAsync<AlertRule>(new ObjectKey("shop", "too-slow"), default)).Status?.Conditions?.Any(
                    condition => condition is { Type: "Selected", Status: "False", Reason: "NoStackInCluster" }
                ) == true,
            "the rule is taken by nobody"
        );
        life.Errors.ShouldBe(0);
    }

    [Fact]
    [Trait("Guarantee", "Q15")]
    public async Task A_stop_lets_work_end_while_the_caches_still_follow_and_only_then_ends_them()
    {
        var entered = new TaskCompletionSource();
        using var release = new ManualResetEventSlim();
        var client = new ClientDouble(_server)
        {
            Answer = request =>
            {
                if (request.IsWrite)
                {
                    entered.TrySetResult();
                    release.Wait(Deadline).ShouldBeTrue();
                }

                return null;
            },
        };
        var life = new Life(client);
        await entered.Task.WaitAsync(Deadline);
        var watches = client.OpenWatches;

        var ending = life.DisposeAsync().AsTask();

        for (var i = 0; i < 50; i++)
        {
            client.OpenWatches.ShouldBe(watches);
            ending.IsCompleted.ShouldBeFalse();
            await Task.Delay(10);
        }

        client.FinishedWrites.ShouldBe(0);
        release.Set();
        await ending.WaitAsync(Deadline);
        client.OpenWatches.ShouldBe(0);
        client.FinishedWrites.ShouldBeGreaterThan(0, "what was begun is brought to its end");
    }

    [Fact]
    [Trait("Guarantee", "G11")]
    public async Task The_cluster_role_suffices()
    {
        using var refusals = new Refusals(KubernetesClientConfiguration.Load(_cluster.KubeconfigPath).Server.Port);
        using var restricted = new KubernetesClient(KubernetesClientConfiguration.Load(await AccountKubeconfigAsync()));
        await using (var life = new Life(restricted))
        {
            await UntilAsync(async () => await IsToldAsync("AlertRule", "too-slow", "Loaded"), "the rule has a status");
            await UntilAsync(async () => await IsToldAsync("ScrapeTarget", "locked", "Accepted"), "the secret is told");
            await UntilAsync(async () => await IsToldAsync("Dashboard", "board", "Accepted"), "the dashboard is told");
            await UntilAsync(
                async () => await IsToldAsync("MonitoringStack", "main", "Ready", "monitoring"),
                "the stack is told"
            );
            await _server.DeleteAsync<MonitoringStack>(Make.StackKey, new DeleteRequest(), default);
            await UntilAsync(
                async () => await _server.FindAsync<MonitoringStack>(Make.StackKey, default) is null,
                "the finalizer was taken off"
            );
            refusals.Count.ShouldBe(0);
        }

        // The count counts: what the role does not give is refused.
        var error = await Should.ThrowAsync<KubernetesApiException>(() =>
            restricted.DeleteAsync<Namespace>(new ObjectKey("", "unrelated"), new DeleteRequest(), default)
        );
        error.Message.ShouldContain("forbidden");
        refusals.Count.ShouldBe(1);
    }

    /// <summary>The kubeconfig of the operator's ServiceAccount, which has its ClusterRole and nothing else.</summary>
    private async Task<string> AccountKubeconfigAsync()
    {
        await ApplyAsync("{apiVersion: v1, kind: Namespace, metadata: {name: binnacle-system}}");
        foreach (var file in Directory.EnumerateFiles(GoldenFile.Folder("config", "rbac"), "*.yaml"))
        {
            await ApplyAsync(await File.ReadAllTextAsync(file));
        }

        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri("api/v1/namespaces/binnacle-system/serviceaccounts/binnacle-operator/token", UriKind.Relative)
        );
        request.Content = new StringContent(
            """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}""",
            Encoding.UTF8,
            "application/json"
        );
        using var answer = await _server.SendAsync(request, default);
        var body = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var token = body.RootElement.GetProperty("status").GetProperty("token").GetString();
        var admin = await File.ReadAllTextAsync(_cluster.KubeconfigPath);
        var account = Regex.Replace(admin, "client-certificate-data: \\S+", $"token: {token}");
        var path = Path.Combine(Path.GetDirectoryName(_cluster.KubeconfigPath)!, "account.kubeconfig");
        await File.WriteAllTextAsync(path, Regex.Replace(account, " *client-key-data: \\S+\n", ""));
        return path;
    }

    private async Task<string> RuleFilesAsync()
    {
        var text = new StringBuilder();
        var maps = await _server.ListPageAsync<ConfigMap>(new ListRequest { Namespace = "monitoring" }, default);
        foreach (var content in maps.Items.SelectMany(map => map.Data?.Values ?? []))
        {
            text.AppendLine(content);
        }

        return text.ToString();
    }

    private async Task<bool> IsToldAsync(string kind, string name, string condition, string home = "shop")
    {
        var key = new ObjectKey(home, name);
        var conditions = kind switch
        {
            "AlertRule" => (await _server.GetAsync<AlertRule>(key, default)).Status?.Conditions,
            "ScrapeTarget" => (await _server.GetAsync<ScrapeTarget>(key, default)).Status?.Conditions,
            "Dashboard" => (await _server.GetAsync<Dashboard>(key, default)).Status?.Conditions,
            _ => (await _server.GetAsync<MonitoringStack>(key, default)).Status?.Conditions,
        };
        return conditions?.Any(known => known.Type == condition) ?? false;
    }

    private async Task ApplyAsync(string yaml)
    {
        foreach (var value in Kubernetes.Client.Manifests.Parse(yaml))
        {
            await _server.ApplyAsync(value, new WriteOptions { FieldManager = "test", Force = true }, default);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(Deadline, what);
            await Task.Delay(20);
        }
    }

    /// <summary>Counts the answers 403 of a server.</summary>
    private sealed class Refusals : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _count;

        public Refusals(int port)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "System.Net.Http", Name: "http.client.request.duration" })
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>(
                (_, _, tags, _) =>
                {
                    var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => $"{tag.Value}");
                    var mine = all.GetValueOrDefault("server.port") == $"{port}";
                    Interlocked.Add(
                        ref _count,
                        mine && all.GetValueOrDefault("http.response.status_code") == "403" ? 1 : 0
                    );
                }
            );
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>One run of the operator, and how often its loops came round.</summary>
    private sealed class Life : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly MeterListener _listener = new();
        private readonly ConcurrentDictionary<string, long> _rounds = new();
        private readonly OperatorTelemetry _telemetry = new(TimeProvider.System);
        private readonly Task _run;
        private long _errors;

        public Life(IKubernetesClient client)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                // Other tests run operators of their own at the same time.
                if (
                    instrument is { Meter.Name: RuntimeMetrics.MeterName, Name: "controller_runtime_reconcile_total" }
                    && ReferenceEquals(instrument.Meter.Scope, _telemetry.Metrics)
                )
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>(
                (_, count, tags, _) =>
                {
                    var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => $"{tag.Value}");
                    _rounds.AddOrUpdate(all["controller"], count, (_, known) => known + count);
                    Interlocked.Add(ref _errors, all["result"] == "error" ? count : 0);
                }
            );
            _listener.Start();
            _run = new OperatorProcess(
                client,
                new OperatorOptions(),
                TimeProvider.System,
                NullLoggerFactory.Instance,
                _telemetry
            ).RunAsync(_stop.Token);
        }

        public long Errors => Interlocked.Read(ref _errors);

        /// <summary>Waits until each loop came round so many more times.</summary>
        public async Task RoundsAsync(params (string Loop, int More)[] wanted)
        {
            var goals = wanted.Select(it => (it.Loop, Goal: _rounds.GetValueOrDefault(it.Loop) + it.More)).ToList();
            await UntilAsync(
                () =>
                    _run.IsCompleted
                        ? throw new InvalidOperationException("the operator ended", _run.Exception)
                        : Task.FromResult(goals.All(it => _rounds.GetValueOrDefault(it.Loop) >= it.Goal)),
                "the loops came round"
            );
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _run.WaitAsync(Deadline);
            _listener.Dispose();
            _telemetry.Dispose();
            _stop.Dispose();
        }
    }
}
