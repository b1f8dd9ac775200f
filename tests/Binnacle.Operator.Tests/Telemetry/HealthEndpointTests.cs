using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Binnacle.Operator.Tests.Telemetry;

public sealed class HealthEndpointTests : IAsyncLifetime
{
    private TelemetryApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TelemetryApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    [Trait("Guarantee", "M20")]
    public async Task Says_ok_and_lists_the_checks_when_asked()
    {
        _app.Telemetry.Ready.Add("informer-sync", () => null);

        (await AskAsync("readyz")).ShouldBe((HttpStatusCode.OK, "ok"));
        (await AskAsync("readyz?verbose")).ShouldBe(
            (HttpStatusCode.OK, "[+]ping ok\n[+]informer-sync ok\nreadyz check passed\n")
        );
        (await AskAsync("livez?verbose=1")).ShouldBe((HttpStatusCode.OK, "[+]ping ok\nlivez check passed\n"));
    }

    [Fact]
    [Trait("Guarantee", "M20")]
    public async Task Names_what_fails_and_answers_500()
    {
        _app.Telemetry.Ready.Add("informer-sync", () => "not listed yet: pods");
        _app.Telemetry.Ready.Add("webhook", () => throw new InvalidOperationException("a secret"));

        (await AskAsync("readyz")).ShouldBe(
            (
                HttpStatusCode.InternalServerError,
                """
                [+]ping ok
                [-]informer-sync failed: not listed yet: pods
                [-]webhook failed: the check itself failed: InvalidOperationException
                readyz check failed

                """.ReplaceLineEndings("\n")
            )
        );
    }

    [Fact]
    [Trait("Guarantee", "M20")]
    public async Task A_check_can_be_left_out_or_asked_alone()
    {
        _app.Telemetry.Ready.Add("webhook", () => "no certificate");

        (await AskAsync("readyz?exclude=webhook")).ShouldBe((HttpStatusCode.OK, "ok"));
        (await AskAsync("readyz/ping")).ShouldBe((HttpStatusCode.OK, "ok"));
        (await AskAsync("readyz/webhook")).Status.ShouldBe(HttpStatusCode.InternalServerError);
        (await AskAsync("readyz/nosuch")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>A kubelet asks at the pod's address, whichever protocol the cluster has.</summary>
    [Fact]
    [Trait("Guarantee", "M24")]
    public async Task Every_address_means_those_of_both_protocols()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        await using var app = await TelemetryApp.StartAsync(IPAddress.IPv6Any);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };

        foreach (var host in new[] { "127.0.0.1", "[::1]" })
        {
            var health = $"http://{host}:{app.Health.BaseAddress!.Port}/livez";
            (await http.GetStringAsync(health, TestContext.Current.CancellationToken)).ShouldBe("ok");
            var metrics = $"http://{host}:{app.Metrics.BaseAddress!.Port}/metrics";
            (await http.GetStringAsync(metrics, TestContext.Current.CancellationToken)).ShouldContain("# TYPE");
        }
    }

    [Fact]
    [Trait("Guarantee", "M24")]
    public async Task Where_there_is_no_IPv6_every_address_is_one_of_IPv4()
    {
        await using var app = await TelemetryApp.StartAsync(
            IPAddress.IPv6Any,
            services => services.AddSingleton<IConnectionListenerFactory, OnlyIPv4>()
        );
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };

        app.Health.BaseAddress!.Host.ShouldBe("0.0.0.0");
        var health = $"http://127.0.0.1:{app.Health.BaseAddress.Port}/livez";
        (await http.GetStringAsync(health, TestContext.Current.CancellationToken)).ShouldBe("ok");
    }

    /// <summary>A machine whose kernel knows no sockets of IPv6.</summary>
    private sealed class OnlyIPv4(ILoggerFactory loggers) : IConnectionListenerFactory
    {
        private readonly SocketTransportFactory _sockets = new(Options.Create(new SocketTransportOptions()), loggers);

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
            endpoint.AddressFamily == AddressFamily.InterNetworkV6
                ? throw new SocketException((int)SocketError.AddressFamilyNotSupported)
                : _sockets.BindAsync(endpoint, cancellationToken);
    }

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(string path)
    {
        using var answer = await _app.Health.GetAsync(path);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
