using System.Diagnostics;
using System.Globalization;

namespace Binnacle.Benchmarks.Client;

/// <summary>Measures rows and prints them as they are done.</summary>
internal sealed class Table
{
    private readonly int _repeats;

    public Table(int repeats, params string[] columns)
    {
        _repeats = repeats;
        Console.WriteLine();
        Row(columns);
        Row([.. columns.Select((_, i) => i == 0 ? "---" : "---:")]);
    }

    /// <summary>Prints one row.</summary>
    public static void Row(params IEnumerable<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    /// <summary>A number for people.</summary>
    public static string Number(double value, string format = "N0") =>
        value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>The median cost of work in this process.</summary>
    public Task<Cost> MeasureAsync(Func<Task> work) =>
        MedianAsync(async () =>
        {
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var clock = Stopwatch.StartNew();
            await work();
            var took = clock.Elapsed;
            return new Cost(took.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds);
        });

    /// <summary>The median cost of a command.</summary>
    public Task<Cost> MeasureAsync(string command, CancellationToken cancellationToken) =>
        MedianAsync(async () => (await Shell.RunAsync(command, cancellationToken)).Cost);

    private async Task<Cost> MedianAsync(Func<Task<Cost>> measure)
    {
        var costs = new List<Cost>();
        for (var i = 0; i < _repeats; i++)
        {
            costs.Add(await measure());
        }

        return costs.OrderBy(cost => cost.Seconds).ElementAt(_repeats / 2);
    }
}
