using Binnacle.Api;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Benchmarks.Client;

/// <summary>Seconds until a watch has told of all objects there are, one event each.</summary>
internal sealed class WatchBenchmark(KubernetesClientConfiguration configuration, Peers peers, int count, int repeats)
{
    private readonly Table _table = new(repeats, "watch", "time", "events/s", "CPU of the client");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = new KubernetesClient(configuration);
        Show("Binnacle, typed", await _table.MeasureAsync(() => ReadAsync<AlertRule>(client, cancellationToken)));
        Show(
            "Binnacle, metadata alone",
            await _table.MeasureAsync(() => ReadAsync<PartialObjectMetadata<AlertRule>>(client, cancellationToken))
        );
        var path =
            $"{SampleObjects.Collection}?labelSelector={Uri.EscapeDataString(SampleObjects.Selector)}&watch=true&resourceVersion=0&timeoutSeconds=300";
        if (peers.Kubectl is { } kubectl)
        {
            await TheirsAsync(
                "kubectl get --raw, bytes only",
                FirstLines($"{kubectl} get --raw '{path}'"),
                cancellationToken
            );
        }

        if (peers.Python is { } python)
        {
            await TheirsAsync(
                "python3-kubernetes, parsed",
                $"{python} watch '{SampleObjects.Selector}' {count}",
                cancellationToken
            );
        }

        await TheirsAsync("curl, bytes only", FirstLines($"{peers.Curl} -N '{peers.Url(path)}'"), cancellationToken);
    }

    private async Task ReadAsync<T>(KubernetesClient client, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var request = new WatchRequest { LabelSelector = SampleObjects.Selector, ResourceVersion = "0" };
        var seen = 0;
        await foreach (var change in client.WatchAsync<T>(request, cancellationToken))
        {
            seen += change.Object is null ? 0 : 1;
            if (seen == count)
            {
                return;
            }
        }

        throw new InvalidOperationException($"the watch ended after {seen} objects instead of {count}");
    }

    /// <summary>Reads as many lines as there are objects; the command itself would wait for more, and is ended.</summary>
    private string FirstLines(string command) =>
        $"exec 3< <(exec {command} 2>/dev/null); head -n {count} <&3 | wc -l | grep -qx {count}; kill $!; wait $! || true";

    private async Task TheirsAsync(string name, string command, CancellationToken cancellationToken) =>
        Show(name, await _table.MeasureAsync(command, cancellationToken));

    private void Show(string name, Cost cost) =>
        Table.Row(
            name,
            $"{Table.Number(cost.Seconds, "0.00")} s",
            Table.Number(count / cost.Seconds),
            $"{Table.Number(cost.Cpu, "0.00")} s"
        );
}
