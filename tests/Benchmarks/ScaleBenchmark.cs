using System.Diagnostics;
using System.Globalization;
using Binnacle.Api;
using Kubernetes.Client;
using Kubernetes.Models;
using LocalCluster;

namespace Binnacle.Benchmarks;

/// <summary>
/// How the operator copes with 200, 2,000 and 20,000 AlertRules: on the cluster of BINNACLE_TEST_KUBECONFIG, else on
/// LocalCluster's API server. No pods run: what is measured is the way from an AlertRule to its ConfigMap.
/// </summary>
internal static class ScaleBenchmark
{
    private static readonly WriteOptions Write = new() { FieldManager = "bench" };

    /// <summary>Runs and prints the table. Arguments: the numbers of rules, default 200 2000 20000; --idle SECONDS.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var idle = TimeSpan.FromSeconds(60);
        var sizes = new List<int>();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--idle")
            {
                idle = TimeSpan.FromSeconds(double.Parse(args[++i], CultureInfo.InvariantCulture));
            }
            else
            {
                sizes.Add(int.Parse(args[i], CultureInfo.InvariantCulture));
            }
        }

        var given = Environment.GetEnvironmentVariable("BINNACLE_TEST_KUBECONFIG");
        Console.WriteLine(
            given is null ? "Control plane: LocalCluster" : "Control plane: a real one (BINNACLE_TEST_KUBECONFIG)"
        );
        Console.WriteLine(
            $"{Environment.ProcessorCount} cores; one change is the median of {Scenario.Changes}; idle is {idle.TotalSeconds:0} s, scaled to a minute"
        );
        Console.WriteLine();
        Console.WriteLine(
            "| AlertRules | last create → all in ConfigMaps | one change → its ConfigMap | CPU for one change | RSS | CPU per idle minute |"
        );
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|");
        foreach (var size in sizes.Count > 0 ? sizes : [200, 2_000, 20_000])
        {
            await using var own = given is null
                ? await LocalClusterHost.StartAsync(
                    new LocalClusterOptions { Parts = [new ControllersPart()] },
                    cancellationToken
                )
                : null;
            var kubeconfig = given ?? own!.KubeconfigPath;
            using var client = new KubernetesClient(KubernetesClientConfiguration.Load(kubeconfig));
            await new Scenario(client, kubeconfig, size, idle).RunAsync(cancellationToken);
        }

        return 0;
    }

    private sealed class Scenario(KubernetesClient client, string kubeconfig, int size, TimeSpan idle)
    {
        public const int Changes = 7;

        private const int Namespaces = 20;
        private readonly string _home = $"bench-{size}";

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            await InstallAsync(cancellationToken);
            var log = Path.Join(Path.GetTempPath(), $"binnacle-bench-{size}.log");
            using var program = OperatorUnderTest.Start(kubeconfig, log);
            await Parallel.ForEachAsync(
                Enumerable.Range(0, size),
                new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
                async (i, token) => await client.CreateAsync(Rule(i, 0), Write, token)
            );
            var clock = Stopwatch.StartNew();
            while (await CountAsync(cancellationToken) < size)
            {
                await Task.Delay(20, cancellationToken);
            }

            var all = clock.Elapsed;
            await QuietAsync(program, cancellationToken);
            var (change, cpu) = await ChangeAsync(program, cancellationToken);
            await QuietAsync(program, cancellationToken);
            var before = program.CpuSeconds;
            await Task.Delay(idle, cancellationToken);
            var rss = program.ResidentMebibytes;
            var perMinute = (program.CpuSeconds - before) * 60 / idle.TotalSeconds;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {size:N0} | {all.TotalSeconds:0.00} s | {change:0.000} s | {cpu:0.000} s | {rss:0} MiB | {perMinute:0.00} s |"
                )
            );
            await CleanAsync(cancellationToken);
        }

        /// <summary>Seconds until the watch shows the new content, and CPU seconds that the operator spent; medians.</summary>
        private async Task<(double Seconds, double Cpu)> ChangeAsync(
            OperatorUnderTest program,
            CancellationToken cancellationToken
        )
        {
            var seconds = new List<double>();
            var cpus = new List<double>();
            for (var change = 1; change <= Changes; change++)
            {
                var marker = $"changed_{change}";
                var from = (
                    await client.ListPageAsync<ConfigMap>(
                        new ListRequest { Namespace = _home, Limit = 1 },
                        cancellationToken
                    )
                ).ResourceVersion;
                var seen = SeenAsync(from, marker, cancellationToken);
                var cpu = program.CpuSeconds;
                var clock = Stopwatch.StartNew();
                await client.ApplyAsync(
                    Rule(change * 7 % size, change),
                    Write with
                    {
                        Force = true,
                    },
                    cancellationToken
                );
                await seen;
                seconds.Add(clock.Elapsed.TotalSeconds);
                // What follows the write (statuses, the cache) belongs to the change too.
                await QuietAsync(program, cancellationToken);
                cpus.Add(program.CpuSeconds - cpu);
            }

            return (Median(seconds), Median(cpus));
        }

        private async Task SeenAsync(string from, string marker, CancellationToken cancellationToken)
        {
            var request = new WatchRequest { Namespace = _home, ResourceVersion = from };
            await foreach (var change in client.WatchAsync<ConfigMap>(request, cancellationToken))
            {
                if (change.Object?.Data?.Values.Any(text => text.Contains(marker, StringComparison.Ordinal)) ?? false)
                {
                    return;
                }
            }
        }

        /// <summary>Waits until the operator has had nothing to do for a second.</summary>
        private static async Task QuietAsync(OperatorUnderTest program, CancellationToken cancellationToken)
        {
            var quiet = 0;
            for (var last = program.CpuSeconds; quiet < 5; )
            {
                await Task.Delay(200, cancellationToken);
                var now = program.CpuSeconds;
                quiet = now - last < 0.015 ? quiet + 1 : 0;
                last = now;
            }
        }

        private async Task<int> CountAsync(CancellationToken cancellationToken)
        {
            var count = 0;
            var maps = await client.ListAsync<ConfigMap>(
                new ListRequest { Namespace = _home, LabelSelector = "app.kubernetes.io/managed-by=binnacle" },
                cancellationToken
            );
            foreach (var map in maps.Items)
            {
                foreach (var text in map.Data?.Values ?? [])
                {
                    count += Occurrences(text, "- alert:");
                }
            }

            return count;
        }

        private async Task InstallAsync(CancellationToken cancellationToken)
        {
            await BenchmarkCluster.InstallDefinitionsAsync(client, cancellationToken);
            await AddNamespaceAsync(_home, cancellationToken);
            for (var i = 0; i < Namespaces; i++)
            {
                await AddNamespaceAsync($"{_home}-{i}", cancellationToken);
            }

            var stack = new MonitoringStack
            {
                Metadata = new ObjectMeta { Name = "bench", Namespace = _home },
            };
            await BenchmarkCluster.WhenServedAsync(
                () => client.CreateAsync(stack, Write, cancellationToken),
                cancellationToken
            );
        }

        private async Task AddNamespaceAsync(string name, CancellationToken cancellationToken) =>
            await client.ApplyAsync(
                new Namespace { Metadata = new ObjectMeta { Name = name } },
                Write with
                {
                    Force = true,
                },
                cancellationToken
            );

        private async Task CleanAsync(CancellationToken cancellationToken)
        {
            await client.DeleteAsync<MonitoringStack>(
                new ObjectKey(_home, "bench"),
                new DeleteRequest(),
                cancellationToken
            );
            await client.DeleteAsync<Namespace>(new ObjectKey("", _home), new DeleteRequest(), cancellationToken);
            for (var i = 0; i < Namespaces; i++)
            {
                await client.DeleteAsync<Namespace>(
                    new ObjectKey("", $"{_home}-{i}"),
                    new DeleteRequest(),
                    cancellationToken
                );
            }
        }

        private AlertRule Rule(int index, int change) =>
            new()
            {
                Metadata = new ObjectMeta { Name = $"rule-{index}", Namespace = $"{_home}-{index % Namespaces}" },
                Spec = new AlertRuleSpec
                {
                    Expr =
                        $"sum by (instance) (rate(http_requests_total{{job=\"service-{index}\",status_code=~\"5..\"}}[5m])) / sum by (instance) (rate(http_requests_total{{job=\"service-{index}\"}}[5m])) > 0.05"
                        + (change == 0 ? "" : $" unless on () changed_{change}"),
                    For = "5m",
                    Summary = "Too many errors on {{ $labels.instance }}",
                    Description =
                        "{{ $value | humanizePercentage }} of the requests of service "
                        + index.ToString(CultureInfo.InvariantCulture)
                        + " fail; see the runbook for what to look at first.",
                    RunbookUrl = $"https://runbooks.example.com/service-{index}",
                },
            };

        private static int Occurrences(string text, string part)
        {
            var count = 0;
            for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; count++)
            {
                at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal);
            }

            return count;
        }

        private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
    }
}
