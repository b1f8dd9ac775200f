using Binnacle.PromQL.Templates;

namespace Binnacle.PromQL.Tests.Templates;

[Trait("Guarantee", "T8")]
public sealed class NotificationTemplateTests
{
    private static readonly TemplateDialect Dialect = TemplateDialect.Alertmanager(new Version(0, 33));

    [Theory]
    [InlineData("{{ .GroupLabels.alertname }} {{ .Status | toUpper }} {{ .Alerts.Firing | len }}")]
    [InlineData(
        "{{ range .Alerts }}{{ .Annotations.description }} {{ .Labels.a }} {{ .StartsAt.Format \"15:04\" }}{{ end }}"
    )]
    [InlineData(
        "{{ range .CommonLabels.SortedPairs }}{{ .Name }}={{ .Value }}{{ end }}{{ .CommonLabels.Values | join \", \" }}"
    )]
    [InlineData("{{ .GroupLabels.Values.Join \":\" }}{{ (.CommonLabels.Remove .GroupLabels.Names).Values }}")]
    [InlineData("{{ template \"slack.default.text\" . }}{{ (index .Alerts 0).Fingerprint }}")]
    [InlineData(
        "{{ range .Alerts.Resolved }}{{ .EndsAt | since | humanizeDuration }}{{ date \"15:04\" .EndsAt }}{{ end }}"
    )]
    [InlineData(
        "{{ .ExternalURL }}{{ .Receiver }}{{ reReplaceAll \"a\" \"b\" .Receiver }}{{ stringSlice \"a\" \"b\" }}"
    )]
    public void Takes_what_Alertmanager_expands(string template)
    {
        var read = AlertTemplate.Parse(template, Dialect);
        read.Errors.ShouldBeEmpty();
        read.Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{{ $labels.a }}", "1:4: the variable \"$labels\" is not declared here")]
    [InlineData("{{ .Status | humanize }}", "1:14: there is no function \"humanize\"")]
    [InlineData(
        "{{ base64encode \"a\" }}",
        "1:4: Alertmanager 0.33 has no function \"base64encode\", expected Alertmanager 0.34 or later"
    )]
    public void Refuses_what_it_cannot_parse(string template, string error)
    {
        var first = AlertTemplate.Parse(template, Dialect).Errors[0].ToString();
        first.ShouldBe(error);
    }

    [Theory]
    [InlineData("{{ .Labels.a }}", "1:5: the data of a notification has no field \"Labels\"")]
    [InlineData("{{ range .Alerts }}{{ .Summary }}{{ end }}", "1:24: template.Alert has no field \"Summary\"")]
    [InlineData("{{ .Alerts.Labels }}", "1:12: a list has no field \"Labels\"")]
    [InlineData("{{ .GroupLabels | join \",\" }}", "1:19: \"join\" cannot take a map, expected a list of texts")]
    public void Warns_of_what_fails_when_it_notifies(string template, string warning) =>
        AlertTemplate.Parse(template, Dialect).Warnings.ShouldHaveSingleItem().ToString().ShouldStartWith(warning);
}
