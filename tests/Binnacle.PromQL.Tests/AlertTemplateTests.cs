using Binnacle.PromQL.Templates;

namespace Binnacle.PromQL.Tests;

public sealed class AlertTemplateTests
{
    [Theory]
    [InlineData("plain text with } and { alone")]
    [InlineData("{{ $labels.instance }} is down for {{ $value | humanizeDuration }}")]
    [InlineData("{{ if eq $labels.a \"}}\" }}x{{ end }}")]
    [InlineData("{{ `raw \" {{ ` }}")]
    [InlineData("{{- $x := '}' -}}")]
    [InlineData("{{/* a comment with \" and {{ */}}")]
    [InlineData("{{- /* trimmed */ -}}")]
    [InlineData("")]
    public void Takes_closed_actions(string template) => AlertTemplate.Check(template).ShouldBeEmpty();

    [Theory]
    [InlineData("{{ $value", "1:1: \"{{\" is never closed, expected \"}}\"")]
    [InlineData("a\n{{ $value }", "2:1: \"{{\" is never closed, expected \"}}\"")]
    [InlineData("{{ $a {{ $b }}", "1:7: unexpected \"{\" inside an action, expected \"}}\" before the next \"{{\"")]
    [InlineData("{{ printf \"%d }}", "1:11: unterminated string in an action, expected a closing \"")]
    [InlineData("{{/* x }}", "1:1: the comment is never closed, expected \"*/}}\"")]
    public void Says_what_is_open(string template, string error)
    {
        var found = AlertTemplate.Check(template);
        found.ShouldHaveSingleItem().ToString().ShouldBe(error);
    }
}
