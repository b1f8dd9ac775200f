namespace Binnacle.Api.Tests.Validation;

public sealed class AlertRuleValidatorTests
{
    [Theory]
    [InlineData("""{"expr":"up == 0"}""")]
    [InlineData(
        """{"expr":"up == 0","for":"5m","interval":"30s","keepFiringFor":"0","labels":{"team":"{{ $labels.team }}"},"runbookUrl":"https://r/{{ $labels.job }}"}"""
    )]
    [InlineData("""{"expr":"a","severity":"None","labels":{"severity":"page"}}""")]
    [InlineData(
        """{"expr":"a","recordings":[{"name":"a:b","expr":"x"},{"name":"a:b","expr":"x","labels":{"q":"1"}}],"channels":["on-call"]}"""
    )]
    public void Good_rules_pass(string spec) => Problems.Of<AlertRule>(spec).ShouldBeEmpty();

    [Theory]
    [InlineData("""{}""", "spec.expr", "is empty")]
    [InlineData("""{"expr":"  \n"}""", "spec.expr", "is empty")]
    [InlineData("""{"expr":"a","alert":" "}""", "spec.alert", "leave it out")]
    [InlineData("""{"expr":"a","for":"5 minutes"}""", "spec.for", "write 5m")]
    [InlineData("""{"expr":"a","keepFiringFor":"x"}""", "spec.keepFiringFor", "no Prometheus duration")]
    [InlineData("""{"expr":"a","interval":"0s"}""", "spec.interval", "more than 0s")]
    [InlineData("""{"expr":"a","runbookUrl":"runbooks/x"}""", "spec.runbookUrl", "needs a scheme")]
    [InlineData("""{"expr":"a","runbookUrl":"ftp://x/y"}""", "spec.runbookUrl", "use https or http")]
    [InlineData("""{"expr":"a","labels":{"my-team":"x"}}""", "spec.labels[my-team]", "my_team")]
    [InlineData("""{"expr":"a","labels":{"alertname":"x"}}""", "spec.labels[alertname]", "spec.alert")]
    [InlineData("""{"expr":"a","labels":{"severity":"page"}}""", "spec.labels[severity]", "spec.severity (Warning)")]
    [InlineData("""{"expr":"a","annotations":{"a b":"x"}}""", "spec.annotations[a b]", "a_b")]
    [InlineData(
        """{"expr":"a","summary":"s","annotations":{"summary":"x"}}""",
        "spec.annotations[summary]",
        "spec.summary sets"
    )]
    [InlineData("""{"expr":"a","channels":["on call"]}""", "spec.channels[0]", "no channel name")]
    [InlineData("""{"expr":"a","channels":["x","x"]}""", "spec.channels[1]", "given twice")]
    [InlineData(
        """{"expr":"a","recordings":[{"name":"a-b","expr":"x"}]}""",
        "spec.recordings[0].name",
        "no metric name"
    )]
    [InlineData("""{"expr":"a","recordings":[{"name":"a"}]}""", "spec.recordings[0].expr", "is empty")]
    [InlineData(
        """{"expr":"a","recordings":[{"name":"a","expr":"x","labels":{"__name__":"y"}}]}""",
        "spec.recordings[0].labels[__name__]",
        "reserved"
    )]
    [InlineData(
        """{"expr":"a","recordings":[{"name":"a","expr":"x"},{"name":"a","expr":"y"}]}""",
        "spec.recordings[1].name",
        "recorded twice"
    )]
    public void Bad_rules_say_where_and_what(string spec, string field, string words) =>
        Problems.Of<AlertRule>(spec).ShouldBeOne(field, words);

    [Fact]
    public void Every_problem_is_told_at_once() =>
        Problems.Of<AlertRule>("""{"expr":"","for":"x","labels":{"a-b":"c"}}""").Count.ShouldBe(3);
}
