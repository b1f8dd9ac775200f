using Binnacle.PromQL.Linting;

namespace Binnacle.PromQL.Tests.Linting;

public sealed class LinterTests
{
    [Fact]
    [Trait("Guarantee", "N2")]
    public void A_finding_says_where_what_and_how_to_right_it()
    {
        var context = Linted.Expression("sum by (job) (\n  rate(disk_used_ratio[5m])\n) > 0");

        var finding = Linter.Check(context).ShouldHaveSingleItem();

        finding
            .ToString()
            .ShouldBe(
                "expr:2:8: rate() of disk_used_ratio, which is a gauge, by its name; use deriv() for the trend, or avg_over_time() for the level (rate-of-gauge)"
            );
        finding.Excerpt().ShouldBe("  rate(disk_used_ratio[5m])\n       ^^^^^^^^^^^^^^^");
        LintCatalog.Find(finding.Id)!.DocumentationUrl.ShouldEndWith("/docs/lints/rate-of-gauge");
    }

    [Fact]
    public void Findings_stand_in_the_order_of_the_text_the_expression_first()
    {
        var context = Linted.Rule(
            """
            alert: high_load
            expr: up{job=~"a"} > 1 and rate(disk_used_ratio[5m]) > 0
            for: 1s
            """
        ) with
        {
            EvaluationInterval = TimeSpan.FromMinutes(1),
        };

        Linter
            .Check(context)
            .Select(finding => $"{finding.Field}:{finding.Column} {finding.Id}")
            .ShouldBe([
                "expr:4 regex-plain-string",
                "expr:14 comparison-never-true",
                "expr:27 rate-of-gauge",
                "for:1 for-shorter-than-interval",
                "alert:1 alert-name-convention",
            ]);
    }

    [Fact]
    public void Without_a_tree_only_what_stands_around_it_is_linted()
    {
        var context = new LintContext(LintUse.Alert, new LintSource("expr", "sum("), null)
        {
            Name = new LintSource("alert", "high_load"),
        };

        Linter.Check(context).ShouldHaveSingleItem().Id.ShouldBe("alert-name-convention");
    }

    [Fact]
    [Trait("Guarantee", "N6")]
    public void Any_expression_can_be_linted()
    {
        var generator = new ExpressionGenerator(seed: 20260402, PromQlOptions.Any);
        var linted = 0;
        for (var i = 0; i < 5000; i++)
        {
            var text = generator.Any(i % 4);
            var parsed = PromQlExpression.Parse(text, PromQlOptions.Any);
            if (parsed.Root is not { } root)
            {
                continue;
            }

            // A tree with faults is not for linting, but must not hurt.
            linted += parsed.IsValid ? 1 : 0;
            foreach (var use in Enum.GetValues<LintUse>())
            {
                var context = new LintContext(use, new LintSource("expr", text), root)
                {
                    ScrapeInterval = TimeSpan.FromSeconds(30),
                };
                foreach (var finding in Linter.Check(context).Where(_ => parsed.IsValid))
                {
                    finding.Span.Start.ShouldBeInRange(0, text.Length, finding.ToString());
                    finding.Span.End.ShouldBeInRange(finding.Span.Start, text.Length, finding.ToString());
                    finding.Message.ShouldNotBeEmpty();
                    finding.Fix.ShouldNotBeEmpty();
                }
            }
        }

        linted.ShouldBeGreaterThan(3000);
    }
}
