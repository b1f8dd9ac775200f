using Binnacle.Api;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Telemetry;
using Kubernetes.Client;
using Kubernetes.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Binnacle.Operator.Tests.Lifecycle;

/// <summary>The whole operator against a server with workload controllers: what users see of refusals and deletions.</summary>
[Collection(StackServersCollection.Name)]
public sealed class StackLifecycleTests(StackServers servers)
{
    private const string ClaimsGo =
        "{metrics: {storage: {size: 1Gi, persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}}}}";

    private const string Selector = "namespaceSelector: {matchLabels: {run: RUN}}";

    public static TheoryData<string> Servers => StackServers.All;

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A5")]
    public async Task A_name_that_is_taken_is_told_and_the_rest_goes_on(string name)
    {
        await using var server = await servers.OpenAsync(name);
        await server.ApplyAsync(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: main-prometheus-config, namespace: HOME}, data: {their: own}}"
        );
        await ApplyStackAsync(server, "{}");
        await using var life = new Life(server.Client);

        await ToldAsync(server, ConditionTypes.ObjectsApplied, "ForeignObject");

        var condition = (await server.ConditionAsync(ConditionTypes.ObjectsApplied))!;
        condition.Message.ShouldContain($"ConfigMap {server.Home}/main-prometheus-config: ");
        condition.ObservedGeneration.ShouldBe((await server.StackAsync()).Metadata.Generation);
        (await server.ConditionAsync(ConditionTypes.Ready))!.Reason.ShouldBe("ForeignObject");
        (await server.StackAsync()).Status!.Phase.ShouldBe(StackPhase.Degraded);
        (await server.ListAsync<StatefulSet>(server.Home)).Count.ShouldBe(2);
        var key = new ObjectKey(server.Home, "main-prometheus-config");
        var theirs = await server.Client.GetAsync<ConfigMap>(key, server.Token);
        theirs.Data!.ShouldHaveSingleItem().Value.ShouldBe("own");
        theirs.Metadata.OwnerReferences.ShouldBeNull();
        await StackServer.UntilAsync(
            async () =>
                (await server.ListAsync<Event>(server.Home)).Any(it =>
                    it is { Reason: "ForeignObject", Type: "Warning", Regarding.Kind: "MonitoringStack" }
                    && it.Note!.Contains("main-prometheus-config", StringComparison.Ordinal)
                ),
            "an Event tells of it"
        );

        await server.Client.DeleteAsync<ConfigMap>(key, new DeleteRequest(), server.Token);
        await StackServer.UntilAsync(
            async () => (await server.ConditionAsync(ConditionTypes.ObjectsApplied))?.Status == "True",
            "the name is free and the object made"
        );
        var ours = await server.Client.GetAsync<ConfigMap>(key, server.Token);
        var owner = ours.Metadata.OwnerReferences!.ShouldHaveSingleItem();
        owner.Uid.ShouldBe((await server.StackAsync()).Metadata.Uid);
        owner.Controller.ShouldBe(true);
        owner.BlockOwnerDeletion.ShouldBe(true);
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A9")]
    [Trait("Guarantee", "A10")]
    public async Task More_storage_reaches_the_claims_and_less_is_refused(string name)
    {
        await using var server = await servers.OpenAsync(name);
        var storageClass = $"{server.Home}-grow";
        await server.StorageClassAsync(storageClass, expands: true);
        string Spec(string size) =>
            $"{{metrics: {{storage: {{size: {size}, storageClassName: {storageClass}}}}}, alerting: {{enabled: false}}, probes: {{enabled: false}}}}";
        await ApplyStackAsync(server, Spec("1Gi"));
        await using var life = new Life(server.Client);
        var claim = new ObjectKey(server.Home, "data-main-prometheus-0");
        await StackServer.UntilAsync(
            async () => await server.Client.FindAsync<PersistentVolumeClaim>(claim, server.Token) is not null,
            "the claim is there"
        );
        await server.BindAsync(claim, storageClass);
        var set = new ObjectKey(server.Home, "main-prometheus");
        var before = await server.Client.GetAsync<StatefulSet>(set, server.Token);
        var pod = await server.Client.GetAsync<Pod>(new ObjectKey(server.Home, "main-prometheus-0"), server.Token);

        await ApplyStackAsync(server, Spec("2Gi"));

        await StackServer.UntilAsync(
            async () =>
                await server.Client.FindAsync<StatefulSet>(set, server.Token) is { } now
                && now.Metadata.Uid != before.Metadata.Uid
                && SizeOf(now.Spec!.VolumeClaimTemplates![0]) == "2Gi",
            "the StatefulSet was made anew"
        );
        SizeOf(await server.Client.GetAsync<PersistentVolumeClaim>(claim, server.Token)).ShouldBe("2Gi");
        (
            await server.Client.GetAsync<Pod>(new ObjectKey(server.Home, "main-prometheus-0"), server.Token)
        ).Metadata.Uid.ShouldBe(pod.Metadata.Uid);

        await ApplyStackAsync(server, Spec("512Mi"));
        await ToldAsync(server, ConditionTypes.ObjectsApplied, "StorageShrinkRefused");
        (await server.ConditionAsync(ConditionTypes.ObjectsApplied))!.Message.ShouldContain(
            "spec.volumeClaimTemplates[data].spec.resources.requests.storage: 512Mi is wanted and the volumes have 2Gi"
        );
        SizeOf(await server.Client.GetAsync<PersistentVolumeClaim>(claim, server.Token)).ShouldBe("2Gi");
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A17")]
    [Trait("Guarantee", "A18")]
    [Trait("Guarantee", "A20")]
    public async Task A_stack_that_was_being_deleted_before_the_start_is_taken_apart(string name)
    {
        await using var server = await servers.OpenAsync(name);
        await server.ApplyAsync(
            """
            apiVersion: binnacle.dev/v1alpha1
            kind: ScrapeTarget
            metadata: {name: api, namespace: TEAM, labels: {run: RUN}}
            spec: {services: {selector: {matchLabels: {app: api}}, port: web}}
            """
        );
        await ApplyStackAsync(
            server,
            "{metrics: {storage: {size: 1Gi, persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}}}, alerting: {storage: {size: 1Gi}}}"
        );
        await using (new Life(server.Client))
        {
            await StackServer.UntilAsync(
                async () =>
                    (await server.ListAsync<RoleBinding>(server.Team)).Count > 0
                    && (await server.ListAsync<PersistentVolumeClaim>(server.Home)).Count == 2,
                "rights elsewhere and claims are there"
            );
        }

        (await server.StackAsync()).Metadata.Finalizers.ShouldBe([StackCleanup.Finalizer]);
        await server.Client.DeleteAsync<MonitoringStack>(server.Stack, new DeleteRequest(), server.Token);
        (await server.StackAsync()).Metadata.DeletionTimestamp.ShouldNotBeNull();

        await using (new Life(server.Client))
        {
            await StackServer.UntilAsync(
                async () => await server.Client.FindAsync<MonitoringStack>(server.Stack, server.Token) is null,
                "the stack is gone"
            );
        }

        (await server.ListAsync<RoleBinding>(server.Team)).ShouldBeEmpty();
        (await server.ListAsync<Role>(server.Team)).ShouldBeEmpty();
        (await server.ListAsync<StatefulSet>(server.Home)).ShouldBeEmpty();
        (await server.ListAsync<PersistentVolumeClaim>(server.Home))
            .Where(claim => claim.Metadata.DeletionTimestamp is null)
            .ShouldHaveSingleItem()
            .Metadata.Name.ShouldBe("data-main-alertmanager-0");
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A20")]
    public async Task The_claims_of_a_component_that_is_turned_off_go_where_the_spec_says_so(string name)
    {
        await using var server = await servers.OpenAsync(name);
        string Spec(bool alerting) =>
            "{alerting: {enabled: ALERTING, storage: {size: 1Gi, persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}}}, metrics: {storage: {size: 1Gi}}}".Replace(
                "ALERTING",
                alerting ? "true" : "false",
                StringComparison.Ordinal
            );
        await ApplyStackAsync(server, Spec(alerting: true));
        await using var life = new Life(server.Client);
        await StackServer.UntilAsync(
            async () => (await server.ListAsync<PersistentVolumeClaim>(server.Home)).Count == 2,
            "claims are there"
        );

        await ApplyStackAsync(server, Spec(alerting: false));

        await StackServer.UntilAsync(
            async () =>
                (await server.ListAsync<PersistentVolumeClaim>(server.Home))
                    .Where(claim => claim.Metadata.DeletionTimestamp is null)
                    .Select(claim => claim.Metadata.Name)
                    .SequenceEqual(["data-main-prometheus-0"]),
            "the claim of Alertmanager goes"
        );
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A19")]
    public async Task A_removal_that_fails_keeps_the_finalizer_and_says_so(string name)
    {
        await using var server = await servers.OpenAsync(name);
        await ApplyStackAsync(server, ClaimsGo);
        var refusing = true;
        var client = new Fakes.ClientDouble(server.Client)
        {
            Answer = request =>
                Volatile.Read(ref refusing) && request is { Verb: "list", Kind: "PersistentVolumeClaim" }
                    ? throw new KubernetesApiException(KubernetesErrorKind.Forbidden, "no right to list claims", 403)
                    : null,
        };
        await using var life = new Life(client);
        await StackServer.UntilAsync(
            async () => (await server.ListAsync<StatefulSet>(server.Home)).Count == 2,
            "workloads are there"
        );

        await server.Client.DeleteAsync<MonitoringStack>(server.Stack, new DeleteRequest(), server.Token);

        await ToldAsync(server, ConditionTypes.Ready, "CleanupFailed");
        var ready = (await server.ConditionAsync(ConditionTypes.Ready))!;
        ready.Message.ShouldContain("no right to list claims");
        ready.Message.ShouldContain($"remove the finalizer {StackCleanup.Finalizer}");
        (await server.StackAsync()).Metadata.Finalizers.ShouldBe([StackCleanup.Finalizer]);

        Volatile.Write(ref refusing, false);
        await StackServer.UntilAsync(
            async () => await server.Client.FindAsync<MonitoringStack>(server.Stack, server.Token) is null,
            "it is tried again"
        );
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A30")]
    public async Task A_finalizer_that_cannot_be_written_is_told_and_nothing_is_applied_without_it(string name)
    {
        await using var server = await servers.OpenAsync(name);
        await ApplyStackAsync(server, ClaimsGo);
        var refusing = true;
        var client = new Fakes.ClientDouble(server.Client)
        {
            Answer = request =>
                Volatile.Read(ref refusing)
                && request is { Verb: "patch", Kind: "MonitoringStack", Subresource: null or "" }
                    ? throw new KubernetesApiException(
                        KubernetesErrorKind.Forbidden,
                        "the operator cannot patch resource monitoringstacks",
                        403
                    )
                    : null,
        };
        await using var life = new Life(client);

        await ToldAsync(server, ConditionTypes.Ready, "FinalizerRefused");
        var ready = (await server.ConditionAsync(ConditionTypes.Ready))!;
        ready.Message.ShouldContain(StackCleanup.Finalizer);
        ready.Message.ShouldContain("cannot patch resource monitoringstacks");
        ready.Message.ShouldContain("needs the right to patch monitoringstacks");
        (await server.ConditionAsync(ConditionTypes.ObjectsApplied))!.Reason.ShouldBe("FinalizerRefused");
        (await server.StackAsync()).Status!.Phase.ShouldBe(StackPhase.Degraded);
        (await server.ListAsync<StatefulSet>(server.Home)).ShouldBeEmpty();
        await StackServer.UntilAsync(
            async () =>
                (await server.ListAsync<Event>(server.Home)).Any(it =>
                    it is { Reason: "FinalizerRefused", Type: "Warning", Regarding.Kind: "MonitoringStack" }
                ),
            "an Event tells of it"
        );

        Volatile.Write(ref refusing, false);
        await StackServer.UntilAsync(
            async () =>
                (await server.ListAsync<StatefulSet>(server.Home)).Count == 2
                && (await server.ConditionAsync(ConditionTypes.ObjectsApplied))?.Status == "True",
            "it is tried again"
        );
        (await server.StackAsync()).Metadata.Finalizers.ShouldBe([StackCleanup.Finalizer]);
        (await server.ConditionAsync(ConditionTypes.Ready))!.Reason.ShouldNotBe("FinalizerRefused");
    }

    private static string? SizeOf(PersistentVolumeClaim claim) => claim.Spec!.Resources!.Requests!["storage"];

    /// <summary>A stack that takes the test's own namespaces only.</summary>
    private static Task ApplyStackAsync(StackServer server, string spec) =>
        server.ApplyAsync(
            $$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: MonitoringStack
            metadata: {name: main, namespace: HOME}
            spec:
              {{spec.Insert(1, spec == "{}" ? Selector : $"{Selector}, ")}}
            """
        );

    private static Task ToldAsync(StackServer server, string type, string reason) =>
        StackServer.UntilAsync(
            async () => (await server.ConditionAsync(type))?.Reason == reason,
            $"{type} says {reason}"
        );

    /// <summary>One run of the operator.</summary>
    private sealed class Life : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly OperatorTelemetry _telemetry = new(TimeProvider.System);
        private readonly Task _run;

        public Life(IKubernetesClient client) =>
            _run = new OperatorProcess(
                client,
                new OperatorOptions(),
                TimeProvider.System,
                NullLoggerFactory.Instance,
                _telemetry
            ).RunAsync(_stop.Token);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _run.WaitAsync(TimeSpan.FromSeconds(60));
            _telemetry.Dispose();
            _stop.Dispose();
        }
    }
}
