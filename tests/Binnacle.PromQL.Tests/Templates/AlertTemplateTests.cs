using Binnacle.PromQL.Templates;

namespace Binnacle.PromQL.Tests.Templates;

public sealed class AlertTemplateTests
{
    public static TheoryData<string> Accepted => [.. TemplateTables.Accepted];

    public static TheoryData<string, string> Refused =>
        [.. TemplateTables.Refused.Select(row => (row.Template, row.Error))];

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Takes_what_Prometheus_loads(string template) => AlertTemplate.Parse(template).Errors.ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Refused))]
    public void Says_what_is_wrong_and_where(string template, string error)
    {
        var first = AlertTemplate.Parse(template, TemplateDialect.Prometheus(new Version(3, 5))).Errors[0];
        first.ToString().ShouldBe(error);
        first.Offset.ShouldBeInRange(0, template.Length);
        first.End.ShouldBeInRange(first.Offset, template.Length);
    }
}
