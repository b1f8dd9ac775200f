using Binnacle.PromQL.Templates;

namespace Binnacle.PromQL.Tests.Templates;

public sealed class AlertTemplateTests
{
    private static readonly TemplateDialect Dialect = TemplateDialect.Prometheus(new Version(3, 5));

    public static TheoryData<string> Accepted => [.. TemplateTables.Accepted];

    public static TheoryData<string, string> Refused =>
        [.. TemplateTables.Refused.Select(row => (row.Template, row.Error))];

    [Theory]
    [MemberData(nameof(Accepted))]
    [Trait("Guarantee", "T1")]
    public void Takes_what_Prometheus_loads(string template)
    {
        AlertTemplate.Parse(template).Errors.ShouldBeEmpty();
        AlertTemplate.Parse(template, TemplateDialect.Prometheus(new Version(2, 42))).Errors.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Refused))]
    [Trait("Guarantee", "T2")]
    public void Says_what_is_wrong_and_where(string template, string error)
    {
        var errors = AlertTemplate.Parse(template, Dialect).Errors;
        errors[0].ToString().ShouldBe(error);
        foreach (var fault in errors)
        {
            fault.Offset.ShouldBeInRange(0, template.Length);
            fault.End.ShouldBeInRange(fault.Offset, template.Length);
        }
    }

    [Fact]
    [Trait("Guarantee", "T2")]
    public void Says_all_that_is_wrong_at_once() =>
        AlertTemplate
            .Parse("{{ $labels.a-b }}\n{{ nope }} {{ if $q }}{{ 1 & }}{{ else }}\n{{ end }}{{ end }}", Dialect)
            .Errors.Select(error => $"{error.Line}:{error.Column}")
            .ShouldBe(["1:4", "2:4", "2:18", "2:28", "3:10"]);

    [Theory]
    [InlineData("{{ $labels.foo-bar }}", "{{ index $labels \"foo-bar\" }}")]
    [InlineData("{{ $labels.kubernetes.io/name | toUpper }}", "{{ index $labels \"kubernetes.io/name\" | toUpper }}")]
    [InlineData("{{ $.Labels.foo-bar }}", "{{ index $.Labels \"foo-bar\" }}")]
    [InlineData("{{ $labels[\"foo\"] }}", "{{ index $labels \"foo\" }}")]
    [InlineData("{{ humanizePercent $value }}", "{{ humanizePercentage $value }}")]
    [InlineData("{{ $lable.x }}", "{{ $labels.x }}")]
    [InlineData("{{ value }}", "{{ $value }}")]
    [InlineData("{{ define \"a\" }}{{ $labels.x }}{{ end }}", "{{ define \"a\" }}{{ $.Labels.x }}{{ end }}")]
    [Trait("Guarantee", "T3")]
    public void A_fix_of_an_error_mends_it(string template, string mended)
    {
        var errors = AlertTemplate.Parse(template, Dialect).Errors;
        if (errors.Count == 0)
        {
            // A function of this name exists, but not without arguments.
            template.ShouldBe("{{ value }}");
            return;
        }

        Mended(template, errors[0]).ShouldBe(mended);
        AlertTemplate.Parse(mended, Dialect).Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{{ gt $value 5 }}", "{{ gt $value 5.0 }}")]
    [InlineData("{{ printf \"%d\" $value }}", "{{ printf \"%.0f\" $value }}")]
    [InlineData("{{ printf `%-5s` $value }}", "{{ printf `%v` $value }}")]
    [InlineData("{{ printf \"\\t%.2f\" $labels.a }}", "{{ printf \"\\t%s\" $labels.a }}")]
    [InlineData("{{ .labels.a }}", "{{ .Labels.a }}")]
    [InlineData("{{ .instance }}", "{{ .Labels.instance }}")]
    [InlineData("{{ toUpper $value }}", "{{ toUpper (printf \"%v\" $value) }}")]
    [InlineData("{{ $labels.app.name }}", "{{ (index $labels \"app.name\") }}")]
    [InlineData(
        "{{ define \"abc\" }}x{{ end }}{{ template \"abd\" }}",
        "{{ define \"abc\" }}x{{ end }}{{ template \"abc\" }}"
    )]
    [Trait("Guarantee", "T4")]
    public void A_fix_of_a_warning_mends_it(string template, string mended)
    {
        var warning = AlertTemplate.Parse(template, Dialect).Warnings.ShouldHaveSingleItem();
        Mended(template, warning).ShouldBe(mended);
        AlertTemplate.Parse(mended, Dialect).Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{{ now }}", "3.5", "3.6")]
    [InlineData("{{ toDuration 1 }}", "3.5", "3.6")]
    [InlineData("{{ urlQueryEscape \"a\" }}", "3.7", "3.8")]
    [InlineData("{{ with 1 }}{{ else with 2 }}{{ end }}", "2.54", "2.55")]
    [Trait("Guarantee", "T1")]
    public void Knows_what_a_version_brought(string template, string before, string since)
    {
        AlertTemplate.Parse(template, TemplateDialect.Prometheus(Version.Parse(before))).Errors.ShouldHaveSingleItem();
        AlertTemplate.Parse(template, TemplateDialect.Prometheus(Version.Parse(since))).Errors.ShouldBeEmpty();
        AlertTemplate.Parse(template).Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{{ range 3 }}a{{ end }}", "3.2", "3.3")]
    [InlineData("{{ parseDuration \"-1h\" }}", "3.5", "3.6")]
    [Trait("Guarantee", "T4")]
    public void Warns_by_version(string template, string before, string since)
    {
        AlertTemplate
            .Parse(template, TemplateDialect.Prometheus(Version.Parse(before)))
            .Warnings.ShouldHaveSingleItem();
        AlertTemplate.Parse(template, TemplateDialect.Prometheus(Version.Parse(since))).Warnings.ShouldBeEmpty();
    }

    [Fact]
    [Trait("Guarantee", "T1")]
    public void The_name_of_the_alert_s_own_template_is_taken()
    {
        const string template = "{{ define \"__alert_Down\" }}x{{ end }}";
        AlertTemplate.Parse(template, alert: "Down").Errors.ShouldHaveSingleItem().Message.ShouldContain("twice");
        AlertTemplate.Parse(template, alert: "Up").Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(
        "{{ range query \"sum(rat(up[5m]))\" }}{{ end }}",
        "1:21: the query does not parse: unknown function \"rat\""
    )]
    [InlineData("{{ range query \"up{a=\\\"b\\\"} ==\" }}{{ end }}", "1:31: the query does not parse")]
    [InlineData("{{ with printf \"up{a='%s'} + \" $labels.a | query }}{{ end }}", "1:30: the query does not parse")]
    [InlineData("{{ with printf \"up{a=%q} + \" $labels.a | query }}{{ end }}", "1:28: the query does not parse")]
    [Trait("Guarantee", "T5")]
    public void Reads_the_queries(string template, string warning) =>
        AlertTemplate.Parse(template, Dialect).Warnings.ShouldHaveSingleItem().ToString().ShouldStartWith(warning);

    [Theory]
    [InlineData("{{ with printf \"up{a='%s'}\" $labels.a | query }}{{ end }}")]
    [InlineData("{{ with printf \"up{a=%q} > 5%%2\" $labels.a | query }}{{ end }}")]
    [InlineData("{{ with printf \"%s{a='b'}[\" $labels.a | query }}{{ end }}")]
    [InlineData("{{ with printf \"up{a='%[1]s'\" $labels.a | query }}{{ end }}")]
    [InlineData("{{ range query $labels.q }}{{ end }}")]
    [Trait("Guarantee", "T5")]
    public void Leaves_queries_alone_that_it_cannot_know(string template) =>
        AlertTemplate.Parse(template, Dialect).Warnings.ShouldBeEmpty();

    private static string Mended(string template, TemplateFault fault) =>
        template[..fault.Offset] + fault.Fix + template[fault.End..];
}
