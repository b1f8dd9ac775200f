using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Install;

/// <summary>What makes a Service without a selector lead to a process of this machine.</summary>
internal static class ServiceRoutes
{
    /// <summary>Whether somebody has to write the endpoints of this object.</summary>
    public static bool Needs(DynamicObject value) =>
        value is { ApiVersion: "v1", Kind: "Service" } && !Has(value["spec"], "selector");

    /// <summary>Endpoints that lead all ports of a Service to one address.</summary>
    /// <exception cref="QuickstartException">The Service has no ports.</exception>
    public static Endpoints Endpoints(DynamicObject service, IPEndPoint target) =>
        new()
        {
            Metadata = new ObjectMeta { Name = service.Metadata.Name, Namespace = service.Metadata.Namespace },
            Subsets =
            [
                new EndpointSubset
                {
                    Addresses = [new EndpointAddress { Ip = target.Address.ToString() }],
                    Ports = Ports(service, target),
                },
            ],
        };

    /// <summary>The same as an EndpointSlice, for clusters in which nobody makes slices out of Endpoints.</summary>
    /// <exception cref="QuickstartException">The Service has no ports.</exception>
    public static EndpointSlice Slice(DynamicObject service, IPEndPoint target) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = $"{service.Metadata.Name}-quickstart",
                Namespace = service.Metadata.Namespace,
                Labels = new Dictionary<string, string>
                {
                    ["kubernetes.io/service-name"] = service.Metadata.Name ?? "",
                    ["endpointslice.kubernetes.io/managed-by"] = AppliedObjects.FieldManager,
                },
            },
            AddressType = target.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4",
            Endpoints =
            [
                new Kubernetes.Models.Endpoint
                {
                    Addresses = [target.Address.ToString()],
                    Conditions = new EndpointConditions { Ready = true },
                },
            ],
            Ports = Ports(service, target),
        };

    private static List<EndpointPort> Ports(DynamicObject service, IPEndPoint target)
    {
        if (
            service["spec"] is not { ValueKind: JsonValueKind.Object } spec
            || !spec.TryGetProperty("ports", out var ports)
            || ports.ValueKind != JsonValueKind.Array
            || ports.GetArrayLength() == 0
        )
        {
            throw new QuickstartException($"Service {service.Key}: spec.ports is empty; it needs one port at least.");
        }

        // The name is what ties a port of the endpoints to one of the Service.
        return
        [
            .. ports
                .EnumerateArray()
                .Select(port => new EndpointPort
                {
                    Name = port.TryGetProperty("name", out var name) ? name.GetString() : null,
                    Protocol = "TCP",
                    Port = target.Port,
                }),
        ];
    }

    private static bool Has(JsonElement? spec, string field) =>
        spec is { ValueKind: JsonValueKind.Object } found
        && found.TryGetProperty(field, out var value)
        && value.ValueKind == JsonValueKind.Object
        && value.EnumerateObject().Any();
}
