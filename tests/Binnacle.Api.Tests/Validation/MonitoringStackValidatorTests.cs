using Binnacle.Api.Validation;
using Kubernetes.Models;

namespace Binnacle.Api.Tests.Validation;

public sealed class MonitoringStackValidatorTests
{
    private const string Hook = """{"name":"hook","webhook":{"url":"http://receiver:8080/"}}""";

    [Theory]
    [InlineData("{}")]
    [InlineData(
        """{"tenancy":{},"metrics":{"retention":{"time":"30d","size":"20Gi"},"storage":{"size":"50Gi"},"resources":{"requests":{"cpu":1,"memory":"1Gi"},"limits":{"cpu":2}}}}"""
    )]
    [InlineData(
        """{"alerting":{"channels":[{"name":"a","email":{"to":"A <a@b.c>, d@e.f","from":"x@y.z","smarthost":"smtp:587"}},{"name":"b","pagerDuty":{"routingKeyRef":{"name":"a","key":"b"}}},{"name":"c","slack":{"webhookRef":{"name":"a","key":"b"},"text":"{{ .X }}"}},{"name":"d","webhook":{"urlRef":{"name":"a","key":"b"}}}],"routes":[{"severities":["Critical"],"channels":["b"]},{"matchers":["team=\"x\""],"channels":["c","d"]}],"defaultChannels":["a"],"groupBy":["..."]}}"""
    )]
    public void Good_stacks_pass(string spec) => Problems.Of<MonitoringStack>(spec).ShouldBeEmpty();

    [Theory]
    [InlineData("""{"metrics":{"scrapeInterval":"15"}}""", "spec.metrics.scrapeInterval", "15s")]
    [InlineData("""{"metrics":{"evaluationInterval":"0s"}}""", "spec.metrics.evaluationInterval", "more than 0s")]
    [InlineData(
        """{"metrics":{"retention":{"time":"two weeks"}}}""",
        "spec.metrics.retention.time",
        "no Prometheus duration"
    )]
    [InlineData("""{"metrics":{"retention":{"size":"20GB"}}}""", "spec.metrics.retention.size", "quantity")]
    [InlineData("""{"metrics":{"externalLabels":{"a-b":"c"}}}""", "spec.metrics.externalLabels[a-b]", "a_b")]
    [InlineData("""{"metrics":{"image":"https://quay.io/x"}}""", "spec.metrics.image", "no image")]
    [InlineData("""{"metrics":{"storage":{"size":"big"}}}""", "spec.metrics.storage.size", "quantity")]
    [InlineData(
        """{"metrics":{"resources":{"requests":{"memory":"2Gi"},"limits":{"memory":"1Gi"}}}}""",
        "spec.metrics.resources.requests[memory]",
        "more than the limit"
    )]
    [InlineData(
        """{"probes":{"resources":{"limits":{"cpu":"fast"}}}}""",
        "spec.probes.resources.limits[cpu]",
        "quantity"
    )]
    [InlineData("""{"tenancy":{"enforceNamespaceLabel":"my-ns"}}""", "spec.tenancy.enforceNamespaceLabel", "my_ns")]
    [InlineData("""{"alerting":{"groupBy":["a b"]}}""", "spec.alerting.groupBy[0]", "no label name")]
    [InlineData("""{"alerting":{"groupBy":["...","a"]}}""", "spec.alerting.groupBy[0]", "write it alone")]
    [InlineData("""{"alerting":{"groupInterval":"0s"}}""", "spec.alerting.groupInterval", "more than 0s")]
    [InlineData("""{"alerting":{"defaultChannels":["x"]}}""", "spec.alerting.defaultChannels[0]", "there are none")]
    public void Bad_stacks_say_where_and_what(string spec, string field, string words) =>
        Problems.Of<MonitoringStack>(spec).ShouldBeOne(field, words);

    [Theory]
    [InlineData("main")]
    [InlineData("a")]
    [InlineData("team-2")]
    [InlineData("a23456789012345678901234567890123456789")]
    [InlineData(null)]
    public void Names_that_Services_and_pods_can_have_pass(string? name) => Named(name).ShouldBeEmpty();

