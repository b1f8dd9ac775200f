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
    public async Task A_fixed_token_that_is_refused_is_not_tried_again()
    {
        await using var server = await TestApiServer.StartAsync(401, "nobody", "text/plain");
        using var client = new KubernetesClient(server.Configuration with { Token = "fixed" });

        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));

        e.Kind.ShouldBe(KubernetesErrorKind.Unauthorized);
        Tokens(server).ShouldBe(["Bearer fixed"]);
    }

    [Fact]
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
    public async Task Tokens_go_to_the_configured_server_only()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var client = new KubernetesClient(server.Configuration with { Token = "secret" });
        using var elsewhere = new HttpRequestMessage(HttpMethod.Get, "https://example.org/version");

        await Should.ThrowAsync<ArgumentException>(() => client.SendAsync(elsewhere, token));
    }

    private static IEnumerable<string?> Tokens(TestApiServer server) =>
        server.Requests.Select(request => request.Authorization);
}
