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
    [Trait("Guarantee", "C7")]
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
    [Trait("Guarantee", "C7")]
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
    [Trait("Guarantee", "C8")]
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
    [Trait("Guarantee", "C7")]
    public async Task Leaves_it_to_the_caller_when_the_server_names_no_time_or_a_long_one(string? retryAfter)
    {
        await using var server = await TestApiServer.StartAsync((context, _) => RefuseAsync(context, 503, retryAfter));
        using var client = new KubernetesClient(server.Configuration);

        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));

        e.RetryAfter?.TotalSeconds.ToString(CultureInfo.InvariantCulture).ShouldBe(retryAfter);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    [Trait("Guarantee", "C3")]
    public async Task A_server_that_does_not_answer_is_a_timeout()
    {
        await using var server = await TestApiServer.StartAsync((context, _) => TestApiServer.HangAsync(context));
        using var client = new KubernetesClient(server.Configuration, clock);

        var get = client.GetAsync<ConfigMap>(Key, token);
        await Polling.UntilAsync(() => server.Requests.Count == 1);
        clock.Advance(TimeSpan.FromSeconds(59));
        get.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(2));

        var e = await Should.ThrowAsync<KubernetesApiException>(get);
        e.Kind.ShouldBe(KubernetesErrorKind.Timeout);
        e.Message.ShouldBe("GET /api/v1/namespaces/n/configmaps/a: no answer within 60 s");
    }

    [Fact]
    [Trait("Guarantee", "C3")]
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

    public static TheoryData<string, Func<HttpResponseMessage, CancellationToken, Task>> Reads() =>
        new()
        {
            { "text", (answer, cancel) => answer.Content.ReadAsStringAsync(cancel) },
            { "bytes", (answer, cancel) => answer.Content.ReadAsByteArrayAsync(cancel) },
            { "buffer", (answer, cancel) => answer.Content.LoadIntoBufferAsync(cancel) },
            { "copy", (answer, cancel) => answer.Content.CopyToAsync(Stream.Null, cancel) },
            {
                "stream",
                async (answer, cancel) =>
                {
                    await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
                    await stream.CopyToAsync(Stream.Null, cancel);
                }
            },
        };

    [Theory]
    [MemberData(nameof(Reads))]
    [Trait("Guarantee", "C3")]
    public async Task The_body_of_a_plain_request_is_under_the_deadline_too(
        string how,
        Func<HttpResponseMessage, CancellationToken, Task> read
    )
    {
        await using var server = await TestApiServer.StartAsync(
            async (context, _) =>
            {
                await TestApiServer.SendAsync(context, "a part");
                await TestApiServer.HangAsync(context);
            }
        );
        using var client = new KubernetesClient(server.Configuration, clock);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/namespaces/n/pods/p:9090/proxy/metrics");
        using var answer = await client.SendAsync(request, token);

        var reading = read(answer, token);
        await Polling.UntilAsync(() => clock.PendingTimers > 0);
        clock.Advance(TimeSpan.FromSeconds(59));
        reading.IsCompleted.ShouldBeFalse(how);
        clock.Advance(TimeSpan.FromSeconds(1));

        var e = await Should.ThrowAsync<KubernetesApiException>(reading);
        e.Kind.ShouldBe(KubernetesErrorKind.Timeout);
        e.Message.ShouldBe("GET /api/v1/namespaces/n/pods/p:9090/proxy/metrics: no answer within 60 s");
    }

    [Fact]
    [Trait("Guarantee", "C3")]
    public async Task A_plain_answer_that_comes_in_time_is_what_it_was()
    {
        await using var server = await TestApiServer.StartAsync(200, "grüß", "text/plain; charset=utf-8");
        using var client = new KubernetesClient(server.Configuration, clock);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/x");

        using (var answer = await client.SendAsync(request, token))
        {
            answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; charset=utf-8");
            (await answer.Content.ReadAsStringAsync(token)).ShouldBe("grüß");
        }

        clock.PendingTimers.ShouldBe(0);
    }

    [Fact]
    [Trait("Guarantee", "C9")]
    public async Task An_update_reads_again_when_somebody_was_quicker()
    {
        var version = 0;
        var written = new List<string>();
        await using var server = await TestApiServer.StartAsync(
            (context, seen) =>
            {
                if (seen.Method == "GET")
                {
                    return TestApiServer.AnswerAsync(context, 200, Versioned(++version));
                }
                written.Add(seen.Body);
                return TestApiServer.AnswerAsync(context, version < 3 ? 409 : 200, Versioned(version));
            }
        );
        using var client = new KubernetesClient(server.Configuration);

        await client.UpdateAsync<ConfigMap>(Key, Change, new WriteOptions(), token);

        written.Count.ShouldBe(3);
        for (var i = 0; i < written.Count; i++)
        {
            // Each is made on top of what was read just before.
            written[i].ShouldContain($"\"resourceVersion\":\"{i + 1}\"");
            written[i].ShouldContain("\"data\":{\"k\":\"v\"}");
        }
    }

    [Fact]
    [Trait("Guarantee", "C9")]
    public async Task An_update_gives_up_and_does_not_write_what_is_the_same()
    {
        await using var server = await TestApiServer.StartAsync(
            (context, seen) => TestApiServer.AnswerAsync(context, seen.Method == "GET" ? 200 : 409, Versioned(1))
        );
        using var client = new KubernetesClient(server.Configuration);

        var e = await Should.ThrowAsync<KubernetesApiException>(() =>
            client.UpdateAsync<ConfigMap>(Key, Change, new WriteOptions(), token)
        );
        e.Kind.ShouldBe(KubernetesErrorKind.Conflict);
        server.Requests.Count(request => request.Method == "PUT").ShouldBe(5);
        server.Forget();

        await client.UpdateAsync<ConfigMap>(Key, same => same, new WriteOptions(), token);
        server.Requests.Single().Method.ShouldBe("GET");
    }

    private static string Versioned(int version) =>
        $$"""{"metadata":{"name":"a","namespace":"n","resourceVersion":"{{version}}"} }""";

    private static ConfigMap Change(ConfigMap read) =>
        read with
        {
            Data = new Dictionary<string, string> { ["k"] = "v" },
        };

    [Fact]
    [Trait("Guarantee", "C19")]
    public async Task The_callers_own_cancellation_is_no_error_of_the_server()
    {
        await using var server = await TestApiServer.StartAsync((context, _) => TestApiServer.HangAsync(context));
        using var client = new KubernetesClient(server.Configuration);
        using var mine = new CancellationTokenSource();

        var get = client.GetAsync<ConfigMap>(Key, mine.Token);
        await Polling.UntilAsync(() => server.Requests.Count == 1);
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
        await Polling.UntilAsync(() => clock.UntilNextTimer == wait);
        clock.Advance(wait);
    }
}
