using Binnacle.Api.Syntax;

namespace Binnacle.Api.Tests.Syntax;

public sealed class TemplateTextTests
{
    [Theory]
    [InlineData("plain { text }")]
    [InlineData("{{ $labels.instance }} is down")]
    [InlineData("{{ $value | printf \"%.2f}}\" }}")]
    [InlineData("{{- /* note }} */ -}}")]
    [InlineData("{{ range query \"up\" }}{{ if gt .Value 1.0 }}a{{ else }}b{{ end }}{{ end }}")]
    [InlineData("{{ `}}` }}")]
    public void Whole_templates_pass(string text) => TemplateText.Problem(text).ShouldBeNull();

    [Theory]
    [InlineData("{{ $value", "column 1: {{ is never closed")]
    [InlineData("x {{ $value }", "column 3: {{ is never closed")]
    [InlineData("{{ $a {{ $b }}", "column 1: {{ is never closed")]
    [InlineData("{{ \"a }}", "column 4: a \" inside")]
    [InlineData("{{ if $value }}x", "{{ if }} has no {{ end }}")]
    [InlineData("x{{ end }}", "column 2: {{ end }} has nothing to end")]
    [InlineData("{{ else }}", "{{ else }} without")]
    [InlineData("{{ }}", "is empty")]
    public void Broken_templates_do_not(string text, string problem) =>
        TemplateText.Problem(text)!.ShouldContain(problem);
}
