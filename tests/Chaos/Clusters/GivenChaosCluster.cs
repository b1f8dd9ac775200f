using System.Diagnostics;
using System.Globalization;
using Kubernetes.Client;

namespace Chaos.Clusters;

/// <summary>
/// The cluster of a kubeconfig. Its API server can be killed where it is a kube-apiserver on this machine that listens on
/// the port of the kubeconfig.
/// </summary>
internal sealed class GivenChaosCluster(string kubeconfig) : IChaosCluster
{
    private Command? _killed;

    /// <inheritdoc />
    public string Name => "cluster";

    /// <inheritdoc />
    public string Kubeconfig => kubeconfig;

    /// <inheritdoc />
    public async Task KillApiServerAsync(CancellationToken cancellation)
    {
        var server = KubernetesClientConfiguration.Load(kubeconfig).Server;
        var port = string.Create(CultureInfo.InvariantCulture, $"--secure-port={server.Port}");
        var process =
            Process.GetProcesses().FirstOrDefault(process => IsServer(process, port))
            ?? throw new InvalidOperationException($"no kube-apiserver with {port} runs on this machine");
        _killed = Command.Of(process.Id);
        process.Kill();
        await process.WaitForExitAsync(cancellation);
    }

    /// <inheritdoc />
    public async Task StartApiServerAsync(CancellationToken cancellation)
    {
        var command = _killed ?? throw new InvalidOperationException("it was not killed");
        // A session of its own: it is to outlive this program, as the one before.
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = command.Folder };
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(command.Log);
        foreach (var argument in command.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        await PassOnAsync(command.Id, process.Id, cancellation);
        using var client = new KubernetesClient(KubernetesClientConfiguration.Load(kubeconfig));
        await Retry.UntilAsync(
            async token =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("readyz", UriKind.Relative));
                using var answer = await client.SendAsync(request, token);
                return answer.IsSuccessStatusCode;
            },
            TimeSpan.FromMinutes(2),
            "the API server does not come back",
            cancellation
        );
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Whoever stops the cluster finds the process by a file with its id, beside the kubeconfig.</summary>
    private async Task PassOnAsync(int before, int after, CancellationToken cancellation)
    {
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Path.GetFullPath(kubeconfig))!, "*.pid"))
        {
            var text = await File.ReadAllTextAsync(file, cancellation);
            if (
                int.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var id)
                && id == before
            )
            {
                await File.WriteAllTextAsync(
                    file,
                    string.Create(CultureInfo.InvariantCulture, $"{after}\n"),
                    cancellation
                );
            }
        }
    }

    private static bool IsServer(Process process, string port)
    {
        try
        {
            var command = File.ReadAllText($"/proc/{process.Id}/cmdline").Split('\0');
            return command[0].EndsWith("kube-apiserver", StringComparison.Ordinal) && command.Contains(port);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>How a process was started.</summary>
    private sealed record Command(
        int Id,
        string[] Arguments,
        IReadOnlyDictionary<string, string> Environment,
        string Folder,
        string Log
    )
    {
        public static Command Of(int id)
        {
            var log = File.ResolveLinkTarget($"/proc/{id}/fd/1", returnFinalTarget: false)?.FullName;
            return new(
                id,
                File.ReadAllText($"/proc/{id}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries),
                File.ReadAllText($"/proc/{id}/environ")
                    .Split('\0', StringSplitOptions.RemoveEmptyEntries)
                    .Select(variable => variable.Split('=', 2))
                    .Where(variable => variable.Length == 2)
                    .DistinctBy(variable => variable[0])
                    .ToDictionary(variable => variable[0], variable => variable[1]),
                File.ResolveLinkTarget($"/proc/{id}/cwd", returnFinalTarget: false)?.FullName ?? "/",
                File.Exists(log) ? log! : "/dev/null"
            );
        }
    }
}
