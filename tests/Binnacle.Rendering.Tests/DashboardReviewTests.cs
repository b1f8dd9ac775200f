using Binnacle.Api;
using Binnacle.Api.Syntax;
using Binnacle.Rendering.Dashboards;
using Kubernetes.Models;

namespace Binnacle.Rendering.Tests;

/// <summary>PromQL in dashboards: found wherever Grafana keeps it, and told with its panel.</summary>
public sealed class DashboardReviewTests
{
    [Fact]
    public void A_broken_query_is_an_error_with_its_panel_and_place()
    {
        var problem = Check(
                """{"title":"T","panels":[{"title":"Requests","targets":[{"refId":"B","expr":"rate(a[5m]"}]}]}"""
            )
            .ShouldHaveSingleItem();

        problem.IsError.ShouldBeTrue();
        problem.Field.ShouldBe("spec.json");
        problem.Message.ShouldStartWith("panel \"Requests\", query B:1:5: ");
        problem.Message.ShouldEndWith("\n  rate(a[5m]\n      ^");
    }

    [Theory]
    [InlineData("""{"title":"T","rows":[{"panels":[{"title":"P","targets":[{"expr":"a >"}]}]}]}""", "panel \"P\"")]
    [InlineData(
        """{"title":"T","panels":[{"type":"row","panels":[{"targets":[{"expr":"a >"}]}]}]}""",
        "panel \"number 1\""
    )]
    [InlineData(
        """{"title":"T","templating":{"list":[{"type":"query","name":"job","query":{"query":"label_values(a{, job)"}}]}}""",
        "variable \"job\""
    )]
    [InlineData(
        """{"title":"T","templating":{"list":[{"type":"query","name":"n","query":"query_result(count(a)"}]}}""",
        "variable \"n\""
    )]
    [InlineData(
        """{"title":"T","annotations":{"list":[{"name":"Deployments","expr":"changes(a[5m]"}]}}""",
        "annotation \"Deployments\""
    )]
    public void Every_place_that_holds_PromQL_is_looked_at(string json, string place) =>
        Check(json).ShouldHaveSingleItem().Message.ShouldStartWith(place + ":1:");

    [Theory]
    [InlineData("""{"type":"loki","uid":"x"}""")]
    [InlineData("""{"uid":"${logs}"}""")]
    [InlineData("\"$logs\"")]
    public void Queries_for_other_data_sources_are_left_alone(string source) =>
        Check(
                """
                {"title":"T","templating":{"list":[{"type":"datasource","name":"logs","query":"loki"}]},
                 "panels":[{"title":"P","datasource":SOURCE,"targets":[{"expr":"{app=\"x\"} |= \"error\""}]}]}
                """.Replace("SOURCE", source)
            )
            .ShouldBeEmpty();

    [Fact]
    public void Beside_unknown_variables_an_error_is_a_warning() =>
        Check("""{"title":"T","panels":[{"title":"P","targets":[{"expr":"a $comparison 5"}]}]}""")
            .ShouldHaveSingleItem()
            .IsError.ShouldBeFalse();

    [Fact]
    public void The_dashboards_of_real_projects_pass()
    {
        const string Json = """
            {"title":"T","panels":[
             {"title":"P","targets":[
              {"expr":"sum by (route) (rate(http_requests_total{service=~\"$service\"}[$__rate_interval]))"},
              {"expr":"histogram_quantile(0.$percentile, sum(rate(d_bucket{job=\"[[job]]\"}[5m])) by (le))"},
              {"rawSql":"SELECT 1"}, {"expr":""}]}],
             "templating":{"list":[
              {"type":"query","name":"a","query":"label_values(up{job=\"x\"}, instance)"},
              {"type":"query","name":"b","query":"label_values(instance)"},
              {"type":"query","name":"c","query":"metrics(^http.*)"},
              {"type":"custom","name":"d","query":"1m,5m"}]}}
            """;

        Check(Json).ShouldBeEmpty();
        DashboardContent.TryReadJson(Json, out var content, out _).ShouldBeTrue();
        content!.PromQl.Count.ShouldBe(3);
        (content.Panels, content.Queries).ShouldBe((1, 4));
    }

    [Fact]
    public void Of_very_many_errors_some_are_told_and_the_others_counted()
    {
        var targets = string.Join(',', Enumerable.Repeat("""{"expr":"a >"}""", 50));

        var problems = Check($$"""{"title":"T","panels":[{"title":"P","targets":[{{targets}}]}]}""");

        problems.Count.ShouldBe(21);
        problems[^1].Message.ShouldBe("and 30 more");
    }

    [Fact]
    public void A_legal_query_that_is_wrong_is_a_warning_with_its_place()
    {
        var problem = Check(
                """{"title":"T","panels":[{"title":"P","targets":[{"refId":"A","expr":"sum by ($by) (rate(node_memory_free_bytes[5m]))"}]}]}"""
            )
            .ShouldHaveSingleItem();

        problem.IsError.ShouldBeFalse();
        problem.Message.ShouldStartWith("panel \"P\", query A:1:20: ");
        problem.Message.Split('\n')[0].ShouldEndWith("(rate-of-gauge)");
    }

    [Fact]
    public void What_is_silenced_or_stands_in_a_variables_place_is_not_told()
    {
        Check("""{"title":"T","panels":[{"title":"P","targets":[{"expr":"rate(a_total{x=~\"$x\"}[$__interval])"}]}]}""")
            .ShouldBeEmpty();
        Check(
                """{"title":"T","panels":[{"title":"P","targets":[{"expr":"rate(node_memory_free_bytes[5m])"}]}]}""",
                "rate-of-gauge: it is reset each night"
            )
            .ShouldBeEmpty();
    }

    private static IReadOnlyList<Api.Validation.FieldProblem> Check(string json, string? silence = null) =>
        DashboardReview.Check(
            new Dashboard
            {
                Metadata = new ObjectMeta
                {
                    Name = "d",
                    Namespace = "n",
                    Annotations = silence is null
                        ? null
                        : new Dictionary<string, string> { ["binnacle.dev/lint-ignore"] = silence },
                },
                Spec = new DashboardSpec { Json = json },
            }
        );
}
