using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Binnacle.Operator.Tests.Telemetry;

/// <summary>The operator as a process, with credentials that its server does not take.</summary>
public sealed partial class OperatorOutputTests : IAsyncLifetime
{
    private const string Token = "s3cr3t-t0ken";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("binnacle-output-").FullName;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private WebApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(context =>
        {
            context.Request.Headers.Authorization.ToString().ShouldContain(Token);
            context.Response.StatusCode = 401;
            return context.Response.WriteAsync("""{"kind": "Status", "reason": "Unauthorized", "code": 401}""");
        });
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    [Trait("Guarantee", "M14")]
    [Trait("Guarantee", "M16")]
    [Trait("Guarantee", "M22")]
    public async Task Every_line_is_json_none_holds_a_secret_and_sigterm_ends_it_in_order()
    {
        using var process = await StartAsync("--log-format", "json");
        try
        {
            await UntilAsync(
                () => _lines.Any(line => line.Contains("\"warn\"") || line.Contains("\"error\"")),
                "a complaint"
            );
            var addresses = Address
                .Matches(_lines.First(line => line.Contains("listens on")))
                .Select(it => it.Value)
                .Distinct()
                .ToList();
            addresses.Count.ShouldBe(2);
            using var http = new HttpClient();
            using var ready = await http.GetAsync($"{addresses[0]}/readyz");
            ready.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
            (await ready.Content.ReadAsStringAsync()).ShouldContain("[-]informer-sync failed");
            (await http.GetStringAsync($"{addresses[0]}/livez")).ShouldBe("ok");
            var page = await http.GetStringAsync($"{addresses[1]}/metrics");
            page.ShouldMatch("""rest_client_requests_total\{code="401",host="127.0.0.1:\d+",method="GET"\} [1-9]""");
            page.ShouldNotContain(Token);
        }
        finally
        {
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await kill.WaitForExitAsync().WaitAsync(Deadline);
            await process.WaitForExitAsync().WaitAsync(Deadline);
        }

        process.ExitCode.ShouldBe(0, string.Join('\n', _lines.Concat(_errors)));
        _errors.ShouldBeEmpty();
        _lines.ShouldAllBe(line => !line.Contains(Token));
        foreach (var line in _lines)
        {
            using var record = JsonDocument.Parse(line);
            record.RootElement.GetProperty("time").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
            record.RootElement.GetProperty("level").GetString().ShouldBeOneOf("info", "warn", "error");
            record.RootElement.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
            record.RootElement.GetProperty("logger").GetString().ShouldNotBeNullOrEmpty();
        }
    }

    [Theory]
    [Trait("Guarantee", "M23")]
    [InlineData("--metrics-listen", "8080", "--metrics-listen must be ADDRESS:PORT")]
    [InlineData("--metrics-listen", "192.0.2.1:8080", "Cannot listen on")]
    [InlineData("--otlp-endpoint", "collector:4317", "--otlp-endpoint must be a URL")]
    [InlineData("--log-format", "yaml", "yaml")]
    public async Task A_wrong_option_is_refused_in_words(string option, string value, string words)
    {
        using var process = await StartAsync(option, value);
        await process.WaitForExitAsync().WaitAsync(Deadline);
        // The last lines may come after the end.
        await UntilAsync(() => _errors.Any(line => line.Contains(words)), $"'{words}' in the error");

        process.ExitCode.ShouldNotBe(0);
    }

    private async Task<Process> StartAsync(params string[] more)
    {
        var kubeconfig = Path.Combine(_folder, "kubeconfig");
        await File.WriteAllTextAsync(
            kubeconfig,
            $$"""
            apiVersion: v1
            kind: Config
            current-context: c
            contexts:
            - name: c
              context: {cluster: c, user: u}
            clusters:
            - name: c
              cluster: {server: "{{_server.Urls.Single()}}"}
            users:
            - name: u
              user: {token: "{{Token}}"}
            """
        );
        var process = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [
                    Path.Combine(AppContext.BaseDirectory, "Binnacle.Operator.dll"),
                    "--kubeconfig",
                    kubeconfig,
                    "--listen",
                    "127.0.0.1:0",
                    .. more.Contains("--metrics-listen") ? Array.Empty<string>() : ["--metrics-listen", "127.0.0.1:0"],
                    .. more,
                ]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        process.OutputDataReceived += (_, line) => Keep(_lines, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (!string.IsNullOrEmpty(line))
        {
            lines.Enqueue(line);
        }
    }

    private async Task UntilAsync(Func<bool> isThere, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!isThere())
        {
            TimeProvider
                .System.GetElapsedTime(start)
                .ShouldBeLessThan(Deadline, $"{what}:\n{string.Join('\n', _lines.Concat(_errors))}");
            await Task.Delay(50);
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address { get; }
}
