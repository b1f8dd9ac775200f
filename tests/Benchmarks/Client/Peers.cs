using System.Text.Json.Nodes;
using Testing;

namespace Binnacle.Benchmarks.Client;

/// <summary>
/// The other clients: kubectl and curl as they are found, and Debian's python3-kubernetes where
/// BINNACLE_BENCH_PYTHONPATH names a folder that it is unpacked in. Commands are for a shell.
/// </summary>
internal sealed class Peers
{
    private readonly string _kubeconfig;
    private readonly string _server;
    private readonly IReadOnlyList<(string Option, string Value)> _curlOptions;
    private readonly string? _kubectl = Tools.Find("kubectl");
    private readonly string? _pythonPath = Environment.GetEnvironmentVariable("BINNACLE_BENCH_PYTHONPATH");

    private Peers(string kubeconfig, string server, IReadOnlyList<(string Option, string Value)> curlOptions)
    {
        _kubeconfig = kubeconfig;
        _server = server;
        _curlOptions = curlOptions;
    }

    /// <summary>kubectl with its kubeconfig; null where it is not there.</summary>
    public string? Kubectl => _kubectl is null ? null : $"'{_kubectl}' --kubeconfig '{_kubeconfig}'";

    /// <summary>Python with the benchmark's script and its kubeconfig; null where it is not there.</summary>
    public string? Python =>
        string.IsNullOrEmpty(_pythonPath)
            ? null
            : $"PYTHONPATH='{_pythonPath}' python3 '{Path.Join(AppContext.BaseDirectory, "Client", "python_client.py")}' '{_kubeconfig}'";

    /// <summary>curl with credentials.</summary>
    public string Curl => $"curl -sSf {string.Concat(_curlOptions.Select(it => $"--{it.Option} '{it.Value}' "))}";

    /// <summary>The same for each request of a curl configuration file, as <c>next</c> forgets the options.</summary>
    public string CurlConfig => string.Concat(_curlOptions.Select(it => $"{it.Option} = \"{it.Value}\"\n"));

    /// <summary>Writes the credentials of a kubeconfig where curl can read them.</summary>
    public static async Task<Peers> FindAsync(string kubeconfig, string folder, CancellationToken cancellationToken)
    {
        var kubectl = Tools.Find("kubectl") ?? throw new InvalidOperationException("kubectl is needed: make tools");
        var (_, json) = await Shell.RunAsync(
            $"'{kubectl}' --kubeconfig '{kubeconfig}' config view --raw --minify --flatten -o json",
            cancellationToken
        );
        var config = JsonNode.Parse(json)!;
        var cluster = config["clusters"]![0]!["cluster"]!;
        var user = config["users"]![0]!["user"]!;
        List<(string, string)> options = [];
        await AddFileAsync(cluster["certificate-authority-data"], "cacert");
        await AddFileAsync(user["client-certificate-data"], "cert");
        await AddFileAsync(user["client-key-data"], "key");
        if (user["token"] is { } token)
        {
            var file = Path.Join(folder, "header");
            await WriteAsync(file, System.Text.Encoding.UTF8.GetBytes($"Authorization: Bearer {token}"));
            options.Add(("header", $"@{file}"));
        }

        return new Peers(kubeconfig, cluster["server"]!.GetValue<string>(), options);

        async Task AddFileAsync(JsonNode? base64, string option)
        {
            if (base64 is not null)
            {
                var file = Path.Join(folder, option);
                await WriteAsync(file, Convert.FromBase64String(base64.GetValue<string>()));
                options.Add((option, file));
            }
        }

        async Task WriteAsync(string file, byte[] content)
        {
            await File.WriteAllBytesAsync(file, content, cancellationToken);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }
    }

    /// <summary>The address of a path.</summary>
    public string Url(string path) => _server.TrimEnd('/') + path;

    /// <summary>Which there are.</summary>
    public string Describe() =>
        string.Join(
            ", ",
            new string?[]
            {
                Kubectl is null ? null : "kubectl",
                "curl",
                Python is null ? null : "python3-kubernetes",
            }.OfType<string>()
        );
}
