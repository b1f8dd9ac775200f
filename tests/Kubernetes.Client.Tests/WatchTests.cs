using Binnacle.Testing;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

public sealed class WatchTests
{
    private readonly ManualTimeProvider clock = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    private static WatchRequest Request => new() { Namespace = "n", ResourceVersion = "5" };

    [Fact]
    [Trait("Guarantee", "W13")]
    public async Task Events_come_as_they_were_sent()
    {
        var seen = await WatchAsync(
            """
            {"type":"ADDED","object":{"kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"6"},"data":{"k":"v"}}}
            {"object":{"metadata":{"name":"a","resourceVersion":"7"}},"type":"MODIFIED"}

            {"type":"SOMETHING_NEW","object":{"metadata":{"resourceVersion":"8"}}}
            {"type":"BOOKMARK","object":{"kind":"ConfigMap","metadata":{"resourceVersion":"9","creationTimestamp":null}}}
            {"type":"DELETED","object":{"metadata":{"name":"a","resourceVersion":"10"}}}

            """
        );
        seen.Select(change => (change.Type, change.Object?.Metadata.Name, change.ResourceVersion))
            .ShouldBe([
                (WatchEventType.Added, "a", "6"),
                (WatchEventType.Modified, "a", "7"),
                (WatchEventType.Bookmark, null, "9"),
                (WatchEventType.Deleted, "a", "10"),
            ]);
        seen[0].Object!.Data!["k"].ShouldBe("v");
    }

    [Fact]
    [Trait("Guarantee", "W25")]
    public async Task The_request_says_all_that_the_server_needs()
    {
        await using var server = await TestApiServer.StartAsync(200, "");
        using var client = new KubernetesClient(server.Configuration);
        var request = Request with
        {
            LabelSelector = "app in (a,b)",
            FieldSelector = "metadata.name=x",
            Timeout = TimeSpan.FromSeconds(90.5),
        };

        await foreach (var _ in client.WatchAsync<ConfigMap>(request, token)) { }

        var seen = server.Requests.Single();
        seen.Path.ShouldBe("/api/v1/namespaces/n/configmaps");
        seen.Query.ShouldBe(
            "?watch=true&allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=90"
                + "&labelSelector=app%20in%20%28a%2Cb%29&fieldSelector=metadata.name%3Dx"
        );
    }

    [Fact]
    [Trait("Guarantee", "W20")]
    public async Task A_watch_that_is_to_start_with_what_is_there_says_so_and_tells_where_that_ends()
    {
        await using var server = await TestApiServer.StartAsync(
            200,
            """
            {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"8","annotations":{"k8s.io/initial-events-end":"false"}}}}
            {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9","annotations":{"k8s.io/initial-events-end":"true"}}}}

            """
        );
        using var client = new KubernetesClient(server.Configuration);
        var request = new WatchRequest { ResourceVersion = "", SendInitialEvents = true };

        var ends = new List<bool>();
        await foreach (var change in client.WatchAsync<ConfigMap>(request, token))
        {
            ends.Add(change.InitialEventsEnd);
        }

        ends.ShouldBe([false, true]);
        server
            .Requests.Single()
            .Query.ShouldBe(
                "?watch=true&allowWatchBookmarks=true&timeoutSeconds=300"
                    + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
            );
    }

    [Theory]
    [InlineData("""{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}""")]
    [InlineData("""{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Gone"}}""")]
    public async Task An_error_in_the_stream_has_its_kind(string line)
    {
        var e = await Should.ThrowAsync<KubernetesApiException>(() => WatchAsync(line + "\n"));
        e.Kind.ShouldBe(KubernetesErrorKind.Expired);
        e.Message.ShouldStartWith("WATCH GET /api/v1/namespaces/n/configmaps: 410 ");
    }

    [Fact]
    public async Task A_refused_watch_has_its_kind()
    {
        await using var server = await TestApiServer.StartAsync(410, """{"kind":"Status","reason":"Expired"}""");
        using var client = new KubernetesClient(server.Configuration);

        var e = await Should.ThrowAsync<KubernetesApiException>(async () =>
        {
            await foreach (var _ in client.WatchAsync<ConfigMap>(Request, token)) { }
        });

        e.Kind.ShouldBe(KubernetesErrorKind.Expired);
    }

