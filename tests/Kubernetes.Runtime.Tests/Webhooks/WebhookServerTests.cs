using System.Net;
using System.Net.Sockets;
using System.Text;
using Binnacle.Testing;
using FsCheck.Fluent;
using Kubernetes.Models;
using Kubernetes.Runtime.Certificates;
using Kubernetes.Runtime.Tests.Fakes;
using Kubernetes.Runtime.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kubernetes.Runtime.Tests.Webhooks;

public sealed class WebhookServerTests
{
    private static Task<AdmissionVerdict> AllowAsync(AdmissionRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(AdmissionVerdict.Allow);

    [Fact]
    [Trait("Guarantee", "V10")]
    public async Task The_answer_names_the_request_and_every_cause()
    {
        var verdict = AdmissionVerdict.Invalid(
            "Widget",
            "thing",
            [
                new StatusCause { Field = "spec.a", Message = "must be more than 0" },
                new StatusCause { Field = "spec.b[1]", Message = "is given twice" },
            ],
            ["spec.c is old"]
        );
        var (server, caller) = await RunningServer.StartAsync((_, _) => Task.FromResult(verdict));
        await using var _ = server;
        using var __ = caller;
        using var answer = await caller.PostAsync(Encoding.UTF8.GetBytes(WebhookCaller.Review("u-42")));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldStartWith("{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\"");
        var response = await WebhookCaller.ReadAsync(answer);
        response.Uid.ShouldBe("u-42");
        response.Allowed.ShouldBeFalse();
        response.Status!.Code.ShouldBe(422);
        response.Status.Reason.ShouldBe("Invalid");
        response.Status.Message.ShouldBe(
            "Widget \"thing\" is invalid: [spec.a: must be more than 0, spec.b[1]: is given twice]"
        );
        response.Status.Details!.Name.ShouldBe("thing");
        response.Status.Details.Causes!.Select(cause => cause.Field).ShouldBe(["spec.a", "spec.b[1]"]);
        response.Warnings.ShouldBe(["spec.c is old"]);
    }

    [Theory]
    [InlineData(255, false)]
    [InlineData(256, false)]
    [InlineData(257, true)]
    [InlineData(5000, true)]
    [Trait("Guarantee", "V11")]
    public void Warnings_are_short_and_on_one_line(int length, bool cut)
    {
        var warning = ReviewBody.CutWarning(new string('x', length));
        warning.Length.ShouldBe(Math.Min(length, 256));
        warning.EndsWith('…').ShouldBe(cut);
        ReviewBody.CutWarning("a\r\nb\nc").ShouldBe("a b c");
        var wide = ReviewBody.CutWarning(string.Concat(Enumerable.Repeat("😀", 100)));
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(wide)).ShouldBe(wide);
    }

    public static TheoryData<string, int, string> Hostile =>
        new()
        {
            { "", 400, "bad JSON" },
            { "null", 400, "the body is null" },
            { "[]", 400, "bad JSON" },
            { "42", 400, "bad JSON" },
            { "{", 400, "bad JSON" },
            { "{}", 400, "request is missing" },
            {
                """{"apiVersion":"v1","kind":"Pod"}""",
                400,
                "the body is a v1 Pod, expected admission.k8s.io/v1 AdmissionReview"
            },
            {
                """{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{"uid":"a"}}""",
                400,
                "v1beta1"
            },
            {
                """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":null}""",
                400,
                "request is missing"
            },
            {
                """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{}}""",
                400,
                "request.uid is missing"
            },
            {
                """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":""}}""",
                400,
                "request.uid is missing"
            },
            {
                """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":7}}""",
                400,
                "bad JSON at $.request.uid"
            },
            {
                """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"a","userInfo":[]}}""",
                400,
                "bad JSON"
            },
            { WebhookCaller.Review(@object: new string('[', 5000)), 400, "bad JSON" },
            { WebhookCaller.Review(@object: new string('[', 5000) + new string(']', 5000)), 400, "bad JSON" },
            { WebhookCaller.Review() + "}", 400, "bad JSON" },
        };

    [Theory]
    [MemberData(nameof(Hostile))]
    [Trait("Guarantee", "V12")]
    public async Task What_is_no_review_is_answered_in_words(string body, int status, string words)
    {
        var (server, caller) = await RunningServer.StartAsync(AllowAsync);
        await using var _ = server;
        using var __ = caller;
        using var answer = await caller.PostAsync(Encoding.UTF8.GetBytes(body));
        ((int)answer.StatusCode).ShouldBe(status);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(words);
        (await caller.ReviewAsync()).Allowed.ShouldBeTrue();
    }

