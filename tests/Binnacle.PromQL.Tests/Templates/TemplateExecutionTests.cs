using Binnacle.PromQL.Templates;

namespace Binnacle.PromQL.Tests.Templates;

/// <summary>Warnings are for what fails when the alert fires, and for nothing else.</summary>
public sealed class TemplateExecutionTests
{
    private static readonly TemplateDialect Dialect = TemplateDialect.Prometheus(new Version(3, 5));

    public static TheoryData<string> Expanded => [.. ExecutionTables.Expanded];

    public static TheoryData<string> Failed => [.. ExecutionTables.Failed];

    [Theory]
    [Trait("Guarantee", "T4")]
    [MemberData(nameof(Expanded))]
    public void Says_nothing_of_what_works(string template)
    {
        var read = AlertTemplate.Parse(template, Dialect);
        read.Errors.ShouldBeEmpty();
        read.Warnings.ShouldBeEmpty();
    }

    [Theory]
    [Trait("Guarantee", "T4")]
    [MemberData(nameof(Failed))]
    public void Warns_of_what_fails(string template)
    {
        var read = AlertTemplate.Parse(template, Dialect);
        read.Errors.ShouldBeEmpty();
        read.Warnings.ShouldNotBeEmpty();
        foreach (var warning in read.Warnings)
        {
            warning.Offset.ShouldBeInRange(0, template.Length);
            warning.End.ShouldBeInRange(warning.Offset, template.Length);
        }
    }

    /// <summary>
    /// Pipelines without conditions, which run as a whole: those that fail are those with warnings.
    /// BINNACLE_TEMPLATE_RUNS sets how many are tried (default 6,000).
    /// </summary>
    [Fact]
    [Trait("Guarantee", "T4")]
    public async Task Warns_of_pipelines_that_fail()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("BINNACLE_TEMPLATE_RUNS") ?? "6000");
        var generator = new TemplateGenerator(20_261_123);
        var promtool = Promtool.OrSkip();
        var read = Enumerable
            .Range(0, count)
            .Select(_ => generator.Pipeline())
            .Distinct()
            .Select(template => AlertTemplate.Parse(template, Dialect))
            .Where(template => template.Errors.Count == 0 && !DependsOnData(template.Text))
            .ToList();
        var wrong = new List<string>();
        foreach (var chunk in read.Chunk(1500))
        {
            var expanded = await promtool.ExpandAsync([.. chunk.Select(template => template.Text)]);
            for (var i = 0; i < chunk.Length; i++)
            {
                var failed =
                    expanded[i].Contains("error expanding template")
                    || expanded[i].Contains("%!")
                    || expanded[i].Contains("[0x");
                if (failed != chunk[i].Warnings.Count > 0)
                {
                    wrong.Add($"{chunk[i].Text}: {string.Join("; ", chunk[i].Warnings)}; promtool: {expanded[i]}");
                }
            }
        }

        TestContext.Current.SendDiagnosticMessage("{0} pipelines run, {1} judged differently", read.Count, wrong.Count);
        wrong.ShouldBeEmpty();
    }

    // Conditions inside of an expression, promtool's missing URL, and what the text of a label decides.
    private static bool DependsOnData(string template) =>
        (Holds(template, "parseDuration") && Holds(template, "humanize"))
        || Holds(template, "and", "or", "eq", "externalURL", "pathPrefix", "slice", "index", "args", "query")
        || (
            Holds(template, "humanize", "toTime", "parseDuration", "printf", "query", "match", "reReplaceAll")
            && Holds(
                template,
                "abels",
                "$externalURL",
                "html",
                "js",
                "print",
                "args",
                "stri",
                "title",
                "Link",
                "toUpper"
            )
        );

    private static bool Holds(string template, params string[] words) =>
        words.Any(word => template.Contains(word, StringComparison.Ordinal));

    [Fact]
    public async Task The_tables_say_what_promtool_does()
    {
        var expanded = await Promtool.OrSkip().ExpandAsync([.. ExecutionTables.Expanded, .. ExecutionTables.Failed]);
        for (var i = 0; i < expanded.Count; i++)
        {
            var failed = expanded[i].Contains("error expanding template") || expanded[i].Contains("%!");
            failed.ShouldBe(i >= ExecutionTables.Expanded.Length, expanded[i]);
        }
    }
}
