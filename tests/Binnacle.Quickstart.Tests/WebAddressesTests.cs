using Binnacle.Api;
using Binnacle.Quickstart.Views;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Tests;

public sealed class WebAddressesTests
{
    private readonly MonitoringStack stack = new()
    {
        Metadata = new ObjectMeta { Name = "main", Namespace = "team" },
        Status = new MonitoringStackStatus
        {
            Endpoints = new StackEndpoints
            {
                Prometheus = "http://main-prometheus.team.svc:9090",
                Alertmanager = "http://main-alertmanager.team.svc:9093",
            },
        },
    };

    [Fact]
    public void Where_pods_are_processes_of_this_machine_their_addresses_are_told() =>
        WebAddresses
            .Of(stack, [Pod("main-prometheus-0", "127.97.0.5", 9090), Pod("other", "127.97.0.6", 80)], reachable: true)
            .ShouldBe(["Prometheus        http://127.97.0.5:9090"]);

    [Fact]
    public void Elsewhere_the_command_is_told_that_makes_them_reachable() =>
        WebAddresses
            .Of(stack, [], reachable: false)
            .ShouldBe([
                "Prometheus        kubectl -n team port-forward svc/main-prometheus 9090   then http://127.0.0.1:9090",
                "Alertmanager      kubectl -n team port-forward svc/main-alertmanager 9093   then http://127.0.0.1:9093",
            ]);

    [Fact]
    public void Without_a_status_there_is_nothing_to_tell() =>
        WebAddresses.Of(stack with { Status = null }, [], reachable: true).ShouldBeEmpty();

    private static Pod Pod(string name, string address, int port) =>
        new()
        {
            Metadata = new ObjectMeta { Name = name, Namespace = "team" },
            Spec = new PodSpec { Containers = [new Container { Ports = [new ContainerPort { Port = port }] }] },
            Status = new PodStatus { PodIP = address },
        };
}