    [Fact]
    [Trait("Guarantee", "V12")]
    public async Task Bad_UTF8_other_types_methods_and_paths_are_refused()
    {
        var (server, caller) = await RunningServer.StartAsync(AllowAsync);
        await using var _ = server;
        using var __ = caller;
        var review = Encoding.UTF8.GetBytes(WebhookCaller.Review());
        byte[] broken = [.. review];
        broken[Array.IndexOf(broken, (byte)'t', 20)] = 0xC3;
        broken[^30] = 0xFF;
        (await StatusAsync(caller.PostAsync(broken))).ShouldBe(400);
        (await StatusAsync(caller.PostAsync(review, contentType: "text/plain"))).ShouldBe(415);
        (await StatusAsync(caller.PostAsync(review, contentType: "application/yaml"))).ShouldBe(415);
        (await StatusAsync(caller.PostAsync(review, contentType: "application/json; charset=utf-8"))).ShouldBe(200);
        (await StatusAsync(caller.PostAsync(review, "/other"))).ShouldBe(404);
        (await StatusAsync(caller.GetAsync("/validate"))).ShouldBe(405);
        (await caller.ReviewAsync()).Allowed.ShouldBeTrue();
    }

    [Fact]
    [Trait("Guarantee", "V12")]
    public async Task Any_bytes_at_all_are_answered()
    {
        var (server, caller) = await RunningServer.StartAsync(AllowAsync);
        await using var _ = server;
        using var __ = caller;
        var review = Encoding.UTF8.GetBytes(WebhookCaller.Review());
        var at = Gen.Choose(0, review.Length - 1);
        var junk = Gen.Choose(0, 255).Select(value => (byte)value);
        await Task.WhenAll(
            Gen.Zip(at, junk)
                .Sample(200, 100)
                .Select(async change =>
                {
                    byte[] body = [.. review];
                    body[change.Item1] = change.Item2;
                    var status = await StatusAsync(caller.PostAsync(body));
                    status.ShouldBeOneOf(200, 400);
                })
        );
    }

    [Fact]
    [Trait("Guarantee", "V13")]
    public async Task A_body_beyond_the_limit_is_refused_whether_announced_or_not()
    {
        var options = new WebhookServerOptions { MaxBodyBytes = 100_000 };
        var (server, caller) = await RunningServer.StartAsync(AllowAsync, options);
        await using var _ = server;
        using var __ = caller;
        (await StatusAsync(caller.PostAsync(Padded(99_000)))).ShouldBe(200);
        (await StatusAsync(caller.PostAsync(Padded(101_000)))).ShouldBe(413);
        using var unannounced = new PushedContent(async stream =>
        {
            for (var i = 0; i < 20; i++)
            {
                await stream.WriteAsync(new byte[10_000]);
            }
        });
        try
        {
            (await StatusAsync(caller.SendAsync(unannounced))).ShouldBe(413);
        }
        catch (HttpRequestException)
        {
            // The server closed the stream while we still wrote: refused all the same.
        }

        (await caller.ReviewAsync()).Allowed.ShouldBeTrue();
        new WebhookServerOptions().MaxBodyBytes.ShouldBe(7 * 1024 * 1024);

        static byte[] Padded(int size) =>
            Encoding.UTF8.GetBytes(WebhookCaller.Review(@object: $$"""{"x":"{{new string('x', size)}}"}"""));
    }

