using System.Net;

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

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(string path)
    {
        using var answer = await _app.Health.GetAsync(path);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
