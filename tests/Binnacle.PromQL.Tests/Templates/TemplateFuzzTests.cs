using Binnacle.PromQL.Templates;
using FsCheck;
using FsCheck.Fluent;

namespace Binnacle.PromQL.Tests.Templates;

[Trait("Guarantee", "T7")]
public sealed class TemplateFuzzTests
{
    [Fact]
    public void Any_text_is_read_without_a_crash() =>
        Prop.ForAll<string>(text => Whole(AlertTemplate.Parse("{{" + text)) && Whole(AlertTemplate.Parse(text ?? "")))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Spoiled_templates_are_read_without_a_crash()
    {
        var generator = new TemplateGenerator(7);
        for (var i = 0; i < 5_000; i++)
        {
            Whole(AlertTemplate.Parse(generator.Spoiled(generator.Template()))).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("{{ if true }}", 300, false)]
    [InlineData("{{ if true }}", 200_000, true)]
    [InlineData("{{ with 1 }}{{ else with 1 }}", 200_000, true)]
    [InlineData("{{ if 1 }}{{ else if 1 }}", 200_000, true)]
    [InlineData("{{ block \"a\" . }}", 200_000, true)]
    public void Blocks_nest_up_to_a_bound(string open, int times, bool tooDeep) =>
        AlertTemplate
            .Parse(string.Concat(Enumerable.Repeat(open, times)))
            .Errors.Any(error => error.Kind is TemplateFaultKind.Nesting)
            .ShouldBe(tooDeep);

    [Fact]
    public void Parentheses_nest_up_to_a_bound()
    {
        AlertTemplate.Parse($"{{{{ {new string('(', 300)}1{new string(')', 300)} }}}}").Errors.ShouldBeEmpty();
        AlertTemplate
            .Parse($"{{{{ {new string('(', 1_000_000)}")
            .Errors.ShouldHaveSingleItem()
            .Message.ShouldBe("the template is nested too deeply");
    }

    [Theory]
    [InlineData("{{ $labels.a }} {{ $value | humanize }} ")]
    [InlineData("{{ $x := $value }}{{ $x }}")]
    [InlineData("{{ nope }}")]
    [InlineData("{{ .Foo }}")]
    [InlineData("{{ if $x := 1 }}{{ $x }}{{ end }}")]
    [InlineData("{{ define \"a\" }}{{ end }}")]
    [InlineData("{{")]
    [InlineData("{{ \"")]
    [InlineData("{{/*")]
    [InlineData("{{ $labels.a-b }}")]
    [InlineData("\n\n\n")]
    [InlineData("{{ query \"up\" }}")]
    [InlineData("{{ $labels.a.b.c.d }}")]
    public Task Long_texts_take_time_by_their_length(string piece) =>
        // A second's work; where it grew with the square of the length, hours.
        Task.Run(() => AlertTemplate.Parse(Text(piece, 2_000_000)), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

    private static string Text(string piece, int length) =>
        string.Concat(Enumerable.Repeat(piece, length / piece.Length + 1));

    private static bool Whole(AlertTemplate read) =>
        read
            .Errors.Concat(read.Warnings)
            .All(fault =>
                fault.Offset >= 0
                && fault.Offset <= fault.End
                && fault.End <= read.Text.Length
                && fault.Line >= 1
                && fault.Column >= 1
                && fault.Message.Length > 0
            );
}
