using System.Net;
using System.Net.Sockets;
using System.Text;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using LocalCluster.Node.Network;
using LocalCluster.Node.Pods;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalCluster.Tests.Node;

public sealed class NetworkTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly Store<Service> services = new();
    private readonly Store<Endpoints> endpoints = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void Hosts_files_have_every_form_of_a_services_name()
    {
        services.Set(Service("web", "127.0.9.1"));
        services.Set(Service("db", "None"));
        endpoints.Set(
            new Endpoints
            {
                Metadata = Meta("db"),
                Subsets =
                [
                    new()
                    {
                        Addresses = [new() { Ip = "127.97.0.5", Hostname = "db-0" }, new() { Ip = "127.97.0.6" }],
                        NotReadyAddresses = [new() { Ip = "127.97.0.7", Hostname = "db-2" }],
                    },
                ],
            }
        );
        var text = File.ReadAllText(
            New().Ensure(Pod("shop"), new PodPlacement("127.97.0.9", "127.0.0.1"), temporary.Path).HostsPath
        );
        text.ShouldBe(
            """
            127.97.0.9 localhost
            127.97.0.9 p
            127.97.0.5 db db.shop db.shop.svc db.shop.svc.cluster.local
            127.97.0.5 db-0.db db-0.db.shop db-0.db.shop.svc db-0.db.shop.svc.cluster.local
            127.97.0.6 db db.shop db.shop.svc db.shop.svc.cluster.local
            127.0.9.1 web web.shop web.shop.svc web.shop.svc.cluster.local

            """
        );
    }

    [Fact]
    public void Hosts_files_change_in_place_and_the_bare_name_is_for_the_own_namespace_only()
    {
        var hosts = New();
        var files = hosts.Ensure(Pod("other"), new PodPlacement("127.97.0.9", "127.0.0.1"), temporary.Path);
        using var mounted = new FileStream(files.HostsPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        services.Set(Service("web", "127.0.9.1"));
        hosts.Refresh();

        // Through the descriptor that was open before: it is still the same file.
        using var reader = new StreamReader(mounted);
        var text = reader.ReadToEnd();
        text.ShouldContain("127.0.9.1 web.shop web.shop.svc web.shop.svc.cluster.local\n");
        services.Remove(new ObjectKey("shop", "web"));
        hosts.Refresh();
        File.ReadAllText(files.HostsPath).ShouldBe("127.97.0.9 localhost\n127.97.0.9 p\n");
        File.ReadAllText(files.ResolverPath).ShouldStartWith("nameserver 127.97.0.9\n");
    }

    [Fact]
    public void A_cluster_ip_of_another_machine_is_replaced_by_one_that_can_be_listened_on()
    {
        var directory = Directory();
        directory.Address(Service("a", "127.0.9.1")).ShouldBe("127.0.9.1");
        // TEST-NET-1: of no machine.
        directory.Address(Service("b", "192.0.2.1")).ShouldBe("127.98.0.1");
        directory.Address(Service("b", "192.0.2.1")).ShouldBe("127.98.0.1");
        directory.Address(Service("c", "None")).ShouldBeNull();
    }

    [Fact]
    public async Task Connections_go_to_ready_targets_in_turn_and_pass_over_dead_ones()
    {
        using var one = Echo("1");
        using var two = Echo("2");
        var dead = new IPEndPoint(IPAddress.Loopback, FreePort());
        List<IPEndPoint> targets = [(IPEndPoint)one.LocalEndpoint, dead, (IPEndPoint)two.LocalEndpoint];
        var address = new IPEndPoint(IPAddress.Loopback, FreePort());
        await using (new ProxyListener(address, () => targets))
        {
            var answers = new List<string>();
            for (var i = 0; i < 6; i++)
            {
                answers.Add(await AskAsync(address));
            }

            answers.Distinct().Order().ShouldBe(["1:hi", "2:hi"]);
            targets.Clear();
            (await RefusesAsync(address)).ShouldBeTrue();
        }

        (await RefusesAsync(address)).ShouldBeTrue();
    }

    [Fact, Trait("Guarantee", "S16")]
    public async Task A_service_whose_programs_are_gone_refuses_connections()
    {
        const string Ip = "127.0.9.77";
        var port = FreePort();
        var target = Echo("1");
        services.Set(
            Service("web", Ip) with
            {
                Spec = new ServiceSpec { ClusterIP = Ip, Ports = [new() { Port = port }] },
            }
        );
        endpoints.Set(
            new Endpoints
            {
                Metadata = Meta("web"),
                Subsets =
                [
                    new()
                    {
                        Addresses = [new() { Ip = "127.0.0.1" }],
                        Ports = [new() { Port = ((IPEndPoint)target.LocalEndpoint).Port }],
                    },
                ],
            }
        );
        await using var proxy = new ServiceProxy(
            services,
            endpoints,
            Directory(),
            null!,
            NullLogger<ServiceProxy>.Instance
        );
        var address = new IPEndPoint(IPAddress.Parse(Ip), port);
        proxy.Refresh();
        (await AskAsync(address)).ShouldBe("1:hi");

        // The endpoint is still ready, but its program is gone: a mere connect fails, as a TCP probe does.
        target.Dispose();
        proxy.Refresh();
        using var client = new TcpClient();
        (
            await Should.ThrowAsync<SocketException>(() =>
                client.ConnectAsync(address, TestContext.Current.CancellationToken).AsTask()
            )
        ).SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
    }

    [Fact]
    public void Listening_sockets_are_read_off_the_systems_tables()
    {
        const string Head = "  sl  local_address rem_address   st tx_queue rx_queue";
        var table = ListeningSockets.Read(
            [
                Head,
                "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000",
                "   1: 0500617F:0050 0100007F:D431 01 00000000:00000000",
                "   2: 00000000:0016 00000000:0000 0A 00000000:00000000",
            ],
            [Head, "   0: 0000000000000000FFFF00000900617F:2382 00000000000000000000000000000000:0000 0A 0"]
        );
        table.Has(IPEndPoint.Parse("127.0.0.1:8080")).ShouldBeTrue();
        table.Has(IPEndPoint.Parse("127.97.0.5:80")).ShouldBeFalse("a connection is no listener");
        table.Has(IPEndPoint.Parse("127.97.0.5:22")).ShouldBeTrue("listened on at all addresses");
        table.Has(IPEndPoint.Parse("127.97.0.9:9090")).ShouldBeTrue("listened on by an IPv6 socket");
        table.Has(IPEndPoint.Parse("127.97.0.8:9090")).ShouldBeFalse();
        table.Has(IPEndPoint.Parse("192.0.2.1:80")).ShouldBeTrue("of another machine");
    }

    private static async Task<bool> RefusesAsync(IPEndPoint address)
    {
        try
        {
            await AskAsync(address);
            return false;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return true;
        }
    }

    private static async Task<string> AskAsync(IPEndPoint address)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync("hi"u8.ToArray(), TestContext.Current.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        return answer.Length > 0 ? answer : throw new IOException("closed without an answer");
    }

    private static TcpListener Echo(string name)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream);
                var text = await reader.ReadToEndAsync();
                await stream.WriteAsync(Encoding.UTF8.GetBytes($"{name}:{text}"));
            }
        });
        return listener;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private ServiceDirectory Directory() =>
        new(services, endpoints, new PodAddresses("127.98.0.0/16", "ServiceCidr"), "cluster.local");

    private HostsFiles New() => new(Directory(), useHostNameServers: false);

    private static Pod Pod(string ns) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Namespace = ns,
                Name = "p",
                Uid = "u",
            },
        };

    private static ObjectMeta Meta(string name) => new() { Namespace = "shop", Name = name };

    private static Service Service(string name, string ip) =>
        new()
        {
            Metadata = Meta(name),
            Spec = new ServiceSpec { ClusterIP = ip },
        };
}
