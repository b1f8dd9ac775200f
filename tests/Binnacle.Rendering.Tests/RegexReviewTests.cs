using System.Text.Json;
using Binnacle.Api;
using Binnacle.Api.Validation;
using Kubernetes.Models;

namespace Binnacle.Rendering.Tests;

/// <summary>Regular expressions of users, each by the rules of the component that gets it.</summary>
public sealed class RegexReviewTests
{
    [Theory]
    [InlineData("""{"keepMetrics":["a","(b"]}""", "spec.keepMetrics[1]", "character 1: missing closing )")]
    [InlineData("""{"dropMetrics":["go_*","*_total"]}""", "spec.dropMetrics[1]", ".* stands for any text")]
    [InlineData("""{"dropLabels":["(?=a)"]}""", "spec.dropLabels[0]", "look-ahead")]
    [InlineData("""{"keepMetrics":["a)|(b"]}""", "spec.keepMetrics[0]", "character 2: unexpected )")]
    [InlineData("""{"keepMetrics":["\\Qa"]}""", "spec.keepMetrics[0]", "\\E")]
    [InlineData(
        """{"relabelings":[{"targetLabel":"c","regex":"["}]}""",
        "spec.relabelings[0].regex",
        "missing closing ]"
    )]
    [InlineData(
        """{"metricRelabelings":[{"targetLabel":"c"},{"targetLabel":"c","regex":"a\\Z"}]}""",
        "spec.metricRelabelings[1].regex",
        "character 2: invalid escape sequence"
    )]
    [Trait("Guarantee", "RE5")]
    public void Bad_expressions_of_a_target_say_where_and_what(string spec, string field, string words) =>
        ShouldBeOne(Check<ScrapeTarget>(spec), field, words);

    [Theory]
    [InlineData("""{"http":{"bodyMatches":["ok","("]}}""", "spec.http.bodyMatches[1]", "missing closing )")]
    [InlineData("""{"http":{"bodyNotMatches":["a++"]}}""", "spec.http.bodyNotMatches[0]", "write +")]
    [InlineData("""{"tcp":{"expect":["^220","(?<!x)y"]}}""", "spec.tcp.expect[1]", "look-behind")]
    [InlineData("""{"dns":{"answerMatches":["\\1"]}}""", "spec.dns.answerMatches[0]", "refer back")]
    [InlineData("""{"http":{"bodyMatches":["a)|(b"]}}""", "spec.http.bodyMatches[0]", "unexpected )")]
    [Trait("Guarantee", "RE5")]
    public void Bad_expressions_of_a_probe_say_where_and_what(string spec, string field, string words) =>
        ShouldBeOne(Check<HealthProbe>(spec), field, words);

    [Theory]
    [InlineData("""["team=\"a\"","region=~\"(\""]""", "matchers[1]", "missing closing )")]
    [InlineData("""["{a=\"b\", c!~\"x**\"}"]""", "matchers[0]", "character 2: invalid nested repetition operator")]
    [Trait("Guarantee", "RE5")]
    public void Bad_expressions_of_a_route_say_where_and_what(string matchers, string field, string words) =>
        ShouldBeOne(
            Check<MonitoringStack>(
                $$$"""{"alerting":{"routes":[{"channels":["a"]},{"channels":["a"],"matchers":{{{matchers}}}}]}}"""
            ),
            $"spec.alerting.routes[1].{field}",
            words
        );

    [Fact]
    public void Good_expressions_pass()
    {
        Check<ScrapeTarget>(
                """{"keepMetrics":["up","(?P<n>a)|b","\\Q.\\E"],"dropLabels":[""],"relabelings":[{"targetLabel":"a"},{"targetLabel":"a","regex":"(?<host>.*):\\d+"}]}"""
            )
            .ShouldBeEmpty();
        Check<HealthProbe>("""{"http":{"bodyMatches":["(?i)ok"]},"tcp":{"expect":["^220 .*$"]}}""").ShouldBeEmpty();
        Check<MonitoringStack>(
                """{"alerting":{"routes":[{"channels":["a"],"matchers":["a=\"(\"","b=~\"x|y\"","broken="]}]}}"""
            )
            .ShouldBeEmpty();
    }

    private static IReadOnlyList<FieldProblem> Check<T>(string spec)
        where T : KubernetesObject, IKubernetesObject<T> =>
        RegexReview.Check(
            JsonSerializer.Deserialize($$"""{"metadata":{"name":"a"},"spec":{{spec}} }""", T.JsonTypeInfo)!
        );

    private static void ShouldBeOne(IReadOnlyList<FieldProblem> problems, string field, string words)
    {
        var problem = problems.ShouldHaveSingleItem();
        problem.Field.ShouldBe(field);
        problem.Message.ShouldContain(words);
        problem.IsError.ShouldBeTrue();
    }
}
