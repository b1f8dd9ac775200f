using System.Globalization;
using Kubernetes.Client;
using LocalCluster;

namespace Binnacle.Benchmarks.Client;

/// <summary>
/// What the client and the cache cost next to other clients that do the same work: lists, watches, memory, applies. On
/// the cluster of BINNACLE_TEST_KUBECONFIG, else on LocalCluster's API server.
/// </summary>
internal static class ClientBenchmark
{
    private const int Repeats = 3;

    /// <summary>
    /// Runs and prints the tables. Arguments: <c>--objects N</c> (default 10000), <c>--applies N</c> (default 2000).
    /// </summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var (objects, applies) = (10_000, 2_000);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            var value = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            switch (args[i])
            {
                case "--objects":
                    objects = value;
                    break;
                case "--applies":
                    applies = value;
                    break;
                default:
                    throw new ArgumentException($"{args[i]} is neither --objects nor --applies");
            }
        }

        var given = Environment.GetEnvironmentVariable("BINNACLE_TEST_KUBECONFIG");
        await using var own = given is null
            ? await LocalClusterHost.StartAsync(
                new LocalClusterOptions { Parts = [new ControllersPart()] },
                cancellationToken
            )
            : null;
        var kubeconfig = given ?? own!.KubeconfigPath;
        var folder = Directory.CreateTempSubdirectory("binnacle-bench-");
        try
        {
            var configuration = KubernetesClientConfiguration.Load(kubeconfig);
            using var client = new KubernetesClient(configuration);
            var peers = await Peers.FindAsync(kubeconfig, folder.FullName, cancellationToken);
            Console.WriteLine();
            Console.WriteLine(
                $"Client and cache: {objects:N0} custom resources of 2 kB, {Environment.ProcessorCount} cores, medians of {Repeats}; "
                    + (given is null ? "LocalCluster (in this process)" : "a real control plane")
            );
            Console.WriteLine($"Beside it: {peers.Describe()}");
            var sample = new SampleObjects(client, objects);
            await sample.InstallAsync(cancellationToken);
            await new ListBenchmark(configuration, peers, objects, Repeats).RunAsync(cancellationToken);
            await new WatchBenchmark(configuration, peers, objects, Repeats).RunAsync(cancellationToken);
            await new MemoryBenchmark(kubeconfig, peers, objects).RunAsync(cancellationToken);
            await new ApplyBenchmark(client, peers, folder.FullName, applies).RunAsync(cancellationToken);
            await sample.CleanAsync(cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }
}
