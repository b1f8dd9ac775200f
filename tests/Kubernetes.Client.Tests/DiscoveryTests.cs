using Binnacle.Testing;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

public sealed class DiscoveryTests
{
    private const string Empty = """{"kind":"APIResourceList","resources":[]}""";
    private const string Gadgets =
        """{"resources":[{"name":"gadgets/status","kind":"Gadget","namespaced":true},{"name":"gadgets","kind":"Gadget","namespaced":true},{"name":"grids","kind":"Grid","namespaced":false}]}""";

    private readonly ManualTimeProvider clock = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_group_version_is_read_once()
    {
        await using var server = await TestApiServer.StartAsync(200, Gadgets);
        using var client = new KubernetesClient(server.Configuration, clock);

        var gadget = await client.DiscoverAsync("example.org/v1", "Gadget", token);
        clock.Advance(TimeSpan.FromDays(1));
        var grid = await client.DiscoverAsync("example.org/v1", "Grid", token);

        gadget.ShouldBe(new ResourceType("example.org", "v1", "Gadget", "gadgets", Namespaced: true));
        grid.ShouldBe(new ResourceType("example.org", "v1", "Grid", "grids", Namespaced: false));
        server.Requests.Select(request => request.Path).ShouldBe(["/apis/example.org/v1"]);
    }

    [Theory]
    [InlineData(200, Empty)]
    [InlineData(404, "404 page not found")]
    public async Task A_kind_that_is_not_there_is_looked_for_again_but_not_at_once(int status, string body)
    {
        var added = false;
        await using var server = await TestApiServer.StartAsync(
            (context, _) =>
                added
                    ? TestApiServer.AnswerAsync(context, 200, Gadgets)
                    : TestApiServer.AnswerAsync(context, status, body)
        );
        using var client = new KubernetesClient(server.Configuration, clock);

        (await client.DiscoverAsync("example.org/v1", "Gadget", token)).ShouldBeNull();
        added = true;
        (await client.DiscoverAsync("example.org/v1", "Gadget", token)).ShouldBeNull();
        server.Requests.Count.ShouldBe(1);
        clock.Advance(DiscoveryCache.Period);
        (await client.DiscoverAsync("example.org/v1", "Gadget", token)).ShouldNotBeNull();
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Objects_of_kinds_known_at_run_time_are_applied_where_discovery_says()
    {
        await using var server = await TestApiServer.StartAsync(
            (context, seen) => TestApiServer.AnswerAsync(context, 200, seen.Method == "GET" ? Gadgets : seen.Body)
        );
        using var client = new KubernetesClient(server.Configuration with { Namespace = "team" }, clock);
        var objects = Manifests.Parse(
            """
            apiVersion: example.org/v1
            kind: Gadget
            metadata: {name: one}
            spec: {version: "1.10", size: 1.10, on: yes, mode: 0644}
            ---
            # only a comment
            ---
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: example.org/v1, kind: Grid, metadata: {name: two}}
            - {apiVersion: example.org/v1, kind: Gadget, metadata: {name: three, namespace: other}}
            """
        );
        foreach (var value in objects)
        {
            await client.ApplyAsync<KubernetesObject>(value, new WriteOptions { FieldManager = "me" }, token);
        }

        server
            .Requests.Select(request => request.Path)
            .ShouldBe([
                "/apis/example.org/v1",
                // What has no namespace goes into the context's, if its kind has namespaces.
                "/apis/example.org/v1/namespaces/team/gadgets/one",
                "/apis/example.org/v1/grids/two",
                "/apis/example.org/v1/namespaces/other/gadgets/three",
            ]);
        server
            .Requests[1]
            .Body.ShouldBe(
                """{"apiVersion":"example.org/v1","kind":"Gadget","metadata":{"name":"one"},"spec":{"version":"1.10","size":1.10,"on":"yes","mode":420}}"""
            );
    }

    [Fact]
    public async Task A_kind_that_the_server_lacks_is_named()
    {
        await using var server = await TestApiServer.StartAsync(404, "");
        using var client = new KubernetesClient(server.Configuration, clock);
        var value = Manifests.Parse("{apiVersion: example.org/v1, kind: Gadget, metadata: {name: one}}").Single();

        var e = await Should.ThrowAsync<KubernetesApiException>(() =>
            client.ApplyAsync(value, new WriteOptions { FieldManager = "me" }, token)
        );

        e.Kind.ShouldBe(KubernetesErrorKind.NotFound);
        e.Message.ShouldBe("the server has no kind Gadget in example.org/v1");
    }

    [Fact]
    public async Task What_is_gone_from_the_server_is_forgotten()
    {
        var gone = false;
        await using var server = await TestApiServer.StartAsync(
            (context, seen) =>
                gone ? TestApiServer.AnswerAsync(context, 404, "404 page not found")
                : seen.Method == "GET" ? TestApiServer.AnswerAsync(context, 200, Gadgets)
                : TestApiServer.AnswerAsync(context, 200, seen.Body)
        );
        using var client = new KubernetesClient(server.Configuration, clock);
        var value = Manifests.Parse("{apiVersion: example.org/v1, kind: Gadget, metadata: {name: one}}").Single();
        var options = new WriteOptions { FieldManager = "me" };
        await client.ApplyAsync(value, options, token);

        gone = true;
        await Should.ThrowAsync<KubernetesApiException>(() => client.ApplyAsync(value, options, token));

        (await client.DiscoverAsync("example.org/v1", "Gadget", token)).ShouldBeNull();
    }
}
