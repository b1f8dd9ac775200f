using Binnacle.Api;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Operator.Tests.Lifecycle;
using Binnacle.Rendering;
using Kubernetes.Client;
using Kubernetes.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Binnacle.Operator.Tests.Reconciling;

/// <summary>On servers, with caches that are empty: as stale as they can be.</summary>
[Collection(StackServersCollection.Name)]
public sealed class StackCleanupTests(StackServers servers)
{
    private const string Elsewhere = """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: HOME.main, namespace: TEAM, labels: {app.kubernetes.io/managed-by: binnacle, binnacle.dev/stack: main, binnacle.dev/stack-namespace: HOME}}
        rules: []
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: HOME.main, namespace: TEAM, labels: {app.kubernetes.io/managed-by: binnacle, binnacle.dev/stack: main, binnacle.dev/stack-namespace: HOME}}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: HOME.main}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: theirs, namespace: TEAM, labels: {app.kubernetes.io/managed-by: binnacle, binnacle.dev/stack: other, binnacle.dev/stack-namespace: HOME}}
        rules: []
        """;

    private const string AtHome = """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: main-prometheus, namespace: HOME, labels: {app.kubernetes.io/managed-by: binnacle, binnacle.dev/stack: main, binnacle.dev/stack-namespace: HOME}}
        spec:
          replicas: 1
          serviceName: x
          selector: {matchLabels: {app: x}}
          template: {metadata: {labels: {app: x}}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: x, image: x}]}}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data-main-prometheus-0, namespace: HOME, labels: {app.kubernetes.io/name: prometheus, app.kubernetes.io/instance: main, app.kubernetes.io/managed-by: binnacle}}
        spec: {accessModes: [ReadWriteOnce], storageClassName: nosuch, resources: {requests: {storage: 1Gi}}}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data-main-alertmanager-0, namespace: HOME, labels: {app.kubernetes.io/name: alertmanager, app.kubernetes.io/instance: main, app.kubernetes.io/managed-by: binnacle}}
        spec: {accessModes: [ReadWriteOnce], storageClassName: nosuch, resources: {requests: {storage: 1Gi}}}
        """;

