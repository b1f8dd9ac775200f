using System.Net;
using Binnacle.Testing;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

/// <summary>Which connections there are, how they are set, and who they say we are.</summary>
public sealed class ConnectionTests
{
    private const string Map = """{"metadata":{"name":"a","namespace":"n"}}""";
    private static readonly ObjectKey Key = new("n", "a");

    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Guarantee", "C1")]
    public void Connections_are_kept_alive_renewed_and_limited()
    {
        using var handler = Handlers.Create(Somewhere, new TlsMaterial(null, null), ConnectionUse.Request);

        handler.EnableMultipleHttp2Connections.ShouldBeTrue();
        handler.PooledConnectionLifetime.ShouldBeInRange(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15));
        handler.PooledConnectionIdleTimeout.ShouldBe(TimeSpan.FromMinutes(2));
        handler.ConnectTimeout.ShouldBe(TimeSpan.FromSeconds(15));
        handler.KeepAlivePingDelay.ShouldBe(TimeSpan.FromSeconds(30));
        handler.KeepAlivePingTimeout.ShouldBe(TimeSpan.FromSeconds(15));
        handler.KeepAlivePingPolicy.ShouldBe(HttpKeepAlivePingPolicy.Always);
        handler.AutomaticDecompression.ShouldBe(DecompressionMethods.GZip);
        handler.AllowAutoRedirect.ShouldBeFalse();
        handler.UseCookies.ShouldBeFalse();
        handler.UseProxy.ShouldBeFalse();
    }

    [Theory]
    [InlineData(false, false, DecompressionMethods.GZip)]
    [InlineData(true, false, DecompressionMethods.None)]
    [InlineData(false, true, DecompressionMethods.None)]
    [Trait("Guarantee", "C1")]
    public void Answers_are_compressed_unless_they_are_a_stream_or_it_is_not_wanted(
        bool watch,
        bool disabled,
        DecompressionMethods expected
    )
    {
        var use = watch ? ConnectionUse.Watch : ConnectionUse.Request;
        var configuration = Somewhere with { DisableCompression = disabled };
        using var handler = Handlers.Create(configuration, new TlsMaterial(null, null), use);
        handler.AutomaticDecompression.ShouldBe(expected);
    }

    [Fact]
    [Trait("Guarantee", "C1")]
    public async Task Watches_and_requests_have_connections_of_their_own()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var client = new KubernetesClient(server.Configuration);

        await client.GetAsync<ConfigMap>(Key, token);
        await Should.ThrowAsync<KubernetesApiException>(WatchAsync);
        await client.GetAsync<ConfigMap>(Key, token);
        await Should.ThrowAsync<KubernetesApiException>(WatchAsync);

        var connections = server.Requests.Select(request => request.Connection).ToArray();
        connections[2].ShouldBe(connections[0]);
        connections[3].ShouldBe(connections[1]);
        connections[1].ShouldNotBe(connections[0]);
        server.Requests.ShouldAllBe(request => request.Protocol == "HTTP/2");

        async Task WatchAsync()
        {
            await foreach (var _ in client.WatchAsync<ConfigMap>(new WatchRequest { ResourceVersion = "1" }, token)) { }
        }
    }

    [Fact]
    [Trait("Guarantee", "C2")]
    public async Task A_second_client_has_connections_deadline_and_name_of_its_own_and_the_same_credentials()
    {
        using var folder = new TemporaryFolder();
        var clock = new ManualTimeProvider();
        await using var server = await TestApiServer.StartAsync(
            (context, seen) =>
                seen.Path.EndsWith("/slow")
                    ? TestApiServer.HangAsync(context)
                    : TestApiServer.AnswerAsync(context, 200, Map)
        );
        using var client = new KubernetesClient(
            server.Configuration with
            {
                TokenFile = folder.Write("token", "one"),
                Rate = new RequestRate(1, 1),
            },
            clock
        );
        using var second = client.WithOwnConnections("leader-election", TimeSpan.FromSeconds(5));

        await client.GetAsync<ConfigMap>(Key, token);
        // The rate of the first would hold these for a second each, on a clock that stands.
        await second.GetAsync<ConfigMap>(Key, token);
        await second.GetAsync<ConfigMap>(Key, token);
        var slow = second.GetAsync<ConfigMap>(new ObjectKey("n", "slow"), token);
        await Polling.UntilAsync(() => server.Requests.Count == 4);
        clock.Advance(TimeSpan.FromSeconds(5));

        (await Should.ThrowAsync<KubernetesApiException>(slow)).Message.ShouldContain("no answer within 5 s");
        var (mine, its) = (server.Requests[0], server.Requests[1]);
        its.Connection.ShouldNotBe(mine.Connection);
        its.Authorization.ShouldBe("Bearer one");
        its.UserAgent.ShouldBe("client-tests/1.0/leader-election");
    }

    [Fact]
    [Trait("Guarantee", "C2")]
    public async Task A_second_client_leaves_the_credentials_to_the_first()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestApiServer.StartAsync(200, Map);
        var script = folder.Write(
            "plugin.sh",
            $"echo run >> '{folder.Path}/runs'\n"
                + """echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}'"""
        );
        using var client = new KubernetesClient(
            server.Configuration with
            {
                Exec = new ExecCredentialPlugin("client.authentication.k8s.io/v1", "sh") { Args = [script] },
            }
        );
        using (var second = client.WithOwnConnections("leader-election", TimeSpan.FromSeconds(60)))
        {
            await second.GetAsync<ConfigMap>(Key, token);
        }

        await client.GetAsync<ConfigMap>(Key, token);

        File.ReadAllLines(Path.Combine(folder.Path, "runs")).ShouldBe(["run"]);
    }

    [Fact]
    [Trait("Guarantee", "C11")]
    public void A_client_says_which_program_version_platform_and_commit_it_is()
    {
        var agent = new KubernetesClientConfiguration { Server = new Uri("https://host") }.UserAgent;
        agent.ShouldMatch(
            @"^[^ /]+/[0-9]+\.[0-9]+\.[0-9]+ \((linux|darwin|windows)/(amd64|arm64)\) kubernetes-client/([0-9a-f]{7}|unknown)$"
        );
        UserAgents
            .Of(typeof(ConnectionTests).Assembly)
            .ShouldStartWith("Kubernetes.Client.Tests/0.1.0 (", customMessage: agent);
    }

    [Theory]
    [InlineData("développeurs", null)]
    [InlineData("développeurs", "system:masters")]
    [Trait("Guarantee", "K13")]
    public async Task Impersonation_is_said_in_headers(string group, string? another)
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        string[] groups = another is null ? [group] : [group, another];
        string[] scopes = another is null ? ["a b"] : ["a b", "c", ""];
        using var client = new KubernetesClient(
            server.Configuration with
            {
                Token = "mine",
                Impersonate = new Impersonation("jürgen")
                {
                    Uid = "u-1",
                    Groups = groups,
                    Extra = new Dictionary<string, IReadOnlyList<string>> { ["example.org/Scopes %"] = scopes },
                },
            }
        );

        await client.GetAsync<ConfigMap>(Key, token);
        using var plain = new HttpRequestMessage(HttpMethod.Get, "/version");
        (await client.SendAsync(plain, token)).Dispose();

        server.Requests.Count.ShouldBe(2);
        foreach (var seen in server.Requests)
        {
            seen.Authorization.ShouldBe("Bearer mine");
            seen.Headers["Impersonate-User"].ShouldBe(["jürgen"]);
            seen.Headers["Impersonate-Uid"].ShouldBe(["u-1"]);
            seen.Headers["Impersonate-Group"].ShouldBe(groups);
            seen.Headers["Impersonate-Extra-example.org%2FScopes%20%25"].ShouldBe(scopes);
            seen.Protocol.ShouldBe(another is null ? "HTTP/2" : "HTTP/1.1");
        }
    }

    [Theory]
    [InlineData("", "g", "impersonation needs a user")]
    [InlineData("me\r\nImpersonate-Group: system:masters", "g", "Impersonate-User has a line break")]
    [InlineData("me", "g\u001Esystem:masters", "Impersonate-Group has a line break or another control character")]
    [Trait("Guarantee", "K13")]
    public void Nobody_gets_a_header_in_through_a_name(string user, string group, string expected)
    {
        var configuration = Somewhere with { Impersonate = new Impersonation(user) { Groups = [group] } };
        Should
            .Throw<KubernetesConfigurationException>(() => new KubernetesClient(configuration))
            .Message.ShouldStartWith(expected);
    }

    [Fact]
    [Trait("Guarantee", "K12")]
    public async Task User_and_password_are_sent_as_basic_authentication()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var client = new KubernetesClient(server.Configuration with { Username = "me", Password = "pä:ss" });

        await client.GetAsync<ConfigMap>(Key, token);

        // echo -n 'me:pä:ss' | base64
        server.Requests.Single().Authorization.ShouldBe("Basic bWU6cMOkOnNz");
    }

    private static KubernetesClientConfiguration Somewhere => new() { Server = new Uri("https://host") };
}