    [Theory]
    [InlineData("a234567890123456789012345678901234567890")]
    [InlineData("team.main")]
    [InlineData("2nd")]
    [InlineData("main-")]
    [InlineData("Main")]
    public void Other_names_are_refused(string name) => Named(name).ShouldBeOne("metadata.name", "up to 39");

    private static IReadOnlyList<FieldProblem> Named(string? name) =>
        ResourceValidator.Validate(new MonitoringStack { Metadata = new ObjectMeta { Name = name } });

    [Theory]
    [InlineData("""{"name":"x"}""", "", "none is given")]
    [InlineData("""{"name":"x y","webhook":{"url":"http://a/"}}""", ".name", "no channel name")]
    [InlineData("""{"name":"x","webhook":{}}""", ".webhook", "none is given")]
    [InlineData("""{"name":"x","webhook":{"url":"receiver:8080"}}""", ".webhook.url", "needs a scheme")]
    [InlineData("""{"name":"x","slack":{"channel":"#a"}}""", ".slack.webhookRef.name|.slack.webhookRef.key", "Secret")]
    [InlineData(
        """{"name":"x","pagerDuty":{"routingKeyRef":{"name":"a"}}}""",
        ".pagerDuty.routingKeyRef.key",
        "key inside"
    )]
    [InlineData(
        """{"name":"x","email":{"to":"oncall","from":"a@b.c","smarthost":"s:25"}}""",
        ".email.to",
        "no mail address"
    )]
    [InlineData(
        """{"name":"x","email":{"to":"a@b.c","from":"a@b.c","smarthost":"smtp.example"}}""",
        ".email.smarthost",
        "has no port"
    )]
    public void Bad_channels_say_where_and_what(string channel, string fields, string words)
    {
        var problems = Problems.Of<MonitoringStack>(
            $$"""{"alerting":{"channels":[{{channel}}],"defaultChannels":["{{(channel.Contains("x y") ? "x y" : "x")}}"]} }"""
        );

        problems.Select(p => p.Field).ShouldBe(fields.Split('|').Select(field => "spec.alerting.channels[0]" + field));
        problems[0].Message.ShouldContain(words);
    }

    [Theory]
    [InlineData("""{"channels":["pager"]}""", ".channels[0]", "there are hook")]
    [InlineData("""{"channels":[]}""", ".channels", "at least one")]
    [InlineData("""{"channels":["hook"],"matchers":["team="]}""", ".matchers[0]", "column 6")]
    [InlineData("""{"channels":["hook"],"repeatInterval":"1 hour"}""", ".repeatInterval", "write 1h")]
    public void Bad_routes_say_where_and_what(string route, string field, string words) =>
        Problems
            .Of<MonitoringStack>(
                $$"""{"alerting":{"channels":[{{Hook}}],"routes":[{{route}}],"defaultChannels":["hook"]} }"""
            )
            .ShouldBeOne("spec.alerting.routes[0]" + field, words);

    [Fact]
    public void Two_channels_of_one_name_are_refused() =>
        Problems
            .Of<MonitoringStack>($$"""{"alerting":{"channels":[{{Hook}},{{Hook}}],"defaultChannels":["hook"]} }""")
            .ShouldBeOne("spec.alerting.channels[1].name", "rename one");

    [Theory]
    [InlineData(
        """[{"channels":["hook"]},{"severities":["Critical"],"channels":["hook"]}]""",
        "spec.alerting.routes[0]",
        "never reached"
    )]
    [InlineData(
        """[{"severities":["Critical"],"channels":["hook"]}]""",
        "spec.alerting.defaultChannels",
        "nobody is told"
    )]
    public void Doubtful_routes_are_warned_of(string routes, string field, string words) =>
        Problems
            .Of<MonitoringStack>($$"""{"alerting":{"channels":[{{Hook}}],"routes":{{routes}} } }""")
            .ShouldBeOne(field, words, ProblemSeverity.Warning);

    [Fact]
    public void Keeping_more_than_the_disk_holds_is_doubtful() =>
        Problems
            .Of<MonitoringStack>("""{"metrics":{"retention":{"size":"20Gi"},"storage":{"size":"10Gi"}}}""")
            .ShouldBeOne("spec.metrics.retention.size", "fills up first", ProblemSeverity.Warning);
}
