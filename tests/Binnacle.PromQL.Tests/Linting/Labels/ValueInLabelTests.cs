using Binnacle.PromQL.Linting.Labels;

namespace Binnacle.PromQL.Tests.Linting.Labels;

public sealed class ValueInLabelTests
{
    [Theory]
    [InlineData(
        "{{ $value }}",
        "labels.level:1:4: the label level changes with the value, which ends the alert and begins another each time; print the value in an annotation (value-in-label)"
    )]
    [InlineData(
        "v{{ $value | humanize }}",
        "labels.level:1:5: the label level changes with the value, which ends the alert and begins another each time; print the value in an annotation (value-in-label)"
    )]
    public void Hits(string label, string finding) =>
        Linted.FindInRule<ValueInLabel>(Rule("labels", label)).ShouldBe([finding]);

    [Theory]
    [InlineData("labels", "{{ if gt $value 0.9 }}critical{{ else }}warning{{ end }}")]
    [InlineData("labels", "{{ $labels.job }}")]
    [InlineData("annotations", "{{ $value }}")]
    [InlineData("labels", "$value")]
    public void Stays_silent(string place, string text) =>
        Linted.FindInRule<ValueInLabel>(Rule(place, text)).ShouldBeEmpty();

    private static string Rule(string place, string text) =>
        $"""
            alert: A
            expr: x > 1
            {place}:
              level: '{text}'
            """;
}