    [Fact]
    [Trait("Guarantee", "V13")]
    public async Task Who_sends_slowly_is_cut_off_and_keeps_nobody_waiting()
    {
        var clock = new ManualTimeProvider();
        var options = new WebhookServerOptions { Timeout = TimeSpan.FromMinutes(1), MaxConcurrentReviews = 1 };
        var (server, caller) = await RunningServer.StartAsync(AllowAsync, options, clock: clock);
        await using var _ = server;
        using var __ = caller;
        using var stop = new CancellationTokenSource();
        using var slow = new PushedContent(async stream =>
        {
            await stream.WriteAsync("{"u8.ToArray());
            await stream.FlushAsync();
            await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        var sending = StatusAsync(caller.SendAsync(slow));
        for (var i = 0; i < 20; i++)
        {
            (await caller.ReviewAsync().InTime()).Allowed.ShouldBeTrue();
        }

        sending.IsCompleted.ShouldBeFalse();
        await clock.AdvanceUntilAsync(() => sending.IsCompleted, TimeSpan.FromMinutes(1));
        (await sending).ShouldBe(408);
        await stop.CancelAsync();
    }

    [Fact]
    [Trait("Guarantee", "V13")]
    public async Task A_review_that_takes_too_long_ends_when_the_API_server_waits_no_longer()
    {
        var clock = new ManualTimeProvider();
        var asked = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        var (server, caller) = await RunningServer.StartAsync(
            async (_, token) =>
            {
                token.Register(ended.SetResult);
                asked.SetResult();
                // A handler that does not look at its token.
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                return AdmissionVerdict.Allow;
            },
            clock: clock
        );
        await using var _ = server;
        using var __ = caller;
        var sending = caller.PostAsync(Encoding.UTF8.GetBytes(WebhookCaller.Review("u-7")), "/validate?timeout=1s");
        await asked.Task.InTime();
        clock.Advance(TimeSpan.FromSeconds(1));
        using var answer = await sending.InTime();
        answer.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        var response = await WebhookCaller.ReadAsync(answer);
        response.Allowed.ShouldBeFalse();
        response.Uid.ShouldBe("u-7");
        await ended.Task.InTime();
    }

    [Fact]
    [Trait("Guarantee", "V14")]
    public async Task What_fails_inside_is_no_verdict_and_tells_nothing_of_itself()
    {
        var (server, caller) = await RunningServer.StartAsync(
            (_, _) => throw new InvalidOperationException("the password is hunter2")
        );
        await using var _ = server;
        using var __ = caller;
        using var answer = await caller.PostAsync(Encoding.UTF8.GetBytes(WebhookCaller.Review("u-8")));
        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("hunter2");
        var response = await WebhookCaller.ReadAsync(answer);
        response.Uid.ShouldBe("u-8");
        response.Allowed.ShouldBeFalse();
        response.Status!.Code.ShouldBe(500);
    }

    /// <summary>Pods of a cluster that has IPv6 alone are called at such an address.</summary>
    [Fact]
    [Trait("Guarantee", "V5")]
    public async Task Every_address_means_those_of_both_protocols()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        await using var server = new WebhookServer(
            new WebhookServerOptions { Listen = new IPEndPoint(IPAddress.IPv6Any, 0) },
            new ServingCertificate(),
            new Dictionary<string, IAdmissionHandler>(),
            TimeProvider.System,
            NullLoggerFactory.Instance
        );
        await server.StartAsync(TestContext.Current.CancellationToken);

        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            using var connection = new TcpClient(address.AddressFamily);
            await connection.ConnectAsync(address, server.Endpoint.Port, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    [Trait("Guarantee", "V5")]
    public async Task Without_a_certificate_nothing_is_answered_and_then_everything()
    {
        var serving = new ServingCertificate();
        await using var server = await RunningServer.StartAsync(serving, AllowAsync);
        var material = CertificateMaterial.New(
            new CertificatePolicy("test", [WebhookCaller.Host]),
            TimeProvider.System.GetUtcNow()
        );
        using var caller = new WebhookCaller(server.Port, () => material.Bundle, TimeProvider.System);
        await Should.ThrowAsync<HttpRequestException>(() => caller.ReviewAsync().InTime());
        serving.Set(material.Leaf);
        (await caller.ReviewAsync().InTime()).Allowed.ShouldBeTrue();
        using var old = new WebhookCaller(
            server.Port,
            () => material.Bundle,
            TimeProvider.System,
            HttpVersion.Version11
        );
        (await old.ReviewAsync().InTime()).Allowed.ShouldBeTrue();
    }

    [Fact]
    [Trait("Guarantee", "V15")]
    public async Task Reviews_in_progress_are_answered_when_the_server_ends()
    {
        var asked = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var (server, caller) = await RunningServer.StartAsync(
            async (_, _) =>
            {
                asked.SetResult();
                await go.Task;
                return AdmissionVerdict.Allow;
            }
        );
        await using var _ = server;
        using var __ = caller;
        var review = caller.ReviewAsync();
        await asked.Task.InTime();
        var ending = server.StopAsync();
        go.SetResult();
        (await review.InTime()).Allowed.ShouldBeTrue();
        await ending.InTime();
    }

    private static async Task<int> StatusAsync(Task<HttpResponseMessage> sending)
    {
        using var answer = await sending.InTime();
        return (int)answer.StatusCode;
    }

    /// <summary>A body of unknown length.</summary>
    private sealed class PushedContent : HttpContent
    {
        private readonly Func<Stream, Task> _write;

        public PushedContent(Func<Stream, Task> write)
        {
            _write = write;
            Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
