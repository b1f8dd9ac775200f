using Binnacle.Operator.Loading;
using Binnacle.Operator.Tests.Fakes;

namespace Binnacle.Operator.Tests.Loading;

/// <summary>The lines are what Prometheus 2.31 and 3.5.3 print.</summary>
public sealed class PrometheusLogTests
{
    private const string Loading3 =
        """time=2026-11-21T22:58:36.340Z level=INFO source=main.go:1439 msg="Loading configuration file" filename=p.yml""";

    private const string Template3 =
        """time=2026-11-21T22:58:36.343Z level=ERROR source=manager.go:227 msg="loading groups failed" component="rule manager" err="/etc/prometheus/config/rules-21.yaml: group \"shop/default\", rule 2, \"TooSlow\": annotation \"summary\": template: __alert_TooSlow:1: function \"nosuch\" not defined" """;

    private const string Expression3 =
        """time=2026-11-21T22:58:36.424Z level=ERROR source=manager.go:227 msg="loading groups failed" component="rule manager" err="/etc/prometheus/config/rules-21.yaml: 5:11: group \"shop/default\", rule 1, \"shop:rate\": could not parse expression: 1:5: parse error: unclosed left parenthesis" """;

    private const string Startup3 =
        """time=2026-11-21T22:58:33.079Z level=ERROR source=main.go:600 msg="Error loading rule file patterns from config (--config.file=\"p.yml\")" file=/tmp/p.yml err="parse rules from file \"/etc/prometheus/config/rules-21.yaml\" (pattern: \"rules-*.yaml\"): /etc/prometheus/config/rules-21.yaml: group \"shop/default\", rule 2, \"TooSlow\": annotation \"summary\": template: __alert_TooSlow:1: function \"nosuch\" not defined" """;

    private const string Annotation2 =
        """ts=2021-08-05T09:38:03.571Z caller=manager.go:956 level=error component="rule manager" msg="loading groups failed" err="/etc/prometheus/config/rules-21.yaml: group \"shop/default\", rule 2, \"TooSlow\": invalid annotation name: d:wqescription" """;

    private const string Aftermath3 =
        """time=2026-11-21T22:58:36.343Z level=ERROR source=main.go:1467 msg="Failed to apply configuration" err="error loading rules, previous rule set restored" """;

    [Theory]
    [InlineData(
        Template3,
        "too-slow",
        "annotation \"summary\": template: __alert_TooSlow:1: function \"nosuch\" not defined"
    )]
    [InlineData(
        Startup3,
        "too-slow",
        "annotation \"summary\": template: __alert_TooSlow:1: function \"nosuch\" not defined"
    )]
    [InlineData(Annotation2, "too-slow", "invalid annotation name: d:wqescription")]
    [InlineData(
        Expression3,
        "rates",
        "spec.recordings (shop:rate): could not parse expression: 1:5: parse error: unclosed left parenthesis"
    )]
    public void Names_the_resource_and_says_what_prometheus_says(string line, string resource, string words)
    {
        var faults = Faults(Loading3, line.TrimEnd(), Aftermath3);

        var (who, what) = faults.ShouldHaveSingleItem();
        who.ShouldBe(Make.Ref(resource));
        what.ShouldBe(words);
    }

    [Fact]
    public void All_faults_of_one_load_are_found() =>
        Faults(Loading3, Template3.TrimEnd(), Expression3.TrimEnd()).Count.ShouldBe(2);

    [Fact]
    public void A_fault_of_an_earlier_load_is_no_longer_of_interest()
    {
        // The template was corrected since, in the same place and under the same name.
        var faults = Faults(Loading3, Template3.TrimEnd(), Aftermath3, Loading3, Expression3.TrimEnd(), Aftermath3);

        faults.Keys.ShouldBe([Make.Ref("rates")]);
    }

    [Fact]
    public void A_rule_of_another_name_at_the_place_is_not_blamed() =>
        Faults(Loading3, Template3.TrimEnd().Replace("\\\"TooSlow\\\"", "\\\"TooFast\\\"", StringComparison.Ordinal))
            .ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("""level=ERROR msg="loading groups failed" err="something else altogether" """)]
    [InlineData(
        """level=ERROR msg="loading groups failed" err="x: group \"shop/default\", rule 99999999999, \"X\": y" """
    )]
    public void Other_lines_tell_nothing(string line) => Faults(line).ShouldBeEmpty();

    private static IReadOnlyDictionary<Rendering.ResourceRef, string> Faults(params string[] lines) =>
        PrometheusLog.Faults(
            string.Join('\n', lines),
            [
                Make.Planned("shop:rate", index: 0, isAlert: false, source: Make.Ref("rates")),
                Make.Planned("TooSlow", index: 1),
            ]
        );
}
