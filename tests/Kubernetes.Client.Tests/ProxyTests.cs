using System.Net;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

public sealed class ProxyTests
{
    private const string Map = """{"metadata":{"name":"a","namespace":"n"}}""";
    private const string Event = """{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"6"}}}""" + "\n";
    private static readonly ObjectKey Key = new("n", "a");

    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "")]
    [InlineData("me:p@ss", "me:p%40ss@")]
    [Trait("Guarantee", "K9")]
    public async Task Goes_through_an_http_proxy(string? credentials, string userInfo)
    {
        await using var server = await StartAsync();
        await using var proxy = new ConnectProxy(credentials);
        proxy.Start();

        await AssertReachesAsync(server, $"http://{userInfo}127.0.0.1:{proxy.Port}");

        proxy.Targets.ShouldBe([$"api.example.org:{server.Port}", $"api.example.org:{server.Port}"]);
    }

    [Fact]
    [Trait("Guarantee", "K9")]
    public async Task Goes_through_a_proxy_that_speaks_tls()
    {
        await using var server = await StartAsync();
        using var certificate = server.Pki.Issue("proxy", addresses: [IPAddress.Loopback]);
        await using var proxy = new ConnectProxy(certificate: certificate);
        proxy.Start();

        await AssertReachesAsync(server, $"https://127.0.0.1:{proxy.Port}");

        proxy.Targets.ShouldBe([$"api.example.org:{server.Port}", $"api.example.org:{server.Port}"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Guarantee", "K9")]
    public async Task Checks_the_certificate_of_a_proxy_too(bool otherAuthority)
    {
        await using var server = await StartAsync();
        using var other = new TestPki();
        using var certificate = otherAuthority
            ? other.Issue("proxy", addresses: [IPAddress.Loopback])
            : server.Pki.Issue("proxy", hosts: ["proxy.example.org"]);
        await using var proxy = new ConnectProxy(certificate: certificate);
        proxy.Start();
        using var client = Client(server, $"https://127.0.0.1:{proxy.Port}");

        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));

        e.Kind.ShouldBe(KubernetesErrorKind.Transport);
        proxy.Targets.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Guarantee", "K9")]
    public async Task Goes_through_a_socks_proxy_which_resolves_the_name(bool withPassword)
    {
        await using var server = await StartAsync();
        await using var proxy = new SocksProxy(withPassword ? ("me", "p@ss") : null);
        proxy.Start();

        await AssertReachesAsync(server, $"socks5://{(withPassword ? "me:p%40ss@" : "")}127.0.0.1:{proxy.Port}");

        proxy.Targets.ShouldBe([$"api.example.org:{server.Port}", $"api.example.org:{server.Port}"]);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    [Trait("Guarantee", "K9")]
    public async Task A_proxy_that_refuses_is_a_transport_error_without_the_password(string scheme)
    {
        await using var server = await StartAsync();
        await using RelayServer proxy =
            scheme == "http" ? new ConnectProxy("me:right") : new SocksProxy(("me", "right"));
        proxy.Start();
        using var client = Client(server, $"{scheme}://me:wr0ng@127.0.0.1:{proxy.Port}");

        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));

        e.Kind.ShouldBe(KubernetesErrorKind.Transport);
        e.ToString().ShouldNotContain("wr0ng");
        proxy.Targets.ShouldBeEmpty();
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("https://api.example.org:6443", "", "http://p:3128/")]
    [InlineData("http://api.example.org:8080", "", "http://other/")]
    [InlineData("https://127.0.0.1:6443", "", null)]
    [InlineData("https://[::1]:6443", "", null)]
    [InlineData("https://localhost:6443", "", null)]
    [InlineData("https://api.example.org", "*", null)]
    [InlineData("https://api.example.org", "other.org, example.org", null)]
    [InlineData("https://api.example.org", "EXAMPLE.org", null)]
    [InlineData("https://example.org", "example.org", null)]
    [InlineData("https://api.example.org", ".example.org", null)]
    [InlineData("https://api.example.org", "*.example.org", null)]
    [InlineData("https://example.org", ".example.org", "http://p:3128/")]
    [InlineData("https://notexample.org", "example.org", "http://p:3128/")]
    [InlineData("https://api.example.org:6443", "example.org:6443", null)]
    [InlineData("https://api.example.org:6443", "example.org:443", "http://p:3128/")]
    [InlineData("https://api.example.org", "example.org:443", null)]
    [InlineData("https://10.96.0.1:443", "10.96.0.0/12", null)]
    [InlineData("https://10.96.0.1:443", "10.96.7.7/12", null)]
    [InlineData("https://10.112.0.1:443", "10.96.0.0/12", "http://p:3128/")]
    [InlineData("https://10.96.0.1:443", "10.96.0.1", null)]
    [InlineData("https://10.96.0.1:443", "10.96.0.1:443", null)]
    [InlineData("https://10.96.0.1:443", "10.96.0.1:6443", "http://p:3128/")]
    [InlineData("https://10.96.0.11:443", "0.11", "http://p:3128/")]
    [InlineData("https://[fd00::1]:443", "fd00::/8", null)]
    [InlineData("https://[fd00::1]:443", "fd00::1", null)]
    [InlineData("https://[fd00::1]:443", "[fd00::1]:443", null)]
    [InlineData("https://[fe00::1]:443", "fd00::/8,10.0.0.0/8,nonsense/9,1.2.3.4/99", "http://p:3128/")]
    [Trait("Guarantee", "K10")]
    public void The_environment_names_a_proxy_and_exceptions(string server, string exceptions, string? expected)
    {
        var variables = new Dictionary<string, string>
        {
            ["HTTPS_PROXY"] = "http://p:3128",
            ["http_proxy"] = "other",
            ["no_proxy"] = exceptions,
        };
        ProxyEnvironment
            .Find(new Uri(server), name => variables.GetValueOrDefault(name))
            ?.ToString()
            .ShouldBe(expected);
        (ProxyEnvironment.Find(new Uri(server), name => variables.GetValueOrDefault(name)) is null).ShouldBe(
            expected is null
        );
    }

    [Fact]
    [Trait("Guarantee", "K10")]
    public void A_variable_that_is_no_proxy_is_named_and_not_shown() =>
        Should
            .Throw<KubernetesConfigurationException>(() =>
                ProxyEnvironment.Find(
                    new Uri("https://host"),
                    name => name == "HTTPS_PROXY" ? "ftp://me:secret@p" : null
                )
            )
            .Message.ShouldBe(
                "HTTPS_PROXY is no proxy: expected an address such as http://host:3128, https://host:3128 or socks5://host:1080"
            );

    private static Task<TestApiServer> StartAsync() =>
        TestApiServer.StartAsync(
            (context, seen) => TestApiServer.AnswerAsync(context, 200, seen.Query.Contains("watch=true") ? Event : Map),
            pki => pki.Issue("server", hosts: ["api.example.org"])
        );

    private static KubernetesClient Client(TestApiServer server, string proxy) =>
        new(
            server.Configuration with
            {
                // A name that only the proxy can resolve.
                Server = new Uri($"https://api.example.org:{server.Port}"),
                ProxyUrl = new Uri(proxy),
            }
        );

    private async Task AssertReachesAsync(TestApiServer server, string proxy)
    {
        using var client = Client(server, proxy);
        (await client.GetAsync<ConfigMap>(Key, token)).Metadata.Name.ShouldBe("a");
        var request = new WatchRequest { Namespace = "n", ResourceVersion = "5" };
        await foreach (var change in client.WatchAsync<ConfigMap>(request, token))
        {
            change.ResourceVersion.ShouldBe("6");
        }
        // Through the tunnel all is as without: TLS with the server itself, and HTTP/2.
        server.Requests.ShouldAllBe(seen => seen.Protocol == "HTTP/2");
    }
}
