using System.Diagnostics;
using System.Globalization;
using Binnacle.PromQL;
using PromQlDifferential;
using PromQlDifferential.Corpus;
using PromQlDifferential.Generating;
using PromQlDifferential.Judging;

// Usage: PromQlDifferential [--count N] [--seed N] [--corpus FOLDER]… [--show N] [--threads N] [--no-server]
var count = 200_000;
var seed = 1;
var show = 20;
var server = true;
var folders = new List<string>();
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--count":
            count = int.Parse(args[++i], CultureInfo.InvariantCulture);
            break;
        case "--seed":
            seed = int.Parse(args[++i], CultureInfo.InvariantCulture);
            break;
        case "--show":
            show = int.Parse(args[++i], CultureInfo.InvariantCulture);
            break;
        case "--corpus":
            folders.Add(args[++i]);
            break;
        case "--no-server":
            server = false;
            break;
        default:
            Console.Error.WriteLine($"unknown argument {args[i]}");
            return 2;
    }
}

if (PromtoolJudge.Find() is not { } promtool)
{
    Console.Error.WriteLine("promtool is neither in .tools/bin nor on PATH (make tools brings it)");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
var clock = Stopwatch.StartNew();
var results = new List<Comparison>();
var version = await promtool.VersionAsync(stop.Token);
var plain = new PromQlOptions { PrometheusVersion = version };
var experimental = plain with { ExperimentalFunctions = true };
var full = experimental with { DurationExpressions = true };

string[] hand = [.. Expressions.All];
await ReportAsync("hand tables", hand, plain);
await ReportAsync("hand tables, experimental functions", hand, experimental);
var corpus = new List<string>(hand);
foreach (var folder in folders)
{
    var found = RuleFiles.Expressions(folder);
    corpus.AddRange(found);
    await ReportAsync(Path.GetFileName(folder.TrimEnd('/')), found, plain);
    await ReportAsync(Path.GetFileName(folder.TrimEnd('/')) + ", experimental functions", found, experimental);
}

var random = RandomSets.Mixed(seed, corpus).Take(count * 7 / 10);
await ReportAsync($"random, seed {seed}", random, plain);
await ReportAsync(
    $"random, experimental functions, seed {seed + 1000}",
    RandomSets.Mixed(seed + 1000, corpus, experimental: true).Take(count * 2 / 10),
    experimental
);
if (server)
{
    await using var prometheus = await PrometheusServer.StartAsync(
        ["promql-experimental-functions", "promql-duration-expr"],
        stop.Token
    );
    var some = RandomSets.Mixed(seed + 2000, corpus, experimental: true, durationExpressions: true).Take(count / 10);
    results.Add(
        await Comparison.MakeAsync(
            $"random, server with all features, seed {seed + 2000}",
            some,
            full,
            batch => prometheus.RefusalsAsync(batch, stop.Token)
        )
    );
    Print(results[^1]);
}

Console.WriteLine();
Console.WriteLine(
    "| expressions | number | both load | both refuse | only we load | only Prometheus loads | a letter as a colon |"
);
Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
foreach (var result in results)
{
    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {result.Name} | {result.Total:N0} | {result.Accepted:N0} | {result.Refused:N0} | {result.WronglyAccepted.Count} | {result.WronglyRefused.Count} | {result.LettersAsColons.Count} |"
        )
    );
}

Console.WriteLine();
Console.WriteLine($"Prometheus {version}, {clock.Elapsed.TotalSeconds:N0} s");
return results.Any(result => result.WronglyAccepted.Count > 0 || result.WronglyRefused.Count * 10_000 >= result.Total)
    ? 1
    : 0;

async Task ReportAsync(string name, IEnumerable<string> expressions, PromQlOptions language)
{
    var known = expressions.Where(text => !string.IsNullOrWhiteSpace(text));
    var result = await Comparison.MakeAsync(
        name,
        known,
        language,
        batch => promtool.RefusalsAsync(batch, language.ExperimentalFunctions, stop.Token)
    );
    results.Add(result);
    Print(result);
}

void Print(Comparison result)
{
    Console.WriteLine($"{result.Name}: {result.Total}, {clock.Elapsed.TotalSeconds:N0} s");
    foreach (var (expression, words) in result.WronglyAccepted.Take(show))
    {
        Console.WriteLine($"  only we load: {expression.ReplaceLineEndings("⏎")}\n      {words}");
    }

    foreach (var (expression, words) in result.WronglyRefused.Take(show))
    {
        Console.WriteLine($"  only Prometheus loads: {expression.ReplaceLineEndings("⏎")}\n      {words}");
    }
}
