using System.Text;
using System.Text.RegularExpressions;
using PromQlDifferential.Judging;
using Testing;

namespace Binnacle.PromQL.Tests;

/// <summary>
/// The real promtool, the judge of all the expressions here: the one that BINNACLE_PROMTOOL names, else that of
/// <c>.tools</c> or PATH.
/// </summary>
internal sealed partial class Promtool
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private readonly string _path;

    private Promtool(string path) => _path = path;

    public static Promtool OrSkip()
    {
        var path = Environment.GetEnvironmentVariable("BINNACLE_PROMTOOL") is { Length: > 0 } named
            ? named
            : Tools.Find("promtool");
        Assert.SkipWhen(path is null, "promtool is neither in .tools/bin nor on PATH (make tools brings it)");
        return new Promtool(path!);
    }

    /// <summary>The Prometheus that it belongs to.</summary>
    public async Task<Version> VersionAsync() => ProgramVersion.Read((await RunAsync(["--version"])).Output);

    public Task<(int ExitCode, string Output)> FormatAsync(string expression) =>
        RunAsync(["--experimental", "promql", "format", expression]);

    public Task<(int ExitCode, string Output)> SetMatcherAsync(string expression, string label, string value) =>
        RunAsync(["--experimental", "promql", "label-matchers", "set", "-t=", expression, label, value]);

    /// <summary>Which of the expressions Prometheus refuses in a rule file, with its words; one process for all of them.</summary>
    public Task<IReadOnlyDictionary<int, string>> RefusalsAsync(IReadOnlyList<string> expressions) =>
        RefusalsAsync(expressions, (text, i) => $"  - record: \"r:{i}\"\n    expr: \"{text}\"\n");

    /// <summary>The same for templates, each the summary of an alert <c>r:0</c>, <c>r:1</c> ….</summary>
    public Task<IReadOnlyDictionary<int, string>> TemplateRefusalsAsync(IReadOnlyList<string> templates) =>
        RefusalsAsync(
            templates,
            (text, i) => $"  - alert: \"r:{i}\"\n    expr: up\n    annotations:\n      summary: \"{text}\"\n"
        );

    private async Task<IReadOnlyDictionary<int, string>> RefusalsAsync(
        IReadOnlyList<string> texts,
        Func<string, int, string> rule
    )
    {
        var file = Path.Combine(Path.GetTempPath(), $"promql-{Guid.NewGuid():N}.yaml");
        var text = new StringBuilder("groups:\n- name: g\n  rules:\n");
        for (var i = 0; i < texts.Count; i++)
        {
            text.Append(rule(Escape(texts[i]), i));
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

    /// <summary>What each template becomes for an alert with the value 7.5 and the labels job="j" and instance="h:1".</summary>
    public async Task<IReadOnlyList<string>> ExpandAsync(IReadOnlyList<string> templates)
    {
        var folder = Directory.CreateTempSubdirectory("templates-").FullName;
        var rules = new StringBuilder("groups:\n- name: g\n  rules:\n");
        var tests = new StringBuilder("rule_files: [rules.yaml]\ntests:\n- interval: 1m\n  input_series:\n");
        tests.Append("  - series: 'up{job=\"j\",instance=\"h:1\"}'\n    values: '7.5 7.5'\n  alert_rule_test:\n");
        for (var i = 0; i < templates.Count; i++)
        {
            rules.Append($"  - alert: \"r:{i}\"\n    expr: up == 7.5\n");
            rules.Append($"    annotations:\n      summary: \"{Escape(templates[i])}\"\n");
            tests.Append($"  - eval_time: 1m\n    alertname: \"r:{i}\"\n    exp_alerts: [{{}}]\n");
        }

        try
        {
            await File.WriteAllTextAsync(
                $"{folder}/rules.yaml",
                rules.ToString(),
                TestContext.Current.CancellationToken
            );
            await File.WriteAllTextAsync(
                $"{folder}/tests.yaml",
                tests.ToString(),
                TestContext.Current.CancellationToken
            );
            var (_, output) = await RunAsync(["test", "rules", $"{folder}/tests.yaml"]);
            var found = Expansion()
                .Matches(output)
                .ToDictionary(match => int.Parse(match.Groups[1].Value), match => match.Groups[2].Value);
            found.Count.ShouldBe(templates.Count, output[..Math.Min(output.Length, 2000)]);
            return [.. Enumerable.Range(0, templates.Count).Select(i => found[i])];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Escape(string text) =>
        string.Concat(
            text.EnumerateRunes()
                .Select(r => r.Value is >= ' ' and <= '~' and not ('"' or '\\') ? r.ToString() : $"\\U{r.Value:x8}")
        );

    private Task<(int ExitCode, string Output)> RunAsync(IEnumerable<string> arguments) =>
        PromtoolProcess.RunAsync(_path, arguments, Timeout, TestContext.Current.CancellationToken);

    [GeneratedRegex("""group "g", rule \d+, "r:(\d+)": (.*)""")]
    private static partial Regex Refusal();

    [GeneratedRegex("""alertname: r:(\d+), time: 1m,.*?got:\[(.*?)\n\s*\]""", RegexOptions.Singleline)]
    private static partial Regex Expansion();
}
