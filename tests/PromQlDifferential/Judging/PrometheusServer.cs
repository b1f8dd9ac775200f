using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Binnacle.PromQL;
using Testing;

namespace PromQlDifferential.Judging;

/// <summary>A Prometheus of its own, empty, that is asked what it would parse; for features that promtool cannot switch on.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    // The first one with /api/v1/parse_query.
    private static readonly Version Asked = new(3, 0);

    private readonly Process _process;
    private readonly DirectoryInfo _data;
    private readonly HttpClient _client;

    private PrometheusServer(Process process, DirectoryInfo data, HttpClient client)
    {
        _process = process;
        _data = data;
        _client = client;
    }

    /// <summary>
    /// The server beside a promtool, else that of <c>.tools</c> or PATH; null where there is none of that version, or
    /// where that version cannot be asked.
    /// </summary>
    public static async Task<string?> FindAsync(
        PromtoolJudge promtool,
        PromQlOptions language,
        CancellationToken cancellation
    )
    {
        var beside = Path.Combine(Path.GetDirectoryName(promtool.Path) ?? "", "prometheus");
        if (
            (File.Exists(beside) ? beside : Tools.Find("prometheus")) is not { } program
            || language.PrometheusVersion < Asked
        )
        {
            return null;
        }

        var (_, output) = await PromtoolProcess.RunAsync(program, ["--version"], StartTimeout, cancellation);
        return ProgramVersion.Read(output) == language.PrometheusVersion ? program : null;
    }

    public static async Task<PrometheusServer> StartAsync(
        string program,
        string[] features,
        CancellationToken cancellation
    )
    {
        var data = Directory.CreateTempSubdirectory("promql-");
        var configuration = Path.Combine(data.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, "global: {}\n", cancellation);
        var port = FreePort();
        string[] arguments =
        [
            $"--config.file={configuration}",
            $"--storage.tsdb.path={data.FullName}/tsdb",
            $"--web.listen-address=127.0.0.1:{port}",
            $"--enable-feature={string.Join(',', features)}",
            "--log.level=error",
        ];
        var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true }
        )!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = StartTimeout };
        var server = new PrometheusServer(process, data, client);
        await server.WaitAsync(cancellation);
        return server;
    }

    /// <summary>Which of the expressions its parser refuses, with its words.</summary>
    public async Task<IReadOnlyDictionary<int, string>> RefusalsAsync(
        IReadOnlyList<string> expressions,
        CancellationToken cancellation
    )
    {
        var refusals = new Dictionary<int, string>();
        for (var i = 0; i < expressions.Count; i++)
        {
            using var form = new FormUrlEncodedContent([KeyValuePair.Create("query", expressions[i])]);
            using var response = await _client.PostAsync("api/v1/parse_query", form, cancellation);
            if (response.StatusCode is HttpStatusCode.BadRequest)
            {
                using var answer = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(cancellation));
                refusals[i] = answer.RootElement.GetProperty("error").GetString()!;
            }
            else
            {
                response.EnsureSuccessStatusCode();
            }
        }

        return refusals;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _data.Delete(recursive: true);
    }

    private async Task WaitAsync(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var response = await _client.GetAsync(new Uri("-/ready", UriKind.Relative), cancellation);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!_process.HasExited && clock.Elapsed < StartTimeout)
            {
                // It does not listen yet.
            }

            if (_process.HasExited || clock.Elapsed > StartTimeout)
            {
                throw new InvalidOperationException(
                    string.Create(CultureInfo.InvariantCulture, $"Prometheus did not start within {StartTimeout}")
                );
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
