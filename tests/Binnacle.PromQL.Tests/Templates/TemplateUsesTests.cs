using Binnacle.PromQL.Templates;

namespace Binnacle.PromQL.Tests.Templates;

[Trait("Guarantee", "T6")]
public sealed class TemplateUsesTests
{
    [Theory]
    [InlineData("{{ $labels.a }}", "Alert a")]
    [InlineData("{{ .Labels.a }}{{ $.Labels.b }}{{ ($labels).c }}", "Alert a, Alert b, Alert c")]
    [InlineData("{{ index $labels \"a-b\" }}", "Alert a-b")]
    [InlineData("{{ index $labels $value }}", "Alert ?")]
    [InlineData("{{ $labels }}", "Alert ?")]
    [InlineData("{{ range $k, $v := $labels }}{{ $k }}{{ end }}", "Alert ?")]
    [InlineData("{{ with $labels }}{{ .a }}{{ end }}", "Alert a")]
    [InlineData("{{ $l := $labels }}{{ $l.a }}", "Alert a")]
    [InlineData("{{ with .Labels.a }}{{ . }}{{ end }}", "Alert a")]
    [InlineData("{{ $externalLabels.cluster }}{{ .ExternalLabels.zone }}", "External cluster, External zone")]
    [InlineData("{{ range query \"up\" }}{{ .Labels.a }}{{ $labels.b }}{{ end }}", "Sample a of up, Alert b")]
    [InlineData("{{ with query \"up\" }}{{ . | first | label \"a\" }}{{ end }}", "Sample a of up")]
    [InlineData("{{ range query \"up\" | sortByLabel \"a\" }}{{ end }}", "Sample a of up")]
    [InlineData(
        "{{ $s := query \"up\" | first }}{{ $s.Labels.a }}{{ index $s.Labels \"b\" }}",
        "Sample a of up, Sample b of up"
    )]
    [InlineData("{{ define \"t\" }}{{ .Labels.a }}{{ end }}{{ template \"t\" . }}", "Alert a")]
    [InlineData(
        "{{ define \"t\" }}{{ .a }}{{ end }}{{ template \"t\" $labels }}{{ template \"t\" $labels }}",
        "Alert a"
    )]
    [InlineData(
        "{{ if $labels.a }}{{ $labels.b }}{{ else if eq $labels.c \"x\" }}{{ $labels.d }}{{ end }}",
        "Alert a, Alert b, Alert c, Alert d"
    )]
    [InlineData("{{ template \"nope\" .Labels.a }}", "Alert a")]
    [InlineData("{{ $labels.a }} {{ nope }} {{ $labels.b }}", "Alert a, Alert b")]
    [InlineData("no {{/* $labels.a */}} label", "")]
    public void Lists_labels(string template, string labels)
    {
        var read = AlertTemplate.Parse(template);
        string.Join(
                ", ",
                read.Labels.Select(label =>
                    $"{label.Source} {label.Name ?? "?"}{(label.Query is { } query ? $" of {query.Text}" : "")}"
                )
            )
            .ShouldBe(labels);
        foreach (var label in read.Labels.Where(label => label.Name is not null))
        {
            template[label.Offset..label.End].ShouldBe(label.Name);
        }
    }

    [Theory]
    [InlineData("{{ $value }}", "Printed")]
    [InlineData("{{ .Value }}{{ $.Value }}", "Printed, Printed")]
    [InlineData("{{ $value | humanize }}", "Formatted humanize")]
    [InlineData("{{ humanizePercentage (.Value) }}", "Formatted humanizePercentage")]
    [InlineData("{{ $value | printf \"%.2f\" }}", "Formatted printf %.2f")]
    [InlineData("{{ printf \"%s %.1f%%\" $labels.a $value }}", "Formatted printf %.1f")]
    [InlineData("{{ printf \"%[1]v\" $value }}", "Formatted printf")]
    [InlineData("{{ $value | humanize | printf \"%s\" }}", "Formatted humanize")]
    [InlineData("{{ print $value }}", "Printed")]
    [InlineData("{{ if $value }}{{ end }}{{ not $value }}", "Tested, Tested")]
    [InlineData("{{ if gt $value 1.0 }}{{ end }}", "Compared")]
    [InlineData("{{ $v := $value }}{{ $v }}{{ $v | humanize }}", "Stored, Printed, Formatted humanize")]
    [InlineData("{{ with $value }}{{ . }}{{ end }}", "Tested, Printed")]
    [InlineData("{{ args $value }}", "Passed")]
    [InlineData("{{ define \"t\" }}{{ . }}{{ end }}{{ template \"t\" $value }}", "Passed, Printed")]
    [InlineData("{{ range query \"up\" }}{{ .Value }}{{ end }}", "")]
    public void Lists_uses_of_the_value(string template, string uses)
    {
        var read = AlertTemplate.Parse(template);
        string.Join(", ", read.Values.Select(value => $"{value.Use} {value.Format}".TrimEnd())).ShouldBe(uses);
        foreach (var value in read.Values)
        {
            template[value.Offset..value.End].ShouldBeOneOf("$value", ".Value", "$.Value", "$v", ".");
        }
    }

    [Fact]
    public void Lists_queries()
    {
        const string template = "{{ query \"up\" }}{{ printf `up{a='%s'}` $labels.a | query }}{{ query $labels.q }}";
        var queries = AlertTemplate.Parse(template).Queries;
        queries.Select(query => (query.Text, query.IsFormat)).ShouldBe([("up", false), ("up{a='%s'}", true)]);
        queries.Select(query => template[query.Offset..query.End]).ShouldBe(queries.Select(query => query.Text));
    }

    [Theory]
    [InlineData("plain { text }", true)]
    [InlineData("{{ $value }}", false)]
    public void Tells_plain_text(string template, bool plain) =>
        AlertTemplate.Parse(template).IsPlainText.ShouldBe(plain);
}
