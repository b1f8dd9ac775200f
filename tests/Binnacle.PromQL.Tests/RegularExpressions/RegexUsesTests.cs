using System.Diagnostics;
using Binnacle.PromQL.RegularExpressions;
using Testing;

namespace Binnacle.PromQL.Tests.RegularExpressions;

/// <summary>What each use accepts, compared with the program that stands behind it.</summary>
public sealed class RegexUsesTests
{
    private static readonly string[] Patterns =
    [
        "a|b",
        @"\Qa",
        @"\Qa\E",
        "a)|(?:b",
        "a)(b",
        "a)",
        "(a",
        @"a)\",
        "(?i",
        "x{1001}",
        "(?<n>a)",
        "a**",
        @"\pL",
        @"\p{Foo}",
        "(?=a)",
        "*",
        "[a",
        @"\z",
        "(?P<n>a)(?P<n>b)",
    ];

    [Fact]
    public Task Relabelling_is_judged_as_Prometheus_judges_it() =>
        CompareAsync(
            Re2Use.Relabeling,
            "promtool",
            ["check", "config", "--syntax-only"],
            pattern =>
                $"{{scrape_configs: [{{job_name: a, relabel_configs: [{{action: labeldrop, regex: {Yaml(pattern)}}}]}}]}}"
        );

    [Fact]
    public Task Matchers_of_routes_are_judged_as_Alertmanager_judges_them() =>
        CompareAsync(
            Re2Use.WholeText,
            "amtool",
            ["check-config"],
            pattern =>
                $"{{receivers: [{{name: a}}], route: {{receiver: a, routes: [{{matchers: [{Yaml($"l=~{RegexDifferentialTests.Quote(pattern)}")}]}}]}}}}"
        );

    [Fact]
    public Task Expressions_of_probes_are_judged_as_the_prober_judges_them() =>
        CompareAsync(
            Re2Use.Search,
            "blackbox_exporter",
            ["--config.check", "--config.file"],
            pattern => $"{{modules: {{a: {{prober: http, http: {{fail_if_body_matches_regexp: [{Yaml(pattern)}]}}}}}}}}"
        );

    private static async Task CompareAsync(Re2Use use, string program, string[] arguments, Func<string, string> config)
    {
        var path = Tools.Find(program);
        Assert.SkipWhen(path is null, $"{program} is neither in .tools/bin nor on PATH (make tools brings it)");
        var file = Path.Combine(Path.GetTempPath(), $"regex-{Guid.NewGuid():N}.yaml");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        try
        {
            foreach (var pattern in Patterns)
            {
                await File.WriteAllTextAsync(file, config(pattern), limit.Token);
                using var process = Process.Start(
                    new ProcessStartInfo(path!, [.. arguments, file])
                    {
                        RedirectStandardOutput = true,
                        RedirectStandardError = true,
                    }
                )!;
                var output = process.StandardOutput.ReadToEndAsync(limit.Token);
                var error = process.StandardError.ReadToEndAsync(limit.Token);
                await process.WaitForExitAsync(limit.Token);
                var accepted = Re2Pattern.TryParse(pattern, use, out _, out var fault);
                accepted.ShouldBe(process.ExitCode == 0, $"{pattern}: {fault}\n{await output}{await error}");
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>In single quotes only those are special.</summary>
    private static string Yaml(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
