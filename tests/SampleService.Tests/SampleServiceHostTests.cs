using System.Net;
using System.Net.Sockets;

namespace SampleService.Tests;

public sealed class SampleServiceHostTests : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_fault_is_switched_over_HTTP_and_belongs_to_one_service()
    {
        await using var host = await StartAsync("api-gateway", "chat-service");

        var on = await _http.PostAsync(Url(host, "api-gateway", "/fault/on"), null, Cancellation);

        (await on.Content.ReadAsStringAsync(Cancellation)).ShouldBe(
            "{\"service\":\"api-gateway\",\"fault\":\"Errors\"}\n"
        );
        host.GetFault("api-gateway").ShouldBe(Fault.Errors);
        host.GetFault("chat-service").ShouldBe(Fault.None);

        await _http.PostAsync(Url(host, "api-gateway", "/fault/off"), null, Cancellation);

        (await GetAsync(host, "api-gateway", "/fault")).Body.ShouldBe(
            "{\"service\":\"api-gateway\",\"fault\":\"None\"}\n"
        );
    }

    [Fact]
    public async Task Health_follows_the_fault_down()
    {
        await using var host = await StartAsync("api-gateway");

        (await GetAsync(host, "api-gateway", "/health")).Status.ShouldBe(HttpStatusCode.OK);
        host.SetFault("api-gateway", Fault.Down);
        (await GetAsync(host, "api-gateway", "/health")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Metrics_have_the_content_type_that_Prometheus_asks_for()
    {
        await using var host = await StartAsync("llm-router");

        var response = await _http.GetAsync(Url(host, "llm-router", "/metrics"), Cancellation);

        response.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        Exposition
            .Parse(await response.Content.ReadAsStringAsync(Cancellation))
            .Keys.ShouldContain("""ai_requests_total{model="gpt-4o",provider="openai",status="error"}""");
    }

    [Theory]
    [InlineData("/slow?ms=0", HttpStatusCode.OK)]
    [InlineData("/slow", HttpStatusCode.BadRequest)]
    [InlineData("/slow?ms=-1", HttpStatusCode.BadRequest)]
    [InlineData("/slow?ms=NaN", HttpStatusCode.BadRequest)]
    [InlineData("/fault/on", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/nothing", HttpStatusCode.NotFound)]
    public async Task Paths_answer(string path, HttpStatusCode expected)
    {
        await using var host = await StartAsync("api-gateway");

        (await GetAsync(host, "api-gateway", path)).Status.ShouldBe(expected);
    }

    [Fact]
    public async Task A_stopped_service_refuses_connections_and_the_others_go_on()
    {
        await using var host = await StartAsync("postgres", "redis");
        var gone = Url(host, "postgres", "/metrics");

        await host.StopAsync("postgres");

        await Should.ThrowAsync<HttpRequestException>(() => _http.GetAsync(gone, Cancellation));
        (await GetAsync(host, "redis", "/metrics")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_taken_address_is_named_and_nothing_stays_behind()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = (IPEndPoint)taken.LocalEndpoint;
        var options = new SampleServiceOptions { Endpoints = [Free("first"), new("second", address)] };

        var error = await Should.ThrowAsync<IOException>(() => SampleServiceHost.StartAsync(options, Cancellation));

        error.Message.ShouldContain(address.ToString());
    }

    [Fact]
    public async Task Names_are_unique()
    {
        var options = new SampleServiceOptions { Endpoints = [Free("a"), Free("a")] };

        var error = await Should.ThrowAsync<ArgumentException>(() =>
            SampleServiceHost.StartAsync(options, Cancellation)
        );

        error.Message.ShouldContain("'a'");
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Task<SampleServiceHost> StartAsync(params string[] services) =>
        SampleServiceHost.StartAsync(new SampleServiceOptions { Endpoints = [.. services.Select(Free)] }, Cancellation);

    private static SampleEndpoint Free(string service) => new(service, new IPEndPoint(IPAddress.Loopback, 0));

    private static Uri Url(SampleServiceHost host, string service, string path) =>
        new($"http://{host.Addresses[service]}{path}");

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(
        SampleServiceHost host,
        string service,
        string path
    )
    {
        using var response = await _http.GetAsync(Url(host, service, path), Cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }
}
