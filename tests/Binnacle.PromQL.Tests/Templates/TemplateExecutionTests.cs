using Binnacle.PromQL.Templates;

namespace Binnacle.PromQL.Tests.Templates;

/// <summary>Warnings are for what fails when the alert fires, and for nothing else.</summary>
public sealed class TemplateExecutionTests
{
    private static readonly TemplateDialect Dialect = TemplateDialect.Prometheus(new Version(3, 5));

    public static TheoryData<string> Expanded => [.. ExecutionTables.Expanded];

    public static TheoryData<string> Failed => [.. ExecutionTables.Failed];

    [Theory]
    [MemberData(nameof(Expanded))]
    public void Says_nothing_of_what_works(string template)
    {
        var read = AlertTemplate.Parse(template, Dialect);
        read.Errors.ShouldBeEmpty();
        read.Warnings.ShouldBeEmpty();
    }

    [Theory]
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
