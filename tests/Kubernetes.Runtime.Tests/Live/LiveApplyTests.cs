using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Apply;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kubernetes.Runtime.Tests.Live;

/// <summary>What <see cref="ApplySet"/> makes of a server's refusals, where the server is a real one or ours.</summary>
public sealed class LiveApplyTests(LiveServers servers) : IClassFixture<LiveServers>
{
    public static TheoryData<string> Servers => LiveServers.All;

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A9")]
    public async Task Claims_grow_and_the_StatefulSet_is_made_anew_around_its_pods(string name)
    {
        await using var server = await servers.OpenAsync(name);
        var storageClass = await server.StorageClassAsync(expands: true);
        var set = new Set(server);
        (await set.ApplyAsync(Database(server, storageClass, "1Gi"))).Succeeded.ShouldBeTrue();
        await server.BindAsync("data-db-0", storageClass);
        await server.BindAsync("data-db-1", storageClass);
        var before = await server.Client.GetAsync<StatefulSet>(server.Key("db"), server.Token);
        var pods = new[] { await server.FoundAsync<Pod>("db-0"), await server.FoundAsync<Pod>("db-1") };

        var result = await set.ApplyAsync(Database(server, storageClass, "2Gi"));

        result.Failures.ShouldBeEmpty();
        result.Deviations.ShouldBeEmpty();
        result.Recreated.ShouldHaveSingleItem();
        var after = await server.Client.GetAsync<StatefulSet>(server.Key("db"), server.Token);
        after.Metadata.Uid.ShouldNotBe(before.Metadata.Uid);
        SizeOf(after.Spec!.VolumeClaimTemplates![0]).ShouldBe("2Gi");
        foreach (var ordinal in new[] { 0, 1 })
        {
            SizeOf(await server.Client.GetAsync<PersistentVolumeClaim>(server.Key($"data-db-{ordinal}"), server.Token))
                .ShouldBe("2Gi");
            await LiveServer.UntilAsync(
                async () =>
                    (
                        await server.Client.GetAsync<Pod>(server.Key($"db-{ordinal}"), server.Token)
                    ).Metadata.OwnerReferences?.Any(owner => owner.Uid == after.Metadata.Uid) == true,
                $"db-{ordinal} belongs to the new StatefulSet"
            );
            (await server.Client.GetAsync<Pod>(server.Key($"db-{ordinal}"), server.Token)).Metadata.Uid.ShouldBe(
                pods[ordinal].Metadata.Uid
            );
        }

        (await set.ApplyAsync(Database(server, storageClass, "2Gi"))).Unchanged.Count.ShouldBe(1);
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A10")]
    public async Task Where_the_class_forbids_growth_it_is_told_and_everything_else_is_applied(string name)
    {
        await using var server = await servers.OpenAsync(name);
        var storageClass = await server.StorageClassAsync(expands: false);
        var set = new Set(server);
        await set.ApplyAsync(Database(server, storageClass, "1Gi"));
        await server.BindAsync("data-db-0", storageClass);
        await server.BindAsync("data-db-1", storageClass);
        var before = await server.Client.GetAsync<StatefulSet>(server.Key("db"), server.Token);

        var result = await set.ApplyAsync(Database(server, storageClass, "2Gi", image: "example.io/db:2"));

        result.Failures.ShouldBeEmpty();
        result.Updated.ShouldHaveSingleItem();
        var deviation = result.Deviations.ShouldHaveSingleItem();
        deviation.Reason.ShouldBe(ApplyReasons.StorageNotExpandable);
        deviation.Field.ShouldBe("spec.volumeClaimTemplates[data].spec.resources.requests.storage");
        deviation.Message.ShouldContain("claim data-db-0 stays at 1Gi");
        deviation.Message.ShouldContain("the storageclass that provisions the pvc must support resize");
        var after = await server.Client.GetAsync<StatefulSet>(server.Key("db"), server.Token);
        after.Metadata.Uid.ShouldBe(before.Metadata.Uid);
        after.Spec!.Template!.Spec!.Containers![0].Image.ShouldBe("example.io/db:2");
        SizeOf(after.Spec.VolumeClaimTemplates![0]).ShouldBe("1Gi");
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A10")]
    public async Task A_smaller_volume_and_another_class_are_told_and_everything_else_is_applied(string name)
    {
        await using var server = await servers.OpenAsync(name);
        var storageClass = await server.StorageClassAsync(expands: true);
        var set = new Set(server);
        await set.ApplyAsync(Database(server, storageClass, "1Gi"));
        var before = await server.Client.GetAsync<StatefulSet>(server.Key("db"), server.Token);

        var result = await set.ApplyAsync(Database(server, "another", "512Mi", image: "example.io/db:2"));

        result.Failures.ShouldBeEmpty();
        result.Updated.ShouldHaveSingleItem();
        result
            .Deviations.Select(it => (it.Reason, it.Field))
            .ShouldBe([
                (ApplyReasons.StorageShrinkRefused, "spec.volumeClaimTemplates[data].spec.resources.requests.storage"),
                (ApplyReasons.ImmutableField, "spec.volumeClaimTemplates[data].spec.storageClassName"),
            ]);
        var after = await server.Client.GetAsync<StatefulSet>(server.Key("db"), server.Token);
        after.Metadata.Uid.ShouldBe(before.Metadata.Uid);
        after.Spec!.Template!.Spec!.Containers![0].Image.ShouldBe("example.io/db:2");
        SizeOf(after.Spec.VolumeClaimTemplates![0]).ShouldBe("1Gi");
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A11")]
    public async Task A_StatefulSet_that_gets_claims_is_made_anew_with_its_pods(string name)
    {
        await using var server = await servers.OpenAsync(name);
        var storageClass = await server.StorageClassAsync(expands: true);
        var set = new Set(server);
        await set.ApplyAsync(Database(server, storageClass, size: null));
        var pod = await server.FoundAsync<Pod>("db-0");

        var result = await set.ApplyAsync(Database(server, storageClass, "1Gi"));

        result.Failures.ShouldBeEmpty();
        result.Recreated.ShouldHaveSingleItem();
        await LiveServer.UntilAsync(
            async () =>
                await server.Client.FindAsync<Pod>(server.Key("db-0"), server.Token) is { } now
                && now.Metadata.Uid != pod.Metadata.Uid
                && now.Spec!.Volumes!.Any(volume => volume.PersistentVolumeClaim?.ClaimName == "data-db-0"),
            "the pod runs with its claim"
        );
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A12")]
    public async Task Other_immutable_fields_are_named_and_stop_nothing_else(string name)
    {
        await using var server = await servers.OpenAsync(name);
        var set = new Set(server);
        (await set.ApplyAsync(Objects(server, "before", address: null))).Failures.ShouldBeEmpty();

        var result = await set.ApplyAsync(Objects(server, "after", address: "None"));

        result
            .Failures.Select(it => (it.Object.Type.Kind, it.Reason))
            .ShouldBe([
                ("Deployment", ApplyReasons.ImmutableField),
                ("RoleBinding", ApplyReasons.ImmutableField),
                ("Service", ApplyReasons.ImmutableField),
            ]);
        result
            .Failures.Select(it => it.Text)
            .ShouldBe([
                $"Deployment {server.Namespace}/web: spec.selector cannot be changed once the Deployment exists; it stays as it is until somebody deletes it, then it is made anew.",
                $"RoleBinding {server.Namespace}/web: roleRef cannot be changed once the RoleBinding exists; it stays as it is until somebody deletes it, then it is made anew.",
                $"Service {server.Namespace}/web: spec.clusterIPs[0] cannot be changed once the Service exists; it stays as it is until somebody deletes it, then it is made anew.",
            ]);
        result.Updated.ShouldHaveSingleItem().Type.Kind.ShouldBe("ConfigMap");
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A11")]
    public async Task A_StatefulSet_whose_new_selector_misses_its_pods_is_left_alone(string name)
    {
        await using var server = await servers.OpenAsync(name);
        var set = new Set(server);
        await set.ApplyAsync(Database(server, "any", size: null));

        var result = await set.ApplyAsync(Database(server, "any", size: null, app: "renamed"));

        var failure = result.Failures.ShouldHaveSingleItem();
        failure.Reason.ShouldBe(ApplyReasons.ImmutableField);
        failure.Exception.ShouldBeOfType<ImmutableFieldException>().Fields.ShouldContain("spec.selector");
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A3")]
    public async Task Fields_that_others_own_stay_theirs_and_ours_come_back(string name)
    {
        await using var server = await servers.OpenAsync(name);
        var set = new Set(server);
        KubernetesObject[] wanted = Objects(server, "v1", address: null);
        await set.ApplyAsync(wanted);
        await server.ApplyAsync(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: NS, labels: {team: shop}, annotations: {note: theirs}}
            spec: {minReadySeconds: 7, replicas: 3}
            """,
            manager: "somebody"
        );
        await server.ApplyAsync(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: web, namespace: NS}
            data: {key: theirs, more: theirs}
            """,
            manager: "somebody"
        );

        (await set.ApplyAsync(wanted)).Failures.ShouldBeEmpty();

        var deployment = await server.Client.GetAsync<Deployment>(server.Key("web"), server.Token);
        deployment.Metadata.Labels!["team"].ShouldBe("shop");
        deployment.Metadata.Annotations!["note"].ShouldBe("theirs");
        deployment.Spec!.MinReadySeconds.ShouldBe(7);
        deployment.Spec.Replicas.ShouldBe(0);
        var config = await server.Client.GetAsync<ConfigMap>(server.Key("web"), server.Token);
        config.Data!["key"].ShouldBe("v1");
        config.Data["more"].ShouldBe("theirs");
    }

    /// <summary>The cache shows our own objects still, which others have deleted; one name is taken since, one is free.</summary>
    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A29")]
    public async Task What_took_a_name_before_the_cache_knows_stays_as_it_is_and_what_is_gone_is_made_anew(string name)
    {
        await using var server = await servers.OpenAsync(name);
        var set = new Set(server);
        (
            await set.ApplyAsync([.. Objects(server, "v1", address: null), Database(server, "any", size: null)])
        ).Failures.ShouldBeEmpty();
        var cache = await set.ReadAsync();
        await server.Client.DeleteAsync<ConfigMap>(server.Key("web"), new DeleteRequest(), server.Token);
        await server.Client.DeleteAsync<Service>(server.Key("web"), new DeleteRequest(), server.Token);
        await server.Client.DeleteAsync<StatefulSet>(server.Key("db"), new DeleteRequest(), server.Token);
        await server.ApplyAsync(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: NS}
            spec: {ports: [{port: 81, name: theirs, protocol: TCP}]}
            """,
            manager: "somebody"
        );
        var database = Database(server, "any", size: null);
        var theirs = database with
        {
            Metadata = new ObjectMeta { Namespace = server.Namespace, Name = "db" },
            Spec = database.Spec! with { ServiceName = "theirs" },
        };
        await server.Client.CreateAsync(theirs, new WriteOptions(), server.Token);

        var result = await set.ApplyAsync(
            cache,
            [.. Objects(server, "v1", address: "None"), Database(server, "any", size: null, image: "example.io/db:2")]
        );

        result
            .Failures.Select(it => (it.Object.Type.Kind, it.Reason))
            .ShouldBe([("Service", ApplyReasons.ForeignObject), ("StatefulSet", ApplyReasons.ForeignObject)]);
        var service = await server.Client.GetAsync<Service>(server.Key("web"), server.Token);
        service.Metadata.Labels.ShouldBeNull();
        service.Spec!.Ports!.ShouldHaveSingleItem().Name.ShouldBe("theirs");
        var left = await server.Client.GetAsync<StatefulSet>(server.Key("db"), server.Token);
        left.Metadata.Labels.ShouldBeNull();
        left.Spec!.ServiceName.ShouldBe("theirs");
        result = await set.ApplyAsync(cache, [.. Objects(server, "v2", address: "None")[..1]]);
        result.Failures.ShouldBeEmpty();
        result.Created.ShouldHaveSingleItem().Type.Kind.ShouldBe("ConfigMap");
        (await server.Client.GetAsync<ConfigMap>(server.Key("web"), server.Token)).Data!["key"].ShouldBe("v2");
    }

    private static string? SizeOf(PersistentVolumeClaim claim) => claim.Spec!.Resources!.Requests!["storage"];

    private static ObjectMeta Meta(LiveServer server, string name) =>
        new()
        {
            Namespace = server.Namespace,
            Name = name,
            Labels = new Dictionary<string, string> { ["set"] = Set.Id },
        };

    private static StatefulSet Database(
        LiveServer server,
        string storageClass,
        string? size,
        string image = "example.io/db:1",
        string app = "db"
    ) =>
        new()
        {
            Metadata = Meta(server, "db"),
            Spec = new StatefulSetSpec
            {
                Replicas = 2,
                ServiceName = "db",
                PodManagementPolicy = "Parallel",
                Selector = new LabelSelector { MatchLabels = App(app) },
                Template = Template(app, image) with
                {
                    Spec = Template(app, image).Spec! with
                    {
                        Volumes = size is null
                            ? [new Volume { Name = "data", EmptyDir = new EmptyDirVolumeSource() }]
                            : null,
                    },
                },
                VolumeClaimTemplates = size is null
                    ? null
                    :
                    [
                        new PersistentVolumeClaim
                        {
                            Metadata = new ObjectMeta { Name = "data" },
                            Spec = new PersistentVolumeClaimSpec
                            {
                                AccessModes = ["ReadWriteOnce"],
                                StorageClassName = storageClass,
                                Resources = new ResourceRequirements
                                {
                                    Requests = new Dictionary<string, string> { ["storage"] = size },
                                },
                            },
                        },
                    ],
            },
        };

    private static KubernetesObject[] Objects(LiveServer server, string value, string? address) =>
        [
            new ConfigMap
            {
                Metadata = Meta(server, "web"),
                Data = new Dictionary<string, string> { ["key"] = value },
            },
            new Service
            {
                Metadata = Meta(server, "web"),
                Spec = new ServiceSpec
                {
                    ClusterIP = address,
                    Ports = [new ServicePort { Port = 80, Protocol = "TCP" }],
                },
            },
            new RoleBinding
            {
                Metadata = Meta(server, "web"),
                RoleRef = new RoleRef
                {
                    ApiGroup = "rbac.authorization.k8s.io",
                    Kind = "Role",
                    Name = value,
                },
            },
            new Deployment
            {
                Metadata = Meta(server, "web"),
                Spec = new DeploymentSpec
                {
                    Replicas = 0,
                    Selector = new LabelSelector { MatchLabels = App(value) },
                    Template = Template(value, "example.io/web:1"),
                },
            },
        ];

    private static PodTemplateSpec Template(string app, string image) =>
        new()
        {
            Metadata = new ObjectMeta { Labels = App(app) },
            Spec = new PodSpec
            {
                TerminationGracePeriodSeconds = 0,
                AutomountServiceAccountToken = false,
                Containers = [new Container { Name = "main", Image = image }],
            },
        };

    private static Dictionary<string, string> App(string name) => new() { ["app"] = name };

    /// <summary>A set whose live objects are read afresh before each apply, as a cache that is up to date has them.</summary>
    private sealed class Set(LiveServer server)
    {
        public const string Id = "live";

        private readonly ApplySet _set = new(server.Client, "runtime-tests", TimeProvider.System, NullLogger.Instance);

        public async Task<ApplyResult> ApplyAsync(params KubernetesObject[] desired) =>
            await ApplyAsync(await ReadAsync(), desired);

        public Task<ApplyResult> ApplyAsync(OwnedObjects cache, KubernetesObject[] desired) =>
            _set.ApplyAsync(Id, desired, cache.Of(Id), server.Token);

        public async Task<OwnedObjects> ReadAsync()
        {
            var all = new OwnedObjects(metadata => metadata.Labels?.GetValueOrDefault("set") is { } set ? [set] : []);
            await AddAsync<ConfigMap>(all);
            await AddAsync<Service>(all);
            await AddAsync<RoleBinding>(all);
            await AddAsync<Deployment>(all);
            await AddAsync<StatefulSet>(all);
            return all;
        }

        private async Task AddAsync<T>(OwnedObjects all)
            where T : KubernetesObject<T>, IKubernetesObject<T>
        {
            var store = new Runtime.Caching.Store<T>();
            all.Add(store);
            var request = new ListRequest { Namespace = server.Namespace, LabelSelector = $"set={Id}" };
            var list = await server.Client.ListAsync<T>(request, server.Token);
            store.Replace(list.Items, initial: true);
        }
    }
}
