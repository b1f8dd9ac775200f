using Binnacle.Operator.Observing;
using Binnacle.Operator.Tests.Fakes;

namespace Binnacle.Operator.Tests.Observing;

public sealed class ResourceCheckTests
{
    [Fact]
    public void A_valid_resource_has_no_rejection() => ResourceCheck.Rejection(Make.Rule()).ShouldBeNull();

    [Fact]
    public void Every_error_has_its_field_on_a_line_of_its_own()
    {
        var rule = Make.Rule();
        rule = rule with { Spec = rule.Spec with { Expr = "", For = "soon", Interval = "later" } };

        var lines = ResourceCheck.Rejection(rule).ShouldNotBeNull().Split('\n');

        lines.Length.ShouldBe(3);
        lines.ShouldContain(line => line.StartsWith("spec.expr", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("spec.for", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("spec.interval", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_many_errors_the_first_are_shown_and_the_others_counted()
    {
        var labels = Enumerable.Range(0, 12).Select(i => ($"bad-{i}", "x")).ToArray();
        var rule = Make.Rule();
        rule = rule with { Spec = rule.Spec with { Labels = Make.Labels(labels) } };

        var lines = ResourceCheck.Rejection(rule).ShouldNotBeNull().Split('\n');

        lines.Length.ShouldBe(9);
        lines[^1].ShouldBe("and 4 more");
    }
}
