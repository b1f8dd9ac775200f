using Binnacle.Testing;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

public sealed class TokenTests
{
    private const string Map = """{"metadata":{"name":"a","namespace":"n"}}""";
    private static readonly ObjectKey Key = new("n", "a");

    private readonly ManualTimeProvider clock = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Guarantee", "K11")]
    public async Task A_token_file_is_read_again_before_it_is_a_minute_old()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("token", "one\n");
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var client = new KubernetesClient(server.Configuration with { Token = "old", TokenFile = file }, clock);

        await client.GetAsync<ConfigMap>(Key, token);
        folder.Write("token", "two");
        clock.Advance(TimeSpan.FromSeconds(49));
        await client.GetAsync<ConfigMap>(Key, token);
        clock.Advance(TimeSpan.FromSeconds(1));
        await client.GetAsync<ConfigMap>(Key, token);
        // Between removal and replacement the last good one serves.
        File.Delete(file);
        clock.Advance(TimeSpan.FromMinutes(1));
        await client.GetAsync<ConfigMap>(Key, token);
        folder.Write("token", " \n");
        clock.Advance(TimeSpan.FromMinutes(1));
        await client.GetAsync<ConfigMap>(Key, token);

        Tokens(server).ShouldBe(["Bearer one", "Bearer one", "Bearer two", "Bearer two", "Bearer two"]);
    }

    [Fact]
    [Trait("Guarantee", "K11")]
    public async Task A_refused_token_is_read_again_at_once_and_the_request_repeated()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("token", "one");
        await using var server = await TestApiServer.StartAsync(
            (context, seen) => TestApiServer.AnswerAsync(context, seen.Authorization == "Bearer two" ? 200 : 401, Map)
        );
        using var client = new KubernetesClient(server.Configuration with { TokenFile = file }, clock);

        var refused = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));
        refused.Kind.ShouldBe(KubernetesErrorKind.Unauthorized);
        Tokens(server).ShouldBe(["Bearer one"]);

        folder.Write("token", "two");
        // A POST too: a request that was refused has done nothing.
        var value = new ConfigMap
        {
            Metadata = new ObjectMeta { Name = "a", Namespace = "n" },
        };
        await client.CreateAsync(value, new WriteOptions(), token);
        Tokens(server).ShouldBe(["Bearer one", "Bearer one", "Bearer two"]);
        server.Requests[1].Body.ShouldBe(server.Requests[2].Body);
    }

    [Fact]
    [Trait("Guarantee", "K11")]
    public async Task A_fixed_token_that_is_refused_is_not_tried_again()
    {
        await using var server = await TestApiServer.StartAsync(401, "nobody", "text/plain");
        using var client = new KubernetesClient(server.Configuration with { Token = "fixed" });

        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));

        e.Kind.ShouldBe(KubernetesErrorKind.Unauthorized);
        Tokens(server).ShouldBe(["Bearer fixed"]);
    }

    [Fact]
    [Trait("Guarantee", "K11")]
    public async Task A_token_file_that_never_was_there_says_so()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var client = new KubernetesClient(server.Configuration with { TokenFile = "/nowhere/token" });

        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));

        e.Kind.ShouldBe(KubernetesErrorKind.Unauthorized);
        e.Message.ShouldContain("/nowhere/token");
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    [Trait("Guarantee", "C21")]
    public async Task Tokens_go_to_the_configured_server_only()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var client = new KubernetesClient(server.Configuration with { Token = "secret" });
        using var elsewhere = new HttpRequestMessage(HttpMethod.Get, "https://example.org/version");

        await Should.ThrowAsync<ArgumentException>(() => client.SendAsync(elsewhere, token));
    }

    [Fact]
    [Trait("Guarantee", "C21")]
    public async Task A_token_that_cannot_be_sent_is_not_shown()
    {
        const string Bad = "my secret\ntoken";
        using var folder = new TemporaryFolder();
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var client = new KubernetesClient(
            server.Configuration with
            {
                TokenFile = folder.Write("token", Bad),
            },
            clock
        );

        var fixedOne = Should.Throw<KubernetesConfigurationException>(() =>
            new KubernetesClient(server.Configuration with { Token = Bad })
        );
        var inFile = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));

        fixedOne.Message.ShouldStartWith("token is no bearer token: it has a blank");
        inFile.Kind.ShouldBe(KubernetesErrorKind.Unauthorized);
        inFile.Message.ShouldContain(Path.Combine(folder.Path, "token"));
        foreach (var shown in (string[])[fixedOne.ToString(), inFile.ToString()])
        {
            shown.ShouldNotContain("secret");
        }
    }

    [Fact]
    [Trait("Guarantee", "C21")]
    public void Printing_a_configuration_shows_no_secret()
    {
        var configuration = new KubernetesClientConfiguration
        {
            Server = new Uri("https://host"),
            Token = "hidden",
            Username = "me",
            Password = "hidden",
            ProxyUrl = new Uri("http://me:hidden@proxy"),
            ClientKey = PemSource.FromText("hidden"),
            Exec = new ExecCredentialPlugin("v1", "plugin")
            {
                Args = ["hidden"],
                Env = new Dictionary<string, string> { ["A"] = "hidden" },
            },
        };
        object[] printed =
        [
            configuration,
            configuration.Exec,
            configuration.ClientKey,
            new TlsMaterial("a", new ClientIdentity("c", "hidden", "here", "there")),
            new ExecCredential("hidden", null, null),
        ];
        foreach (var thing in printed)
        {
            $"{thing}".ShouldNotContain("hidden", customMessage: thing.GetType().Name);
        }
    }

    private static IEnumerable<string?> Tokens(TestApiServer server) =>
        server.Requests.Select(request => request.Authorization);
}
