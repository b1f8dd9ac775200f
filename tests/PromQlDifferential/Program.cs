using System.Diagnostics;
using System.Globalization;
using Binnacle.PromQL;
using PromQlDifferential;
using PromQlDifferential.Corpus;
using PromQlDifferential.Generating;
using PromQlDifferential.Judging;

// Usage: PromQlDifferential [--count N] [--seed N] [--corpus FOLDER]… [--show N] [--promtool PATH] [--no-server]
var count = 200_000;
var seed = 1;
var show = 20;
var askServer = true;
var path = "";
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
        case "--promtool":
            path = args[++i];
            break;
        case "--no-server":
            askServer = false;
            break;
        default:
            Console.Error.WriteLine($"unknown argument {args[i]}");
            return 2;
    }
}

if (PromtoolJudge.Find(path) is not { } promtool)
{
    Console.Error.WriteLine(
        path.Length > 0 ? $"there is no {path}" : "promtool is neither in .tools/bin nor on PATH (make tools brings it)"
    );
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
var plain = await promtool.LanguageAsync(flags: false, stop.Token);
var flagged = await promtool.LanguageAsync(flags: true, stop.Token);
var server = askServer ? await PrometheusServer.FindAsync(promtool, plain, stop.Token) : null;

string[] hand = [.. Expressions.All];
await KnownAsync("hand tables", hand);
var corpus = new List<string>(hand);
foreach (var folder in folders)
{
    var found = RuleFiles.Expressions(folder);
    corpus.AddRange(found);
    await KnownAsync(Path.GetFileName(folder.TrimEnd('/')), found);
}

// What the judge has no flags for goes to the others.
var byFlags = flagged == plain ? 0 : count * 2 / 10;
var byServer = server is null ? 0 : count / 10;
await RandomAsync($"random, seed {seed}", seed, count - byFlags - byServer, plain, PromtoolAsync(plain));
if (byFlags > 0)
{
    var name = $"random, {string.Join(", ", FeatureFlags.Of(flagged))}, seed {seed + 1000}";
    await RandomAsync(name, seed + 1000, byFlags, flagged, PromtoolAsync(flagged));
}

if (server is not null)
{
    var features = FeatureFlags.OfServer(plain);
    await using var prometheus = await PrometheusServer.StartAsync(server, [.. FeatureFlags.Of(features)], stop.Token);
    await RandomAsync(
        $"random, server with {string.Join(", ", FeatureFlags.Of(features))}, seed {seed + 2000}",
        seed + 2000,
        byServer,
        features,
        batch => prometheus.RefusalsAsync(batch, stop.Token)
    );
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
Console.WriteLine($"Prometheus {plain.PrometheusVersion}, {clock.Elapsed.TotalSeconds:N0} s");
return results.Any(result =>
    result.WronglyAccepted.Count > 0 || result.WronglyRefused.Count * 10_000 >= Math.Max(result.Total, 1)
)
    ? 1
    : 0;

async Task KnownAsync(string name, IReadOnlyList<string> expressions)
{
    await ReportAsync(name, expressions, plain, PromtoolAsync(plain));
    if (flagged != plain)
    {
        await ReportAsync(name + ", all flags", expressions, flagged, PromtoolAsync(flagged));
    }
}

Task RandomAsync(string name, int start, int number, PromQlOptions language, Judge judge) =>
    ReportAsync(name, RandomSets.Mixed(start, corpus, language).Take(number), language, judge);

Judge PromtoolAsync(PromQlOptions language) => batch => promtool.RefusalsAsync(batch, language, stop.Token);

async Task ReportAsync(string name, IEnumerable<string> expressions, PromQlOptions language, Judge judge)
{
    var known = expressions.Where(text => !string.IsNullOrWhiteSpace(text));
    var result = await Comparison.MakeAsync(name, known, language, judge);
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
