using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Testing;

namespace Binnacle.PromQL.Tests;

/// <summary>The real promtool, the judge of all the expressions here.</summary>
internal sealed partial class Promtool
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private readonly string _path;

    private Promtool(string path) => _path = path;

    public static Promtool OrSkip()
    {
        var path = Tools.Find("promtool");
        Assert.SkipWhen(path is null, "promtool is neither in .tools/bin nor on PATH (make tools brings it)");
        return new Promtool(path!);
    }

    public Task<(int ExitCode, string Output)> FormatAsync(string expression) =>
        RunAsync(["--experimental", "promql", "format", expression]);

    public Task<(int ExitCode, string Output)> SetMatcherAsync(string expression, string label, string value) =>
        RunAsync(["--experimental", "promql", "label-matchers", "set", "-t=", expression, label, value]);

    /// <summary>Which of the expressions Prometheus refuses in a rule file, with its words; one process for all of them.</summary>
    public async Task<IReadOnlyDictionary<int, string>> RefusalsAsync(IReadOnlyList<string> expressions)
    {
        var file = Path.Combine(Path.GetTempPath(), $"promql-{Guid.NewGuid():N}.yaml");
        var text = new StringBuilder("groups:\n- name: g\n  rules:\n");
        for (var i = 0; i < expressions.Count; i++)
        {
            text.Append($"  - record: \"r:{i}\"\n    expr: \"{Escape(expressions[i])}\"\n");
        }

        await File.WriteAllTextAsync(file, text.ToString(), TestContext.Current.CancellationToken);
        try
        {
            var (_, output) = await RunAsync(["check", "rules", "--lint=none", file]);
            output.ShouldNotContain(": yaml: ", customMessage: output);
            return Refusal()
                .Matches(output)
                .ToDictionary(match => int.Parse(match.Groups[1].Value), match => match.Groups[2].Value);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs unit tests of rules (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/).</summary>
    public async Task<(int ExitCode, string Output)> TestRulesAsync(string tests)
    {
        var file = Path.Combine(Path.GetTempPath(), $"promql-{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(file, tests, TestContext.Current.CancellationToken);
        try
        {
            return await RunAsync(["test", "rules", file]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Escape(string text) =>
        string.Concat(
            text.EnumerateRunes()
                .Select(r => r.Value is >= ' ' and <= '~' and not ('"' or '\\') ? r.ToString() : $"\\U{r.Value:x8}")
        );

    private async Task<(int ExitCode, string Output)> RunAsync(IEnumerable<string> arguments)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Timeout);
        using var process = Process.Start(
            new ProcessStartInfo(_path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    [GeneratedRegex("""group "g", rule \d+, "r:(\d+)": (.*)""")]
    private static partial Regex Refusal();
}
