using System.Globalization;
using Binnacle.Testing;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;
using Microsoft.AspNetCore.Http;

namespace Kubernetes.Client.Tests;

public sealed class RetryTests
{
    private const string Map = """{"metadata":{"name":"a","namespace":"n"}}""";
    private static readonly ObjectKey Key = new("n", "a");
    private static readonly ConfigMap Value = new()
    {
        Metadata = new ObjectMeta { Name = "a", Namespace = "n" },
    };

    private readonly ManualTimeProvider clock = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Waits_as_long_as_the_server_asks(int status)
    {
        var tries = 0;
        await using var server = await TestApiServer.StartAsync(
            (context, _) =>
                ++tries < 3 ? RefuseAsync(context, status, "7") : TestApiServer.AnswerAsync(context, 200, Map)
        );
        using var client = new KubernetesClient(server.Configuration, clock);

        var get = client.GetAsync<ConfigMap>(Key, token);
        await PassAsync(TimeSpan.FromSeconds(7));
        await PassAsync(TimeSpan.FromSeconds(7));

        (await get).Metadata.Name.ShouldBe("a");
        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Gives_up_after_ten_tries()
    {
        await using var server = await TestApiServer.StartAsync((context, _) => RefuseAsync(context, 429, "1"));
        using var client = new KubernetesClient(server.Configuration, clock);

        var get = client.GetAsync<ConfigMap>(Key, token);
        for (var i = 1; i < 10; i++)
        {
            await PassAsync(TimeSpan.FromSeconds(1));
        }

        var e = await Should.ThrowAsync<KubernetesApiException>(get);
        e.Kind.ShouldBe(KubernetesErrorKind.TooManyRequests);
        e.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
        server.Requests.Count.ShouldBe(10);
    }

    public static TheoryData<string, int> Calls() =>
        new()
        {
            { "get", 2 },
            { "list", 2 },
            { "apply", 2 },
            { "delete with uid", 2 },
            { "delete", 1 },
            { "create", 1 },
            { "replace", 1 },
            { "merge patch", 1 },
        };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Sends_again_only_what_may_be_done_twice(string call, int expected)
    {
        var tries = 0;
        await using var server = await TestApiServer.StartAsync(
            (context, _) =>
                ++tries == 1
                    ? RefuseAsync(context, 503, "0")
                    : TestApiServer.AnswerAsync(context, 200, """{"metadata":{"resourceVersion":"1"},"items":null}""")
        );
        using var client = new KubernetesClient(server.Configuration);
        var options = new WriteOptions { FieldManager = "me" };
        Task made = call switch
        {
            "get" => client.GetAsync<ConfigMap>(Key, token),
            "list" => client.ListPageAsync<ConfigMap>(new ListRequest(), token),
            "apply" => client.ApplyAsync(Value, options, token),
            "delete with uid" => client.DeleteAsync<ConfigMap>(Key, new DeleteRequest { Uid = "u" }, token),
            "delete" => client.DeleteAsync<ConfigMap>(Key, new DeleteRequest(), token),
            "create" => client.CreateAsync(Value, options, token),
            "replace" => client.ReplaceAsync(Value, options, token),
            _ => client.PatchAsync<ConfigMap>(Key, Patch.Merge("{}"u8.ToArray()), options, token),
        };
        if (expected == 1)
        {
            var e = await Should.ThrowAsync<KubernetesApiException>(made);
            e.Kind.ShouldBe(KubernetesErrorKind.ServerError);
        }
        else
        {
            await made;
        }
        server.Requests.Count.ShouldBe(expected);
        server.Requests.Select(request => request.Body).Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("3600")]
    public async Task Leaves_it_to_the_caller_when_the_server_names_no_time_or_a_long_one(string? retryAfter)
    {
        await using var server = await TestApiServer.StartAsync((context, _) => RefuseAsync(context, 503, retryAfter));
        using var client = new KubernetesClient(server.Configuration);

        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));

        e.RetryAfter?.TotalSeconds.ToString(CultureInfo.InvariantCulture).ShouldBe(retryAfter);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_a_timeout()
    {
        await using var server = await TestApiServer.StartAsync((context, _) => TestApiServer.HangAsync(context));
        using var client = new KubernetesClient(server.Configuration, clock);

        var get = client.GetAsync<ConfigMap>(Key, token);
        await WaitForAsync(() => server.Requests.Count == 1);
        clock.Advance(TimeSpan.FromSeconds(59));
        get.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(2));

        var e = await Should.ThrowAsync<KubernetesApiException>(get);
        e.Kind.ShouldBe(KubernetesErrorKind.Timeout);
        e.Message.ShouldBe("GET /api/v1/namespaces/n/configmaps/a: no answer within 60 s");
    }

    [Fact]
    public async Task An_answer_that_stalls_is_a_timeout()
    {
        await using var server = await TestApiServer.StartAsync(
            async (context, _) =>
            {
                await TestApiServer.SendAsync(context, """{"metadata":""");
                await TestApiServer.HangAsync(context);
            }
        );
        using var client = new KubernetesClient(server.Configuration, clock);

        var get = client.GetAsync<ConfigMap>(Key, token);
        await clock.AdvanceUntilAsync(() => get.IsCompleted, TimeSpan.FromMinutes(3));

        (await Should.ThrowAsync<KubernetesApiException>(get)).Kind.ShouldBe(KubernetesErrorKind.Timeout);
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_no_error_of_the_server()
    {
        await using var server = await TestApiServer.StartAsync((context, _) => TestApiServer.HangAsync(context));
        using var client = new KubernetesClient(server.Configuration);
        using var mine = new CancellationTokenSource();

        var get = client.GetAsync<ConfigMap>(Key, mine.Token);
        await WaitForAsync(() => server.Requests.Count == 1);
        await mine.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(get);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_transport_error()
    {
        KubernetesClientConfiguration configuration;
        await using (var server = await TestApiServer.StartAsync(200, Map))
        {
            configuration = server.Configuration;
        }
        using var client = new KubernetesClient(configuration);

        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));

        e.Kind.ShouldBe(KubernetesErrorKind.Transport);
        e.StatusCode.ShouldBeNull();
        e.Message.ShouldContain("refused");
    }

    private static Task RefuseAsync(HttpContext context, int status, string? retryAfter)
    {
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }
        return TestApiServer.AnswerAsync(context, status, "slow down", "text/plain");
    }

    /// <summary>Lets the time pass that the client waits for, once it does.</summary>
    private async Task PassAsync(TimeSpan wait)
    {
        await WaitForAsync(() => clock.UntilNextTimer == wait);
        clock.Advance(wait);
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(10));
            await Task.Delay(5);
        }
    }
}
