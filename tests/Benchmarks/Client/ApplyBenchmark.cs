using System.Text;
using Kubernetes.Client;

namespace Binnacle.Benchmarks.Client;

/// <summary>Server-side applies per second with eight at a time: such as change an object, and such as change nothing.</summary>
internal sealed class ApplyBenchmark(KubernetesClient client, Peers peers, string folder, int count)
{
    private const int Workers = 8;

    private readonly Table _table = new(
        1,
        "server-side apply, 8 at a time",
        "changing",
        "no-op",
        "CPU of the client for 1,000, changing / no-op"
    );
    private int _change;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ShowAsync("Binnacle", count, change => () => OursAsync(change, cancellationToken));
        // A start of kubectl takes longer than an apply: it gets fewer, in files of its own.
        var few = Math.Max(Workers, count / 4);
        if (peers.Kubectl is { } kubectl)
        {
            await ShowAsync(
                "kubectl apply --server-side, 8 processes",
                few,
                async change =>
                {
                    await WriteListsAsync(few, change, cancellationToken);
                    return $"ls '{folder}'/list-*.yaml | xargs -P {Workers} -I F {kubectl} apply --server-side --force-conflicts --field-manager bench -f F >/dev/null";
                },
                cancellationToken
            );
        }

        if (peers.Python is { } python)
        {
            await ShowAsync(
                "python3-kubernetes, 8 threads",
                count,
                async change =>
                {
                    await WriteBodiesAsync(count, change, cancellationToken);
                    return $"{python} apply '{folder}/bodies.txt' {Workers}";
                },
                cancellationToken
            );
        }

        await ShowAsync(
            "curl --parallel",
            count,
            async change =>
            {
                await WriteBodiesAsync(count, change, cancellationToken);
                return $"{peers.Curl} --parallel --parallel-immediate --parallel-max {Workers} -K '{folder}/curl.txt' >/dev/null";
            },
            cancellationToken
        );
    }

    private async Task OursAsync(int change, CancellationToken cancellationToken)
    {
        var write = new WriteOptions { FieldManager = "bench", Force = true };
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = cancellationToken },
            async (i, token) => await client.ApplyAsync(SampleObjects.Make(i, change), write, token)
        );
    }

    private Task ShowAsync(string name, int applies, Func<int, Func<Task>> work) =>
        ShowAsync(name, applies, change => _table.MeasureAsync(work(change)));

    private Task ShowAsync(
        string name,
        int applies,
        Func<int, Task<string>> command,
        CancellationToken cancellationToken
    ) => ShowAsync(name, applies, async change => await _table.MeasureAsync(await command(change), cancellationToken));

    private async Task ShowAsync(string name, int applies, Func<int, Task<Cost>> measure)
    {
        var change = ++_change;
        var changing = await measure(change);
        var none = await measure(change);
        Table.Row(
            name,
            $"{Table.Number(applies / changing.Seconds)}/s",
            $"{Table.Number(applies / none.Seconds)}/s",
            $"{Table.Number(changing.Cpu * 1000 / applies, "0.00")} s / {Table.Number(none.Cpu * 1000 / applies, "0.00")} s"
        );
    }

    private async Task WriteListsAsync(int applies, int change, CancellationToken cancellationToken)
    {
        foreach (var part in Enumerable.Range(0, applies).GroupBy(i => i % Workers))
        {
            var text = new StringBuilder();
            foreach (var i in part)
            {
                text.Append("---\n")
                    .Append(Encoding.UTF8.GetString(SampleObjects.Make(i, change).ToUtf8Json()))
                    .Append('\n');
            }

            await File.WriteAllTextAsync(
                Path.Join(folder, $"list-{part.Key}.yaml"),
                text.ToString(),
                cancellationToken
            );
        }
    }

    /// <summary>The same requests for curl and for Python: a path, a tab and a body in each line of the latter.</summary>
    private async Task WriteBodiesAsync(int applies, int change, CancellationToken cancellationToken)
    {
        var bodies = new StringBuilder();
        var curl = new StringBuilder();
        for (var i = 0; i < applies; i++)
        {
            var value = SampleObjects.Make(i, change);
            var path = SampleObjects.PathOf(value.Key);
            var body = Encoding.UTF8.GetString(value.ToUtf8Json());
            bodies.Append(path).Append('\t').Append(body).Append('\n');
            var file = Path.Join(folder, $"body-{i}.json");
            await File.WriteAllTextAsync(file, body, cancellationToken);
            curl.Append(i == 0 ? "" : "next\n")
                .Append($"url = \"{peers.Url(path)}?fieldManager=bench&force=true\"\n")
                .Append("request = PATCH\n")
                .Append("header = \"Content-Type: application/apply-patch+yaml\"\n")
                .Append($"data-binary = \"@{file}\"\n")
                .Append("output = /dev/null\n")
                .Append(peers.CurlConfig);
        }

        await File.WriteAllTextAsync(Path.Join(folder, "bodies.txt"), bodies.ToString(), cancellationToken);
        await File.WriteAllTextAsync(Path.Join(folder, "curl.txt"), curl.ToString(), cancellationToken);
    }
}