    [Fact]
    [Trait("Guarantee", "W2")]
    public async Task A_stream_that_breaks_off_in_a_line_is_a_transport_error_after_the_events_before()
    {
        var seen = new List<WatchEvent<ConfigMap>>();
        var e = await Should.ThrowAsync<KubernetesApiException>(() =>
            WatchAsync(
                """
                {"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"6"}}}
                {"type":"ADDED","object":{"metada
                """,
                seen
            )
        );
        e.Kind.ShouldBe(KubernetesErrorKind.Transport);
        e.Message.ShouldContain("in the middle of a line");
        seen.Single().ResourceVersion.ShouldBe("6");
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_a_transport_error()
    {
        await using var server = await TestApiServer.StartAsync(
            async (context, _) =>
            {
                await TestApiServer.SendAsync(context, """{"type":"ADDED","obj""");
                context.Abort();
            }
        );
        using var client = new KubernetesClient(server.Configuration);

        var e = await Should.ThrowAsync<KubernetesApiException>(async () =>
        {
            await foreach (var _ in client.WatchAsync<ConfigMap>(Request, token)) { }
        });

        e.Kind.ShouldBe(KubernetesErrorKind.Transport);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"type":"ADDED","object":null}""")]
    [InlineData("""{"type":"ADDED","object":{"metadata":3}}""")]
    [InlineData("""{"type":"BOOKMARK","object":{"metadata":{}}}""")]
    [Trait("Guarantee", "W15")]
    public async Task What_is_no_event_is_an_error(string line)
    {
        var e = await Should.ThrowAsync<KubernetesApiException>(() => WatchAsync(line + "\n"));
        e.Kind.ShouldBe(KubernetesErrorKind.Unknown);
        e.Message.ShouldContain("is not a watch of configmaps");
    }

    [Fact]
    [Trait("Guarantee", "C4")]
    [Trait("Guarantee", "W9")]
    public async Task Silence_for_longer_than_agreed_is_a_timeout()
    {
        var more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestApiServer.StartAsync(
            async (context, _) =>
            {
                await TestApiServer.SendAsync(context, Added("6"));
                await more.Task.WaitAsync(context.RequestAborted);
                await TestApiServer.SendAsync(context, Added("7"));
                await TestApiServer.HangAsync(context);
            }
        );
        using var client = new KubernetesClient(server.Configuration, clock);
        await using var events = client.WatchAsync<ConfigMap>(Request, token).GetAsyncEnumerator(token);
        var almost = Request.Timeout + WatchStream.IdleMargin - TimeSpan.FromSeconds(1);

        (await events.MoveNextAsync()).ShouldBeTrue();
        clock.Advance(almost);
        more.SetResult();
        (await events.MoveNextAsync()).ShouldBeTrue();
        // The time counts from the last event.
        clock.Advance(almost);
        var next = events.MoveNextAsync().AsTask();
        next.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));

        var e = await Should.ThrowAsync<KubernetesApiException>(next);
        e.Kind.ShouldBe(KubernetesErrorKind.Timeout);
    }

    [Fact]
    [Trait("Guarantee", "C18")]
    public async Task A_caller_may_stop_at_any_time()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestApiServer.StartAsync(
            async (context, _) =>
            {
                await TestApiServer.SendAsync(context, Added("6"));
                await TestApiServer.HangAsync(context);
                gone.SetResult();
            }
        );
        using var client = new KubernetesClient(server.Configuration);
        using var mine = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.WatchAsync<ConfigMap>(Request, mine.Token))
            {
                await mine.CancelAsync();
            }
        });

        // Nothing stays open at the server.
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30), token);
    }

    [Fact]
    [Trait("Guarantee", "C18")]
    public async Task Leaving_the_loop_closes_the_stream()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestApiServer.StartAsync(
            async (context, _) =>
            {
                await TestApiServer.SendAsync(context, Added("6"));
                await TestApiServer.HangAsync(context);
                gone.SetResult();
            }
        );
        using var client = new KubernetesClient(server.Configuration);

        await foreach (var _ in client.WatchAsync<ConfigMap>(Request, token))
        {
            break;
        }

        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30), token);
    }

    private static string Added(string version) =>
        """{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"%"}}}""".Replace(
            "%",
            version,
            StringComparison.Ordinal
        ) + "\n";

    private Task<List<WatchEvent<ConfigMap>>> WatchAsync(string body) => WatchAsync(body, []);

    private async Task<List<WatchEvent<ConfigMap>>> WatchAsync(string body, List<WatchEvent<ConfigMap>> seen)
    {
        await using var server = await TestApiServer.StartAsync(200, body);
        using var client = new KubernetesClient(server.Configuration);
        await foreach (var change in client.WatchAsync<ConfigMap>(Request, token))
        {
            seen.Add(change);
        }
        return seen;
    }
}
