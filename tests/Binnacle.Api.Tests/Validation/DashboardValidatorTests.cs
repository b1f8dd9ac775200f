using Binnacle.Api.Validation;

namespace Binnacle.Api.Tests.Validation;

public sealed class DashboardValidatorTests
{
    [Theory]
    [InlineData("""{"json":"{\"title\":\"T\"}","uid":"a_b-1","folder":"F"}""")]
    [InlineData("""{"configMapRef":{"name":"a","key":"b"}}""")]
    public void Good_dashboards_pass(string spec) => Problems.Of<Dashboard>(spec).ShouldBeEmpty();

    [Theory]
    [InlineData("""{}""", "spec", "none is given")]
    [InlineData(
        """{"json":"{\"title\":\"T\"}","configMapRef":{"name":"a","key":"b"}}""",
        "spec",
        "given are json and configMapRef"
    )]
    [InlineData("""{"json":"{"}""", "spec.json", "is no JSON: line 1")]
    [InlineData("""{"json":"{}"}""", "spec.json", "has no title")]
    [InlineData("""{"gzipJson":"x"}""", "spec.gzipJson", "is no base64")]
    [InlineData("""{"configMapRef":{"name":"a"}}""", "spec.configMapRef.key", "key inside the ConfigMap")]
    [InlineData("""{"json":"{\"title\":\"T\"}","uid":"a b"}""", "spec.uid", "no uid of Grafana")]
    [InlineData("""{"json":"{\"title\":\"T\"}","folder":" "}""", "spec.folder", "leave it out")]
    public void Bad_dashboards_say_where_and_what(string spec, string field, string words) =>
        Problems.Of<Dashboard>(spec).ShouldBeOne(field, words);

    [Fact]
    public void Content_of_a_ConfigMap_is_checked_alike()
    {
        DashboardValidator.ValidateConfigMapContent("""{"title":"T"}""").ShouldBeEmpty();
        DashboardValidator
            .ValidateConfigMapContent("{")
            .ShouldBeOne("spec.configMapRef", "the ConfigMap's value is no JSON");
    }
}
