using System.IO.Compression;
using System.Text;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;
using Microsoft.AspNetCore.Http;

namespace Kubernetes.Client.Tests;

public sealed class ErrorTests
{
    [Theory]
    [InlineData(401, "Unauthorized", KubernetesErrorKind.Unauthorized)]
    [InlineData(403, "Forbidden", KubernetesErrorKind.Forbidden)]
    [InlineData(404, "NotFound", KubernetesErrorKind.NotFound)]
    [InlineData(409, "AlreadyExists", KubernetesErrorKind.AlreadyExists)]
    [InlineData(409, "Conflict", KubernetesErrorKind.Conflict)]
    [InlineData(410, "Gone", KubernetesErrorKind.Expired)]
    [InlineData(422, "Invalid", KubernetesErrorKind.Invalid)]
    [InlineData(500, "ServerTimeout", KubernetesErrorKind.Timeout)]
    [InlineData(500, "StoreReadError", KubernetesErrorKind.ServerError)]
    [InlineData(504, "Timeout", KubernetesErrorKind.Timeout)]
    [InlineData(429, "TooManyRequests", KubernetesErrorKind.TooManyRequests)]
    [InlineData(400, "BadRequest", KubernetesErrorKind.BadRequest)]
    [InlineData(405, "MethodNotAllowed", KubernetesErrorKind.MethodNotAllowed)]
    [InlineData(406, "NotAcceptable", KubernetesErrorKind.BadRequest)]
    [InlineData(413, "RequestEntityTooLarge", KubernetesErrorKind.TooLarge)]
    [InlineData(415, "UnsupportedMediaType", KubernetesErrorKind.BadRequest)]
    [InlineData(500, "InternalError", KubernetesErrorKind.ServerError)]
    [InlineData(410, "Expired", KubernetesErrorKind.Expired)]
    [InlineData(503, "ServiceUnavailable", KubernetesErrorKind.ServerError)]
    [Trait("Guarantee", "C5")]
    public void Every_reason_is_told_apart(int code, string reason, KubernetesErrorKind kind)
    {
        var e = Translate(code, Status(reason));
        e.Kind.ShouldBe(kind);
        e.Reason.ToString().ShouldBe(reason);
        e.StatusCode.ShouldBe(code);
        e.Status.ShouldNotBeNull().Reason.ShouldBe(reason);

        // The word counts, whatever code a proxy made of it; and in a watch there is no code but the event's.
        var other = Translate(418, Status(reason));
        (other.Kind, other.Reason.ToString()).ShouldBe((kind, reason));
        var streamed = ErrorTranslator.FromStatus("WATCH", new Status { Reason = reason, Code = code });
        (streamed.Kind, streamed.Reason.ToString()).ShouldBe((kind, reason));
    }

    /// <summary>As real servers say it, of a write and of a deletion.</summary>
    [Theory]
    [InlineData(
        "Conflict",
        "uid mismatch: the provided object specified uid 1, and no existing object was found",
        true
    )]
    [InlineData("Conflict", "Precondition failed: UID in precondition: 1, UID in object meta: 2", true)]
    [InlineData("Conflict", "the UID in the precondition (1) does not match the UID in record (2).", true)]
    [InlineData("Conflict", "the object has been modified; please apply your changes to the latest version", false)]
    [InlineData("Invalid", "metadata.uid", true)]
    [InlineData("Invalid", "metadata.labels", false)]
    [InlineData("Forbidden", "uid mismatch", false)]
    [Trait("Guarantee", "A29")]
    public void That_another_object_was_meant_is_told_apart(string reason, string message, bool isMismatch) =>
        ErrorTranslator
            .FromStatus(
                "PATCH",
                new Status
                {
                    Reason = reason,
                    Message = message,
                    Details = new StatusDetails
                    {
                        Causes = [new StatusCause { Field = reason == "Invalid" ? message : null }],
                    },
                }
            )
            .IsUidMismatch.ShouldBe(isMismatch);

