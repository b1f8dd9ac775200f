using Binnacle.Operator.Components;

namespace Binnacle.Operator.Tests.Components;

public sealed class MetricsTextTests
{
    private const string Text = """
        # HELP build_info A metric.
        # TYPE build_info gauge
        build_info_other{version="0"} 9
        build_info{branch="x",version="0.28.0",goversion="go1"} 1
        hash 1.5e+3
        bad NaN
        """;

    [Theory]
    [InlineData("build_info", 1)]
    [InlineData("hash", 1500)]
    [InlineData("build_info_other", 9)]
    public void The_first_sample_of_exactly_that_name_counts(string metric, double value) =>
        MetricsText.Value(Text, metric).ShouldBe(value);

    [Theory]
    [InlineData("build")]
    [InlineData("hash_of")]
    [InlineData("")]
    public void Other_names_have_no_value(string metric) => MetricsText.Value(Text, metric).ShouldBeNull();

    [Fact]
    public void Labels_are_read() => MetricsText.Label(Text, "build_info", "branch").ShouldBe("x");

    [Fact]
    public void A_label_is_not_the_end_of_another() =>
        MetricsText.Label(Text, "build_info", "version").ShouldBe("0.28.0");

    [Fact]
    public void A_label_that_is_not_there_is_null() => MetricsText.Label(Text, "build_info", "revision").ShouldBeNull();

    [Fact]
    public void A_label_whose_name_ends_another_name_is_not_mistaken_for_it() =>
        MetricsText.Label("m{goversion=\"go1\",version=\"2\"} 1", "m", "version").ShouldBe("2");
}
