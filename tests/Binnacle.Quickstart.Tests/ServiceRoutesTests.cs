using System.Net;
using Binnacle.Quickstart.Install;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Tests;

public sealed class ServiceRoutesTests
{
    private readonly IPEndPoint target = new(IPAddress.Parse("192.168.1.10"), 43210);

    [Theory]
    [InlineData("ports: [{port: 80}]", true)]
    [InlineData("selector: {}\n  ports: [{port: 80}]", true)]
    [InlineData("selector: {app: web}\n  ports: [{port: 80}]", false)]
    public void A_service_without_a_selector_needs_a_route(string spec, bool needs) =>
        ServiceRoutes.Needs(Service(spec)).ShouldBe(needs);

    [Fact]
    public void Other_kinds_need_none() =>
        ServiceRoutes
            .Needs(Manifests.Parse("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nspec: {}").Single())
            .ShouldBeFalse();

    [Fact]
    public void Endpoints_lead_each_named_port_to_the_process()
    {
        var endpoints = ServiceRoutes.Endpoints(Service("ports: [{name: http, port: 80}]"), target);

        endpoints.Key.ShouldBe(new ObjectKey("team", "web"));
        var subset = endpoints.Subsets.ShouldHaveSingleItem();
        subset.Addresses.ShouldHaveSingleItem().Ip.ShouldBe("192.168.1.10");
        var port = subset.Ports.ShouldHaveSingleItem();
        (port.Name, port.Port).ShouldBe(("http", 43210));
    }

    [Fact]
    public void A_slice_names_its_service_and_does_not_pretend_to_be_the_controllers()
    {
        var slice = ServiceRoutes.Slice(Service("ports: [{name: http, port: 80}]"), target);

        slice.AddressType.ShouldBe("IPv4");
        slice.Metadata.Labels!["kubernetes.io/service-name"].ShouldBe("web");
        slice.Metadata.Labels["endpointslice.kubernetes.io/managed-by"].ShouldBe("binnacle-quickstart");
        slice.Endpoints.ShouldHaveSingleItem().Addresses.ShouldBe(["192.168.1.10"]);
        slice.Ports.ShouldHaveSingleItem().Port.ShouldBe(43210);
    }

    [Theory]
    [InlineData("ports: []")]
    [InlineData("type: ClusterIP")]
    public void A_service_without_ports_is_named(string spec) =>
        Should
            .Throw<QuickstartException>(() => ServiceRoutes.Endpoints(Service(spec), target))
            .Message.ShouldContain("team/web: spec.ports");

    private static DynamicObject Service(string spec) =>
        Manifests
            .Parse($"apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: team}}\nspec:\n  {spec}\n")
            .Single();
}
