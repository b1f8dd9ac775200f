using Binnacle.PromQL.Linting.Labels;

namespace Binnacle.PromQL.Tests.Linting.Labels;

public sealed class ExternalLabelClashTests
{
    [Theory]
    [InlineData(
        "alert",
        "labels.cluster:1:1: cluster is an external label of the stack, and this value hides it from routes and from other Prometheus servers; use another name (external-label-clash)"
    )]
    [InlineData(
        "record",
        "labels.cluster:1:1: cluster is an external label of the stack, and this value hides it from routes and from other Prometheus servers; use another name (external-label-clash)"
    )]
    public void Hits(string kind, string finding) => Find(kind, "cluster").ShouldBe([finding]);

    [Theory]
    [InlineData("team")]
    [InlineData("Cluster")]
    public void Stays_silent(string label) => Find("alert", label).ShouldBeEmpty();

    [Fact]
    public void Says_nothing_without_external_labels() =>
        Linted.FindInRule<ExternalLabelClash>("{alert: A, expr: x > 1, labels: {cluster: a}}").ShouldBeEmpty();

    private static IReadOnlyList<string> Find(string kind, string label) =>
        Linted.FindInRule<ExternalLabelClash>(
            $"{{{kind}: a, expr: x > 1, labels: {{{label}: b}}}}",
            context => context with { ExternalLabels = ["cluster", "replica"] }
        );
}
