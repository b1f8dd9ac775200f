using Binnacle.Api;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Benchmarks.Client;

/// <summary>Seconds to read all objects, parsed where the client parses.</summary>
internal sealed class ListBenchmark(KubernetesClientConfiguration configuration, Peers peers, int count, int repeats)
{
    private readonly Table _table = new(repeats, "list", "time", "objects/s", "CPU of the client");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = new KubernetesClient(configuration);
        using var plain = new KubernetesClient(configuration with { DisableCompression = true });
        await OursAsync<AlertRule>("Binnacle, pages of 500, typed", client, 500, cancellationToken);
        await OursAsync<AlertRule>("Binnacle, the same without compression", plain, 500, cancellationToken);
        await OursAsync<AlertRule>("Binnacle, in one piece, without compression", plain, null, cancellationToken);
        await OursAsync<PartialObjectMetadata<AlertRule>>(
            "Binnacle, metadata alone, pages of 500",
            client,
            500,
            cancellationToken
        );
        var path = $"{SampleObjects.Collection}?labelSelector={Uri.EscapeDataString(SampleObjects.Selector)}";
        if (peers.Kubectl is { } kubectl)
        {
            await TheirsAsync(
                "kubectl get -o json, pages of 500, parsed",
                $"{kubectl} get alertrules.binnacle.dev -A -l {SampleObjects.Selector} -o json >/dev/null",
                cancellationToken
            );
            await TheirsAsync(
                "kubectl get --raw, in one piece, bytes only",
                $"{kubectl} get --raw '{path}' >/dev/null",
                cancellationToken
            );
        }

        if (peers.Python is { } python)
        {
            await TheirsAsync(
                "python3-kubernetes, pages of 500, parsed",
                $"{python} list '{SampleObjects.Selector}'",
                cancellationToken
            );
        }

        await TheirsAsync(
            "curl, in one piece, bytes only",
            $"{peers.Curl} '{peers.Url(path)}' >/dev/null",
            cancellationToken
        );
    }

    private async Task OursAsync<T>(
        string name,
        KubernetesClient client,
        int? limit,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var request = new ListRequest { LabelSelector = SampleObjects.Selector, Limit = limit };
        Show(
            name,
            await _table.MeasureAsync(async () =>
            {
                var list = await client.ListAsync<T>(request, cancellationToken);
                if (list.Items.Count != count)
                {
                    throw new InvalidOperationException($"{list.Items.Count} objects instead of {count}");
                }
            })
        );
    }

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