    public static TheoryData<string> Servers => StackServers.All;

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A15")]
    public async Task The_finalizer_comes_before_the_first_object_that_needs_it(string name)
    {
        await using var it = await OpenAsync(name);
        await it.Server.ApplyAsync("{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: HOME}}");
        var stack = await it.StackAsync("{}");
        (await it.PrepareAsync(stack, it.Server.Home)).ShouldBeFalse("garbage collection sees to it");
        (await it.Server.StackAsync()).Metadata.Finalizers.ShouldBeNull();

        (await it.PrepareAsync(stack, it.Server.Team)).ShouldBeTrue();

        stack = await it.Server.StackAsync();
        stack.Metadata.Finalizers.ShouldBe([StackCleanup.Finalizer]);
        (await it.PrepareAsync(stack, it.Server.Team)).ShouldBeFalse("it is there");
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A20")]
    public async Task Claims_that_are_to_go_need_the_finalizer_too(string name)
    {
        await using var it = await OpenAsync(name);
        var stack = await it.StackAsync(
            "{metrics: {storage: {size: 1Gi, persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}}}}"
        );

        (await it.PrepareAsync(stack, it.Server.Home)).ShouldBeTrue();

        (await it.Server.StackAsync()).Metadata.Finalizers.ShouldBe([StackCleanup.Finalizer]);
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A16")]
    public async Task Finalizers_of_others_stay_whatever_the_cache_knows_of_them(string name)
    {
        await using var it = await OpenAsync(name);
        var old = await it.StackAsync("{}");
        await it.FinalizeAsync("example.com/theirs");

        (await it.PrepareAsync(old, it.Server.Team)).ShouldBeTrue("nothing may be applied yet");
        (await it.Server.StackAsync()).Metadata.Finalizers.ShouldBe(["example.com/theirs"], "the cache was behind");

        (await it.PrepareAsync(await it.Server.StackAsync(), it.Server.Team)).ShouldBeTrue();
        (await it.Server.StackAsync()).Metadata.Finalizers.ShouldBe(["example.com/theirs", StackCleanup.Finalizer]);

        await it.DeleteStackAsync();
        (await it.FinishAsync()).ShouldBeNull();
        (await it.Server.StackAsync()).Metadata.Finalizers.ShouldBe(["example.com/theirs"]);
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A18")]
    [Trait("Guarantee", "A20")]
    public async Task Everything_goes_in_order_and_claims_as_the_spec_says(string name)
    {
        await using var it = await OpenAsync(name);
        await it.StackAsync(
            """
            {metrics: {storage: {size: 1Gi, persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}}},
             alerting: {storage: {size: 1Gi, persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain}}}}
            """
        );
        await it.FinalizeAsync(StackCleanup.Finalizer);
        await it.Server.ApplyAsync(Elsewhere);
        await it.Server.ApplyAsync(AtHome);
        await StackServer.UntilAsync(
            async () => (await it.Server.ListAsync<Pod>(it.Server.Home)).Count == 1,
            "the pod is there"
        );
        (await it.FinishAsync()).ShouldBeNull("it is not being deleted");
        it.Client.Writes.ShouldBeEmpty();
        await it.DeleteStackAsync();

        (await it.FinishAsync())
            .ShouldNotBeNull()
            .ShouldBe($"StatefulSet {it.Server.Home}/main-prometheus to end its pods");
        await it.FinishedAsync();

        it.Client.Writes.Where(write => write.Kind != "StatefulSet")
            .Select(write => $"{write.Verb} {write.Kind} {write.Key.Name}")
            .ShouldBe([
                $"delete RoleBinding {it.Server.Home}.main",
                $"delete Role {it.Server.Home}.main",
                "delete PersistentVolumeClaim data-main-prometheus-0",
                "patch MonitoringStack main",
            ]);
        (await it.Server.Client.FindAsync<MonitoringStack>(it.Server.Stack, it.Server.Token)).ShouldBeNull();
        (await it.Server.ListAsync<Pod>(it.Server.Home)).ShouldBeEmpty();
        (await it.Server.ListAsync<Role>(it.Server.Team)).ShouldHaveSingleItem().Metadata.Name.ShouldBe("theirs");
        (await it.Server.ListAsync<PersistentVolumeClaim>(it.Server.Home))
            .Where(claim => claim.Metadata.DeletionTimestamp is null)
            .ShouldHaveSingleItem()
            .Metadata.Name.ShouldBe("data-main-alertmanager-0");
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A19")]
    public async Task What_somebody_else_holds_is_waited_for_and_named(string name)
    {
        await using var it = await OpenAsync(name);
        await it.StackAsync("{}");
        await it.FinalizeAsync(StackCleanup.Finalizer);
        await it.Server.ApplyAsync(Elsewhere);
        var role = new ObjectKey(it.Server.Team, $"{it.Server.Home}.main");
        await it.Server.Client.PatchAsync<Role>(
            role,
            Patch.Merge("""{"metadata":{"finalizers":["example.com/held"]}}"""u8.ToArray()),
            new WriteOptions(),
            it.Server.Token
        );
        await it.DeleteStackAsync();

        var waitsFor = await it.FinishAsync();

        waitsFor.ShouldBe($"Role {role} to be released by other finalizers");
        (await it.Server.StackAsync()).Metadata.Finalizers.ShouldBe([StackCleanup.Finalizer]);
        await it.Server.Client.PatchAsync<Role>(
            role,
            Patch.Merge("""{"metadata":{"finalizers":null}}"""u8.ToArray()),
            new WriteOptions(),
            it.Server.Token
        );
        await it.FinishedAsync();
    }

    private async Task<Subject> OpenAsync(string name) => new(await servers.OpenAsync(name));

    private sealed class Subject : IAsyncDisposable
    {
        private readonly StackLoops _loops = new(TimeProvider.System);
        private readonly StackCleanup _cleanup;
        private MonitoringStack? _stack;

        public Subject(StackServer server)
        {
            Server = server;
            Client = new ClientDouble(server.Client);
            var world = new World(
                Client,
                new ClusterFacts { HasPodDisruptionBudgets = false },
                _loops,
                (_, _) => false,
                TimeProvider.System,
                NullLoggerFactory.Instance
            );
            _cleanup = new StackCleanup(Client, world);
        }

        public StackServer Server { get; }

        public ClientDouble Client { get; }

        public async Task<MonitoringStack> StackAsync(string spec)
        {
            await Server.ApplyAsync(
                $"""
                apiVersion: binnacle.dev/v1alpha1
                kind: MonitoringStack
                metadata:
                  name: main
                  namespace: HOME
                spec: {spec.ReplaceLineEndings(" ")}
                """
            );
            return _stack = await Server.StackAsync();
        }

        public Task<MonitoringStack> FinalizeAsync(string finalizer) =>
            Server.Client.PatchAsync<MonitoringStack>(
                Server.Stack,
                Patch.Merge(
                    System.Text.Encoding.UTF8.GetBytes("{\"metadata\":{\"finalizers\":[\"" + finalizer + "\"]}}")
                ),
                new WriteOptions(),
                Server.Token
            );

        public Task DeleteStackAsync() =>
            Server.Client.DeleteAsync<MonitoringStack>(Server.Stack, new DeleteRequest(), Server.Token);

        public Task<bool> PrepareAsync(MonitoringStack stack, string home) =>
            _cleanup.PrepareAsync(
                stack,
                Make.Desired() with
                {
                    Objects = [new Role { Metadata = Make.Meta("r", home) }],
                },
                Server.Token
            );

        public Task<string?> FinishAsync() => _cleanup.FinishAsync(_stack!, Server.Token);

        public Task FinishedAsync() =>
            StackServer.UntilAsync(async () => await FinishAsync() is null, "the stack is taken apart");

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            _loops.Dispose();
        }
    }
}
