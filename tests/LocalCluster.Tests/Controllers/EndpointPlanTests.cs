using Kubernetes.Models;
using LocalCluster.Controllers;

namespace LocalCluster.Tests.Controllers;

public sealed class EndpointPlanTests
{
    private static readonly Service Service = new()
    {
        Metadata = new ObjectMeta
        {
            Name = "web",
            Namespace = "n",
            Uid = "s",
        },
        Spec = new ServiceSpec
        {
            Selector = new Dictionary<string, string> { ["app"] = "web" },
            Ports =
            [
                new ServicePort
                {
                    Name = "http",
                    Port = 80,
                    TargetPort = "web",
                },
            ],
        },
    };

    [Fact]
    public void Ready_pods_are_addresses_others_are_not_ready_and_strangers_are_left_out()
    {
        var endpoints = EndpointObjects.ToEndpoints(
            Service,
            EndpointPlan.Build(
                Service,
                [
                    Pod("b", "127.97.0.2", ready: true),
                    Pod("a", "127.97.0.1", ready: true),
                    Pod("c", "127.97.0.3", ready: false),
                    Pod("without-address", null, ready: false),
                    Pod("over", "127.97.0.5", ready: false, phase: "Failed"),
                    Pod("stranger", "127.97.0.6", ready: true, app: "other"),
                    Pod("elsewhere", "127.97.0.7", ready: true, ns: "m"),
                ]
            )
        );
        var subset = endpoints.Subsets!.ShouldHaveSingleItem();
        subset.Addresses!.Select(a => a.Ip).ShouldBe(["127.97.0.1", "127.97.0.2"]);
        subset.NotReadyAddresses!.Select(a => a.Ip).ShouldBe(["127.97.0.3"]);
        subset.Ports!.ShouldHaveSingleItem().Port.ShouldBe(8080);
        subset.Addresses![0].TargetRef!.Name.ShouldBe("a");
    }

    [Fact]
    public void A_named_port_may_be_another_number_in_each_pod()
    {
        var plan = EndpointPlan.Build(
            Service,
            [Pod("a", "127.97.0.1", ready: true), Pod("b", "127.97.0.2", ready: true, port: 9090)]
        );
        EndpointObjects.ToSlices(Service, plan).Select(s => s.Ports![0].Port).ShouldBe([8080, 9090], ignoreOrder: true);
        EndpointObjects.ToSlices(Service, plan).Select(s => s.Metadata.Name).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void Publishing_not_ready_addresses_makes_all_ready()
    {
        var service = Service with
        {
            Spec = Service.Spec! with { PublishNotReadyAddresses = true, ClusterIP = "None" },
        };
        var plan = EndpointPlan.Build(service, [Pod("a", "127.97.0.1", ready: false)]);
        EndpointObjects.ToEndpoints(service, plan).Subsets![0].Addresses![0].Ip.ShouldBe("127.97.0.1");
        EndpointObjects.ToSlices(service, plan)[0].Endpoints![0].Conditions!.Ready.ShouldBe(true);
        EndpointObjects
            .ToSlices(service, plan)[0]
            .Metadata.Labels!.Keys.ShouldContain("service.kubernetes.io/headless");
    }

    [Fact]
    public void A_pod_on_its_way_out_leaves_endpoints_and_is_terminating_in_slices()
    {
        var pod = Pod("a", "127.97.0.1", ready: true);
        pod = pod with { Metadata = pod.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } };
        var plan = EndpointPlan.Build(Service, [pod]);
        EndpointObjects.ToEndpoints(Service, plan).Subsets.ShouldBeEmpty();
        var conditions = EndpointObjects.ToSlices(Service, plan)[0].Endpoints![0].Conditions!;
        (conditions.Ready, conditions.Serving, conditions.Terminating).ShouldBe((false, true, true));
    }

    [Fact]
    public void Slices_hold_a_hundred_endpoints_at_most()
    {
        var pods = Enumerable.Range(1, 201).Select(i => Pod($"p{i}", $"127.97.1.{i}", ready: true));
        var slices = EndpointObjects.ToSlices(Service, EndpointPlan.Build(Service, pods));
        slices.Select(s => s.Endpoints!.Count).ShouldBe([100, 100, 1]);
        slices.Select(s => s.Metadata.Name).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void Endpoints_of_a_user_are_mirrored()
    {
        var endpoints = new Endpoints
        {
            Subsets =
            [
                new()
                {
                    Addresses = [new() { Ip = "10.0.0.1" }],
                    NotReadyAddresses = [new() { Ip = "10.0.0.2" }],
                    Ports = [new() { Name = "http", Port = 80 }],
                },
            ],
        };
        var slice = EndpointObjects.Mirror(Service, endpoints).ShouldHaveSingleItem();
        slice
            .Endpoints!.Select(e => (e.Addresses![0], e.Conditions!.Ready))
            .ShouldBe([("10.0.0.1", true), ("10.0.0.2", false)]);
        slice.Metadata.Labels![EndpointObjects.ManagedByLabel].ShouldBe(EndpointObjects.MirrorManager);
    }

    private static Pod Pod(
        string name,
        string? ip,
        bool ready,
        string phase = "Running",
        string app = "web",
        string ns = "n",
        int port = 8080
    ) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = name,
                Namespace = ns,
                Labels = new Dictionary<string, string> { ["app"] = app },
            },
            Spec = new PodSpec
            {
                Containers = [new() { Name = "c", Ports = [new ContainerPort { Name = "web", Port = port }] }],
            },
            Status = new PodStatus
            {
                Phase = phase,
                PodIP = ip,
                Conditions = [new() { Type = "Ready", Status = ready ? "True" : "False" }],
            },
        };
}
