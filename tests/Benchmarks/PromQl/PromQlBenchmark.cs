using System.Diagnostics;
using System.Globalization;
using Binnacle.Benchmarks.Client;
using Binnacle.PromQL;
using Binnacle.PromQL.Printing;
using PromQlDifferential.Corpus;
using PromQlDifferential.Judging;

namespace Binnacle.Benchmarks.PromQl;

/// <summary>
/// How long it takes to read and check expressions, one by one and 10,000 at once, on one core, beside promtool with the
/// same rules. <c>--promql [--rules FOLDER]… [--count N]</c>; without a folder the rules are those of config/samples and
/// of the hand tables.
/// </summary>
internal static class PromQlBenchmark
{
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(1);

    private static readonly (string Name, string Expression)[] Typical =
    [
        ("comparison", "up{job=\"api\"} == 0"),
        (
            "error ratio",
            "sum by (service) (rate(http_requests_total{service=\"auth\",status_code=~\"5..\"}[5m])) / sum by (service) (rate(http_requests_total{service=\"auth\"}[5m])) > 0.05"
        ),
        (
            "latency",
            "histogram_quantile(0.95, sum by (le, job) (rate(http_request_duration_seconds_bucket{job=~\"api|web\"}[5m]))) > 1"
        ),
        (
            "join",
            "kube_pod_container_resource_limits{resource=\"memory\"} * on (namespace, pod) group_left (node) kube_pod_info{node!=\"\"} > 1e9"
        ),
        ("disk full soon", "predict_linear(node_filesystem_avail_bytes{fstype!~\"tmpfs|ramfs\"}[6h], 24 * 3600) < 0"),
    ];

    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        var count = 10_000;
        var folders = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--count":
                    count = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--rules":
                    folders.Add(arguments[++i]);
                    break;
                default:
                    await Console.Error.WriteLineAsync($"unknown argument {arguments[i]}");
                    return 2;
            }
        }

        Console.WriteLine();
        Table.Row("parse and check", "time", "allocated", "parse, check and print");
        Table.Row("---", "---:", "---:", "---:");
        foreach (var (name, expression) in Typical)
        {
            var (time, bytes) = Measure(() => PromQlExpression.Parse(expression));
            var (printed, _) = Measure(() => PromQlPrinter.Print(PromQlExpression.Parse(expression).Root!));
            Table.Row(name, Microseconds(time), $"{Table.Number(bytes)} B", Microseconds(printed));
        }

        await WholeAsync(Rules(folders, count), cancellation);
        return 0;
    }

    private static async Task WholeAsync(IReadOnlyList<string> rules, CancellationToken cancellation)
    {
        var (time, bytes) = Measure(() =>
        {
            var faults = 0;
            foreach (var rule in rules)
            {
                faults += PromQlExpression.Parse(rule).Errors.Count;
            }

            return faults;
        });
        Console.WriteLine();
        Table.Row(
            $"{Table.Number(rules.Count)} rules, {Table.Number(rules.Average(rule => rule.Length))} characters each",
            "time",
            "allocated"
        );
        Table.Row("---", "---:", "---:");
        Table.Row("Binnacle, one thread", Milliseconds(time), $"{Table.Number(bytes / 1024)} KiB");
        if (PromtoolJudge.Find() is { } promtool)
        {
            await MeasureAsync(promtool, "promtool check rules, with its start", rules, cancellation);
            await MeasureAsync(promtool, "promtool check rules, one rule", ["up"], cancellation);
        }
    }

    private static async Task MeasureAsync(
        PromtoolJudge promtool,
        string name,
        IReadOnlyList<string> rules,
        CancellationToken cancellation
    )
    {
        var file = await PromtoolJudge.WriteAsync(rules, cancellation);
        try
        {
            var (cost, _) = await Shell.RunAsync($"{promtool.Path} check rules --lint=none {file}", cancellation);
            Table.Row(name, $"{Table.Number(cost.Cpu * 1000, "N0")} ms of CPU", "");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static List<string> Rules(IReadOnlyList<string> folders, int count)
    {
        List<string> known =
        [
            .. folders.Count > 0
                ? folders.SelectMany(RuleFiles.Expressions)
                : RuleFiles.Expressions(Path.Combine(Repository(), "config/samples")).Concat(Expressions.Vectors),
        ];
        // What every Prometheus 3 takes, so that promtool reads all of it.
        var oldest = new PromQlOptions { PrometheusVersion = new Version(3, 0) };
        known =
        [
            .. known.Where(text =>
                PromQlExpression.Parse(text).IsValid && PromQlExpression.Parse(text, oldest).IsValid
            ),
        ];
        // Different rules, as those of a large rule set are: the same over and over would stay in every cache.
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                    i < known.Count
                        ? known[i]
                        : $"{known[i % known.Count]}\n# {i.ToString(CultureInfo.InvariantCulture)}"
                ),
        ];
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? ".";
    }

    /// <summary>The best of many rounds: what else runs on the machine only ever adds.</summary>
    private static (double Microseconds, double Bytes) Measure<T>(Func<T> action)
    {
        var clock = Stopwatch.StartNew();
        var rounds = 0;
        while (clock.Elapsed < Warmup)
        {
            action();
            rounds++;
        }

        var batch = Math.Max(1, rounds / 50);
        var best = double.MaxValue;
        var allocated = double.MaxValue;
        for (var round = 0; round < 50; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            clock.Restart();
            for (var i = 0; i < batch; i++)
            {
                action();
            }

            best = Math.Min(best, clock.Elapsed.TotalMicroseconds / batch);
            allocated = Math.Min(allocated, (double)(GC.GetAllocatedBytesForCurrentThread() - before) / batch);
        }

        return (best, allocated);
    }

    private static string Microseconds(double time) => $"{Table.Number(time, "N1")} µs";

    private static string Milliseconds(double microseconds) => $"{Table.Number(microseconds / 1000, "N1")} ms";
}