    [Fact]
    [Trait("Guarantee", "C5")]
    public void No_reason_is_forgotten() =>
        typeof(ErrorTests)
            .GetMethod(nameof(Every_reason_is_told_apart))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false)
            .Cast<InlineDataAttribute>()
            .Select(row => (string)row.Data[1]!)
            .Append(nameof(KubernetesStatusReason.Unknown))
            .ShouldBe(Enum.GetNames<KubernetesStatusReason>(), ignoreOrder: true);

    [Theory]
    [InlineData(400, KubernetesErrorKind.BadRequest, KubernetesStatusReason.BadRequest)]
    [InlineData(401, KubernetesErrorKind.Unauthorized, KubernetesStatusReason.Unauthorized)]
    [InlineData(403, KubernetesErrorKind.Forbidden, KubernetesStatusReason.Forbidden)]
    [InlineData(404, KubernetesErrorKind.NotFound, KubernetesStatusReason.NotFound)]
    [InlineData(405, KubernetesErrorKind.MethodNotAllowed, KubernetesStatusReason.MethodNotAllowed)]
    [InlineData(501, KubernetesErrorKind.MethodNotAllowed, KubernetesStatusReason.MethodNotAllowed)]
    [InlineData(406, KubernetesErrorKind.BadRequest, KubernetesStatusReason.NotAcceptable)]
    [InlineData(409, KubernetesErrorKind.Conflict, KubernetesStatusReason.Conflict)]
    [InlineData(410, KubernetesErrorKind.Expired, KubernetesStatusReason.Gone)]
    [InlineData(413, KubernetesErrorKind.TooLarge, KubernetesStatusReason.RequestEntityTooLarge)]
    [InlineData(415, KubernetesErrorKind.BadRequest, KubernetesStatusReason.UnsupportedMediaType)]
    [InlineData(422, KubernetesErrorKind.Invalid, KubernetesStatusReason.Invalid)]
    [InlineData(429, KubernetesErrorKind.TooManyRequests, KubernetesStatusReason.TooManyRequests)]
    [InlineData(500, KubernetesErrorKind.ServerError, KubernetesStatusReason.InternalError)]
    [InlineData(502, KubernetesErrorKind.ServerError, KubernetesStatusReason.InternalError)]
    [InlineData(503, KubernetesErrorKind.ServerError, KubernetesStatusReason.ServiceUnavailable)]
    [InlineData(504, KubernetesErrorKind.Timeout, KubernetesStatusReason.Timeout)]
    [InlineData(302, KubernetesErrorKind.Unknown, KubernetesStatusReason.Unknown)]
    [Trait("Guarantee", "C5")]
    public void Without_a_known_reason_the_code_decides(
        int code,
        KubernetesErrorKind kind,
        KubernetesStatusReason reason
    )
    {
        foreach (var body in (string[])["", "text", Status(""), Status("BrandNew"), Status("3"), Status("Unknown")])
        {
            var e = Translate(code, body);
            (e.Kind, e.Reason).ShouldBe((kind, reason), body);
        }
    }

    [Theory]
    [InlineData(".spec.sise: field not declared in schema", KubernetesErrorKind.Invalid)]
    [InlineData("etcdserver: request is too large", KubernetesErrorKind.TooLarge)]
    [Trait("Guarantee", "C10")]
    public void A_500_that_will_stay_one_is_no_fault_of_the_server(string message, KubernetesErrorKind expected)
    {
        foreach (var reason in (string[])["", "InternalError"])
        {
            Translate(500, Status(reason, message)).Kind.ShouldBe(expected);
        }
        Translate(500, message).Kind.ShouldBe(expected);
    }

    [Fact]
    [Trait("Guarantee", "C5")]
    [Trait("Guarantee", "C9")]
    public void Details_are_at_hand()
    {
        var e = Translate(
            409,
            """
            {"kind":"Status","reason":"Conflict","message":"Apply failed","details":{"retryAfterSeconds":3,"causes":[
            {"reason":"FieldManagerConflict","message":"conflict with \"kubectl\"","field":".data.key"}]}}
            """
        );
        e.RetryAfter.ShouldBe(TimeSpan.FromSeconds(3));
        e.HasCause("FieldManagerConflict").ShouldBeTrue();
        e.HasCause("NamespaceTerminating").ShouldBeFalse();
        e.Causes.Single().Field.ShouldBe(".data.key");
        e.Message.ShouldBe("GET /x: 409 Conflict: Apply failed");
    }

    [Fact]
    public void A_version_that_is_too_large_asks_for_a_new_list() =>
        Translate(
                504,
                """{"kind":"Status","reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge"}],"retryAfterSeconds":1}}"""
            )
            .ShouldSatisfyAllConditions(
                e => e.Kind.ShouldBe(KubernetesErrorKind.Expired),
                e => e.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1))
            );

    [Theory]
    [InlineData("must have at most 1048576 bytes", KubernetesErrorKind.TooLarge)]
    [InlineData("may not be more than 262144 bytes", KubernetesErrorKind.TooLarge)]
    [InlineData("must have at most 63 characters", KubernetesErrorKind.Invalid)]
    public void Too_much_data_is_told_apart_from_a_long_name(string message, KubernetesErrorKind expected)
    {
        var e = Translate(
            422,
            $$"""{"kind":"Status","reason":"Invalid","details":{"causes":[{"reason":"FieldValueTooLong","message":"Too long: {{message}}","field":"data"}]} }"""
        );
        e.Kind.ShouldBe(expected);
        e.Causes.Single().Field.ShouldBe("data");
    }

    [Theory]
    [InlineData("Internal Server Error\n", "Internal Server Error")]
    [InlineData("<html><body>Bad gateway</body></html>", "<html><body>Bad gateway</body></html>")]
    [InlineData("", null)]
    [InlineData("{", "{")]
    [InlineData("{\"kind\":\"Status\",\"code\":\"x\"}", "{\"kind\":\"Status\",\"code\":\"x\"}")]
    [InlineData("[1]", "[1]")]
    [InlineData("\0\u0001", "\0\u0001")]
    [InlineData("{\"kind\":\"Other\"}", "{\"kind\":\"Other\"}")]
    [Trait("Guarantee", "C6")]
    public void Any_other_body_is_shown_as_it_is(string body, string? shown)
    {
        var e = Translate(502, body);
        e.Kind.ShouldBe(KubernetesErrorKind.ServerError);
        e.Status.ShouldBeNull();
        e.Message.ShouldBe(shown is null ? "GET /x: 502" : $"GET /x: 502: {shown}");
    }

    [Fact]
    public void A_long_body_is_cut() => Translate(500, new string('x', 10_000)).Message.Length.ShouldBeLessThan(600);

    [Fact]
    public void A_date_to_retry_after_counts_from_now()
    {
        using var response = new HttpResponseMessage();
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        response.Headers.TryAddWithoutValidation("Retry-After", "Thu, 01 Jan 2026 00:00:30 GMT");
        ErrorTranslator.RetryAfter(response.Headers, now).ShouldBe(TimeSpan.FromSeconds(30));
        ErrorTranslator.RetryAfter(response.Headers, now.AddMinutes(1)).ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"metadata\":")]
    [InlineData("<html>please log in</html>")]
    [InlineData("null")]
    [InlineData("{\"metadata\":[]}")]
    [Trait("Guarantee", "C6")]
    public async Task A_success_that_is_not_the_object_is_an_error_too(string body)
    {
        await using var server = await TestApiServer.StartAsync(200, body);
        using var client = new KubernetesClient(server.Configuration);
        var token = TestContext.Current.CancellationToken;
        var key = new ObjectKey("n", "a");

        var get = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(key, token));
        get.Kind.ShouldBe(KubernetesErrorKind.Unknown);
        var list = await Should.ThrowAsync<KubernetesApiException>(() =>
            client.ListPageAsync<ConfigMap>(new ListRequest(), token)
        );
        list.Kind.ShouldBe(KubernetesErrorKind.Unknown);
        var discovery = await Should.ThrowAsync<KubernetesApiException>(() =>
            client.DiscoverAsync("v1", "ConfigMap", token)
        );
        discovery.Kind.ShouldBe(KubernetesErrorKind.Unknown);
        var found = await Should.ThrowAsync<KubernetesApiException>(() =>
            client.FindAsync(ConfigMap.ResourceType, key, token)
        );
        found.Kind.ShouldBe(KubernetesErrorKind.Unknown);
    }

    public static TheoryData<string, Func<HttpContext, Task>> Broken() =>
        new()
        {
            {
                "cut",
                async context =>
                {
                    context.Response.ContentLength = 1000;
                    await TestApiServer.SendAsync(context, """{"metadata":{""");
                    context.Abort();
                }
            },
            {
                "not compressed",
                context =>
                {
                    context.Response.Headers.ContentEncoding = "gzip";
                    return TestApiServer.AnswerAsync(context, 200, """{"metadata":{}}""");
                }
            },
            {
                "compressed and cut",
                async context =>
                {
                    context.Response.Headers.ContentEncoding = "gzip";
                    await using var compressed = new GZipStream(context.Response.Body, CompressionLevel.Optimal);
                    await compressed.WriteAsync("""{"metadata":"""u8.ToArray());
                    await compressed.FlushAsync();
                    context.Abort();
                }
            },
        };

    [Theory]
    [MemberData(nameof(Broken))]
    [Trait("Guarantee", "C6")]
    public async Task A_body_that_breaks_off_is_a_transport_error(string how, Func<HttpContext, Task> answer)
    {
        foreach (var status in (int[])[200, 500])
        {
            await using var server = await TestApiServer.StartAsync(
                (context, _) =>
                {
                    context.Response.StatusCode = status;
                    return answer(context);
                }
            );
            using var client = new KubernetesClient(server.Configuration);
            var token = TestContext.Current.CancellationToken;

            var e = await Should.ThrowAsync<KubernetesApiException>(() =>
                client.GetAsync<ConfigMap>(new ObjectKey("n", "a"), token)
            );

            e.Kind.ShouldBe(KubernetesErrorKind.Transport, how);
        }
    }

    [Fact]
    public async Task What_is_not_there_is_null_or_false_where_that_is_the_question()
    {
        await using var server = await TestApiServer.StartAsync(404, """{"kind":"Status","reason":"NotFound"}""");
        using var client = new KubernetesClient(server.Configuration);
        var token = TestContext.Current.CancellationToken;
        var key = new ObjectKey("n", "a");

        (await client.FindAsync<ConfigMap>(key, token)).ShouldBeNull();
        (await client.FindAsync(ConfigMap.ResourceType, key, token)).ShouldBeNull();
        (await client.DeleteAsync<ConfigMap>(key, new DeleteRequest(), token)).ShouldBeFalse();
        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(key, token));
        e.Kind.ShouldBe(KubernetesErrorKind.NotFound);
    }

    private static string Status(string reason, string message = "") =>
        $$"""{"kind":"Status","apiVersion":"v1","reason":"{{reason}}","message":"{{message}}"}""";

    private static KubernetesApiException Translate(int code, string body) =>
        ErrorTranslator.FromAnswer(
            "GET /x",
            code,
            headers: null,
            Encoding.UTF8.GetBytes(body),
            DateTimeOffset.UnixEpoch
        );
}
