using System.Net;
using Binnacle.Quickstart.Clusters;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Tests;

public sealed class GivenClusterTests
{
    [Fact]
    public void Takes_the_first_internal_address_of_a_node() =>
        GivenCluster
            .InternalAddress([Node(("Hostname", "a")), Node(("Hostname", "b"), ("InternalIP", "10.0.0.7"))])
            .ShouldBe(IPAddress.Parse("10.0.0.7"));

    [Fact]
    public void Says_what_to_give_when_no_node_has_one() =>
        Should
            .Throw<QuickstartException>(() => GivenCluster.InternalAddress([Node(("ExternalIP", "10.0.0.7"))]))
            .Message.ShouldContain("--host-address");

    private static Node Node(params (string Type, string Address)[] addresses) =>
        new()
        {
            Status = new NodeStatus
            {
                Addresses = [.. addresses.Select(a => new NodeAddress { Type = a.Type, Address = a.Address })],
            },
        };
}
