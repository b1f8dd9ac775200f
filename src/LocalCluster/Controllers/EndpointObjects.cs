using System.Globalization;
using Kubernetes.Models;
using Endpoint = Kubernetes.Models.Endpoint;

namespace LocalCluster.Controllers;

/// <summary>Writes what stands behind a Service as Endpoints and as EndpointSlices.</summary>
internal static class EndpointObjects
{
    public const string ManagedByLabel = "endpointslice.kubernetes.io/managed-by";
    public const string SliceManager = "endpointslice-controller.k8s.io";
    public const string MirrorManager = "endpointslicemirroring-controller.k8s.io";
    public const string ServiceLabel = "kubernetes.io/service-name";

    /// <summary>Tells Endpoints that this controller made from those of users.</summary>
    public const string EndpointsManagedByLabel = "endpoints.kubernetes.io/managed-by";
    public const string EndpointsManager = "endpoint-controller";

    private const string HeadlessLabel = "service.kubernetes.io/headless";
    private const int EndpointsInSlice = 100;

    public static Endpoints ToEndpoints(Service service, IReadOnlyList<EndpointGroup> groups) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = service.Metadata.Name,
                Namespace = service.Metadata.Namespace,
                Labels = Labels(service, (EndpointsManagedByLabel, EndpointsManager)),
            },
            Subsets =
            [
                .. groups
                    .Select(g => (g.Ports, Endpoints: g.Endpoints.Where(e => !e.IsTerminating || e.IsReady).ToList()))
                    .Where(g => g.Endpoints.Count > 0 && (g.Ports.Count > 0 || service.Spec?.ClusterIP == "None"))
                    .Select(g => new EndpointSubset
                    {
                        Addresses = Addresses(g.Endpoints.Where(e => e.IsReady)),
                        NotReadyAddresses = Addresses(g.Endpoints.Where(e => !e.IsReady)),
                        Ports = g.Ports.Count == 0 ? null : g.Ports,
                    }),
            ],
        };

    public static IReadOnlyList<EndpointSlice> ToSlices(Service service, IReadOnlyList<EndpointGroup> groups) =>
        [
            .. groups.SelectMany(g =>
                g.Endpoints.Chunk(EndpointsInSlice)
                    .Select(
                        (chunk, index) =>
                            Slice(
                                service,
                                SliceManager,
                                g.Ports,
                                index,
                                [
                                    .. chunk.Select(e => new Endpoint
                                    {
                                        Addresses = [e.Address],
                                        Hostname = e.Hostname,
                                        NodeName = e.NodeName,
                                        TargetRef = e.Target,
                                        Conditions = new EndpointConditions
                                        {
                                            Ready = e.IsReady,
                                            Serving = e.IsServing,
                                            Terminating = e.IsTerminating,
                                        },
                                    }),
                                ]
                            )
                    )
            ),
        ];

    /// <summary>Slices for Endpoints that a user has written.</summary>
    public static IReadOnlyList<EndpointSlice> Mirror(Service service, Endpoints endpoints) =>
        [
            .. (endpoints.Subsets ?? []).Select(
                (subset, index) =>
                    Slice(
                        service,
                        MirrorManager,
                        subset.Ports ?? [],
                        index,
                        [
                            .. (subset.Addresses ?? []).Select(a => Mirrored(a, isReady: true)),
                            .. (subset.NotReadyAddresses ?? []).Select(a => Mirrored(a, isReady: false)),
                        ]
                    )
            ),
        ];

    private static Endpoint Mirrored(EndpointAddress address, bool isReady) =>
        new()
        {
            Addresses = [address.Ip],
            Hostname = address.Hostname,
            NodeName = address.NodeName,
            TargetRef = address.TargetRef,
            Conditions = new EndpointConditions { Ready = isReady },
        };

    private static EndpointSlice Slice(
        Service service,
        string manager,
        IReadOnlyList<EndpointPort> ports,
        int index,
        IReadOnlyList<Endpoint> endpoints
    )
    {
        var key = string.Join(',', ports.Select(p => $"{p.Name}/{p.Protocol}/{p.Port}"));
        var hash = Hashes.Of(
            string.Create(CultureInfo.InvariantCulture, $"{service.Metadata.Uid}|{manager}|{key}|{index}")
        );
        return new EndpointSlice
        {
            Metadata = new ObjectMeta
            {
                Name = $"{service.Metadata.Name}-{hash[..5]}",
                Namespace = service.Metadata.Namespace,
                Labels = Labels(service, (ServiceLabel, service.Metadata.Name!), (ManagedByLabel, manager)),
                OwnerReferences = [service.AsController()],
            },
            AddressType = "IPv4",
            Endpoints = endpoints,
            Ports = ports,
        };
    }

    private static Dictionary<string, string> Labels(Service service, params (string Key, string Value)[] own)
    {
        var labels = new Dictionary<string, string>(service.Metadata.Labels ?? new Dictionary<string, string>());
        foreach (var (key, value) in own)
        {
            labels[key] = value;
        }

        if (service.Spec?.ClusterIP == "None")
        {
            labels[HeadlessLabel] = "";
        }

        return labels;
    }

    private static List<EndpointAddress>? Addresses(IEnumerable<ServiceEndpoint> endpoints)
    {
        var list = endpoints
            .Select(e => new EndpointAddress
            {
                Ip = e.Address,
                Hostname = e.Hostname,
                NodeName = e.NodeName,
                TargetRef = e.Target,
            })
            .ToList();
        return list.Count == 0 ? null : list;
    }
}
