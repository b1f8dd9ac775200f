using System.Text;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

public sealed class ErrorTests
{
    [Theory]
    [InlineData(400, "BadRequest", "", KubernetesErrorKind.BadRequest)]
    [InlineData(401, "Unauthorized", "", KubernetesErrorKind.Unauthorized)]
    [InlineData(403, "Forbidden", "", KubernetesErrorKind.Forbidden)]
    [InlineData(404, "NotFound", "", KubernetesErrorKind.NotFound)]
    [InlineData(405, "MethodNotAllowed", "", KubernetesErrorKind.MethodNotAllowed)]
    [InlineData(501, "", "", KubernetesErrorKind.MethodNotAllowed)]
    [InlineData(409, "AlreadyExists", "", KubernetesErrorKind.AlreadyExists)]
    [InlineData(409, "Conflict", "", KubernetesErrorKind.Conflict)]
    [InlineData(410, "Expired", "", KubernetesErrorKind.Expired)]
    [InlineData(410, "Gone", "", KubernetesErrorKind.Expired)]
    [InlineData(413, "RequestEntityTooLarge", "", KubernetesErrorKind.TooLarge)]
    [InlineData(422, "Invalid", "", KubernetesErrorKind.Invalid)]
    [InlineData(429, "TooManyRequests", "", KubernetesErrorKind.TooManyRequests)]
    [InlineData(500, "InternalError", "boom", KubernetesErrorKind.ServerError)]
    [InlineData(500, "", ".spec.sise: field not declared in schema", KubernetesErrorKind.Invalid)]
    [InlineData(500, "", "etcdserver: request is too large", KubernetesErrorKind.TooLarge)]
    [InlineData(502, "", "", KubernetesErrorKind.ServerError)]
    [InlineData(503, "ServiceUnavailable", "", KubernetesErrorKind.ServerError)]
    [InlineData(504, "Timeout", "", KubernetesErrorKind.Timeout)]
    [InlineData(302, "", "", KubernetesErrorKind.Unknown)]
    public void A_status_has_a_kind(int code, string reason, string message, KubernetesErrorKind expected)
    {
        var e = Translate(
            code,
            $$"""{"kind":"Status","apiVersion":"v1","reason":"{{reason}}","message":"{{message}}"}"""
        );
        e.Kind.ShouldBe(expected);
        e.StatusCode.ShouldBe(code);
        e.Status.ShouldNotBeNull().Reason.ShouldBe(reason);
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
    [InlineData("{\"kind\":\"Other\"}", "{\"kind\":\"Other\"}")]
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
    [InlineData("<html>please log in</html>")]
    [InlineData("null")]
    [InlineData("{\"metadata\":[]}")]
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

    private static KubernetesApiException Translate(int code, string body) =>
        ErrorTranslator.FromAnswer(
            "GET /x",
            code,
            headers: null,
            Encoding.UTF8.GetBytes(body),
            DateTimeOffset.UnixEpoch
        );
}
