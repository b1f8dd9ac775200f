using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Binnacle.Operator.Tests.Telemetry;

public sealed class MetricsEndpointTests : IAsyncLifetime
{
    private TelemetryApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TelemetryApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    [Trait("Guarantee", "M3")]
    public async Task Answers_in_the_format_that_is_asked_for()
    {
        using var plain = await GetAsync(null, null);
        plain.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        var text = await plain.Content.ReadAsStringAsync();
        text.ShouldContain("\nprocess_cpu_seconds_total ");
        text.ShouldNotContain("# EOF");

        using var open = await GetAsync("application/openmetrics-text; version=1.0.0", null);
        open.Content.Headers.ContentType!.ToString()
            .ShouldBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
        (await open.Content.ReadAsStringAsync()).ShouldEndWith("\n# EOF\n");
    }

    [Theory]
    [Trait("Guarantee", "M3")]
    [InlineData("gzip", true)]
    [InlineData("deflate, gzip;q=0.5", true)]
    [InlineData("*", true)]
    [InlineData("gzip;q=0, *", false)]
    [InlineData("identity", false)]
    [InlineData(null, false)]
    public async Task Compresses_where_the_client_takes_it(string? accepted, bool compressed)
    {
        using var answer = await GetAsync(null, accepted);
        var body = await answer.Content.ReadAsByteArrayAsync();

        answer.Content.Headers.ContentEncoding.ShouldBe(compressed ? ["gzip"] : []);
        if (compressed)
        {
            await using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
            using var all = new MemoryStream();
            await gzip.CopyToAsync(all);
            body = all.ToArray();
        }

        Encoding.UTF8.GetString(body).ShouldStartWith("# HELP ");
    }

    [Fact]
    public async Task Metrics_and_health_each_have_their_own_address()
    {
        (await _app.Health.GetAsync("metrics")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _app.Metrics.GetAsync("livez")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _app.Metrics.GetAsync("metrics")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _app.Health.GetAsync("livez")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var head = await _app.Metrics.SendAsync(new HttpRequestMessage(HttpMethod.Head, "metrics"));
        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        (await _app.Metrics.PostAsync("metrics", null)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    private Task<HttpResponseMessage> GetAsync(string? accept, string? encoding)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "metrics");
        if (accept is not null)
        {
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        }

        if (encoding is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", encoding);
        }

        return _app.Metrics.SendAsync(request);
    }
}
