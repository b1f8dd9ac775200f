using System.Globalization;
using Binnacle.Api;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Microsoft.Extensions.Logging.Abstractions;

namespace Binnacle.Benchmarks.Client;

/// <summary>
/// What a cached object costs, each way of keeping it in a process of its own: heap after a collection, and resident
/// memory, which has the garbage of the first list in it.
/// </summary>
internal sealed class MemoryBenchmark(string kubeconfig, Peers peers, int count)
{
    private const string Mark = "@cost ";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _ = new Table(1, "kept in memory", "heap per object", "RSS per object", "RSS in all");
        await ShowAsync("Binnacle's cache, as it is used", Ours("slim"), cancellationToken);
        await ShowAsync("Binnacle's cache, with managedFields", Ours("whole"), cancellationToken);
        await ShowAsync("Binnacle's cache, first state streamed", Ours("streamed"), cancellationToken);
        await ShowAsync("Binnacle's cache, metadata alone", Ours("metadata"), cancellationToken);
        if (peers.Python is { } python)
        {
            await ShowAsync(
                "python3-kubernetes, the list as it is",
                $"{python} memory '{SampleObjects.Selector}'",
                cancellationToken
            );
        }
    }

    /// <summary>The process that follows: fills a cache and prints what it cost.</summary>
    /// <param name="way">whole, slim, streamed or metadata.</param>
    /// <param name="kubeconfig">The cluster.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static Task<int> FollowAsync(string way, string kubeconfig, CancellationToken cancellationToken) =>
        way switch
        {
            "whole" => FollowAsync<AlertRule>(new() { Transform = it => it }, kubeconfig, cancellationToken),
            "slim" => FollowAsync<AlertRule>(new(), kubeconfig, cancellationToken),
            "streamed" => FollowAsync<AlertRule>(new() { WatchList = true }, kubeconfig, cancellationToken),
            "metadata" => FollowAsync<PartialObjectMetadata<AlertRule>>(new(), kubeconfig, cancellationToken),
            _ => throw new ArgumentException($"{way} is no way of following"),
        };

    private static async Task<int> FollowAsync<T>(
        ReflectorOptions<T> options,
        string kubeconfig,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T>
    {
        using var client = new KubernetesClient(KubernetesClientConfiguration.Load(kubeconfig));
        // Everything that is there once whatever the number of objects: connections, code.
        await client.ListPageAsync<T>(new ListRequest { Limit = 1 }, cancellationToken);
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        var resident = Resident();
        var store = new Store<T>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reflector = new Reflector<T>(
            client,
            store,
            options with
            {
                LabelSelector = SampleObjects.Selector,
            },
            TimeProvider.System,
            NullLogger.Instance
        );
        var running = reflector.RunAsync(stop.Token);
        await reflector.WaitForSyncAsync(cancellationToken);
        var used = GC.GetTotalMemory(forceFullCollection: true) - heap;
        var now = Resident();
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{Mark}{store.Count} {used} {now - resident} {now}")
        );
        await stop.CancelAsync();
        await running;
        GC.KeepAlive(store);
        return 0;
    }

    private static long Resident() => Environment.WorkingSet;

    private string Ours(string way) =>
        // As the image sets it.
        $"DOTNET_GCgen0size=0x400000 dotnet '{Path.Join(AppContext.BaseDirectory, "Benchmarks.dll")}' --follow {way} '{kubeconfig}'";

    private async Task ShowAsync(string name, string command, CancellationToken cancellationToken)
    {
        var (_, output) = await Shell.RunAsync(command, cancellationToken);
        var line = output.Split('\n').Last(text => text.StartsWith(Mark, StringComparison.Ordinal));
        var values = line[Mark.Length..]
            .Split(' ')
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture))
            .ToArray();
        if ((int)values[0] != count)
        {
            throw new InvalidOperationException($"{values[0]} objects instead of {count}");
        }

        Table.Row(
            name,
            values[1] > 0 ? $"{Table.Number(values[1] / count)} B" : "",
            $"{Table.Number(values[2] / count)} B",
            $"{Table.Number(values[3] / (1 << 20))} MiB"
        );
    }
}
