using System.CommandLine;
using System.Globalization;
using Chaos;
using Chaos.Clusters;

var drills = new Option<string>("--drills")
{
    Description = "Which drills to run, separated by blanks: kill restart cut prometheus quota permission storm.",
    DefaultValueFactory = _ => "",
};
var quick = new Option<bool>("--quick") { Description = "Fewer resources, and every drill in seconds." };
var seed = new Option<int?>("--seed") { Description = "Decides everything that is random; default: a random one." };
var kills = new Option<int?>("--kills") { Description = "How often the operator is killed (50)." };
var restarts = new Option<int?>("--restarts") { Description = "How often the API server is restarted (10)." };
var cut = new Option<int?>("--cut") { Description = "Seconds for which connections are cut (60)." };
var storm = new Option<int?>("--storm") { Description = "Seconds for which a tenth of all requests fails (300)." };
var apart = new Option<bool>("--apart") { Description = "Compare after each drill, also when it is to be quick." };
var rules = new Option<int?>("--rules") { Description = "How many AlertRules there are (500)." };
var root = new RootCommand(
    "Hurts operator, API server and the way between them, and compares what becomes of it with a clean run. On the cluster of BINNACLE_TEST_KUBECONFIG, else on LocalCluster."
)
{
    drills,
    quick,
    seed,
    kills,
    restarts,
    cut,
    storm,
    rules,
    apart,
};
root.SetAction(
    async (parsed, cancellation) =>
    {
        var options = new ChaosOptions { Seed = parsed.GetValue(seed) ?? Random.Shared.Next(1, 1_000_000) };
        options = parsed.GetValue(quick) ? options.Quick() : options;
        options = options with
        {
            Drills = parsed.GetValue(drills)!.Split((char[])[' ', ','], StringSplitOptions.RemoveEmptyEntries),
            Kills = parsed.GetValue(kills) ?? options.Kills,
            Restarts = parsed.GetValue(restarts) ?? options.Restarts,
            Cut = parsed.GetValue(cut) is { } cutFor ? TimeSpan.FromSeconds(cutFor) : options.Cut,
            Storm = parsed.GetValue(storm) is { } stormFor ? TimeSpan.FromSeconds(stormFor) : options.Storm,
            Together = options.Together && !parsed.GetValue(apart),
            Rules = parsed.GetValue(rules) ?? options.Rules,
        };
        var folder = Directory.CreateTempSubdirectory("binnacle-chaos-").FullName;
        Tell($"seed {options.Seed} (the same again: --seed {options.Seed}); logs in {folder}");
        await using IChaosCluster cluster = Environment.GetEnvironmentVariable("BINNACLE_TEST_KUBECONFIG")
            is { Length: > 0 } given
            ? new GivenChaosCluster(given)
            : await LocalChaosCluster.StartAsync(folder, cancellation);
        Tell(
            $"{cluster.Name}: {options.Rules} AlertRules, {options.Targets} ScrapeTargets, {options.Probes} HealthProbes, {options.Dashboards} Dashboards, one stack"
        );
        var results = await new ChaosRun(options, cluster, folder, Tell).RunAsync(cancellation);
        Console.WriteLine();
        Console.WriteLine(DrillResult.Table(results));
        var wrong = results.Count(result => !result.Holds);
        Console.WriteLine();
        Console.WriteLine(
            wrong == 0
                ? $"all {results.Count} drills hold (seed {options.Seed})"
                : $"{wrong} of {results.Count} drills do not hold (seed {options.Seed})"
        );
        return wrong == 0 ? 0 : 1;
    }
);
return await root.Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });

static void Tell(string line) =>
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:HH:mm:ss} {line}"));
