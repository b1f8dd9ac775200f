using Binnacle.Benchmarks;
using Binnacle.Benchmarks.Client;
using Binnacle.Benchmarks.PromQl;

return args switch
{
    ["--client", .. var rest] => await ClientBenchmark.RunAsync(rest, CancellationToken.None),
    ["--promql", .. var rest] => await PromQlBenchmark.RunAsync(rest, CancellationToken.None),
    ["--follow", var way, var kubeconfig] => await MemoryBenchmark.FollowAsync(way, kubeconfig, CancellationToken.None),
    _ => await ScaleBenchmark.RunAsync(args, CancellationToken.None),
};
