using PromQlDifferential;
using PromQlDifferential.Judging;

namespace Binnacle.PromQL.Tests;

/// <summary>A slice of <c>make promql-differential</c>: what we and the real promtool say of the same expressions.</summary>
public sealed class DifferentialTests
{
    public static TheoryData<bool> Features => [false, true];

    [Theory]
    [MemberData(nameof(Features))]
    [Trait("Guarantee", "P1")]
    public async Task Judges_the_hand_tables_as_Prometheus_does(bool experimental)
    {
        var result = await CompareAsync("hand tables", Expressions.All, experimental);
        result.WronglyAccepted.ShouldBeEmpty();
        result.WronglyRefused.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Features))]
    [Trait("Guarantee", "P1")]
    public async Task Judges_random_expressions_as_Prometheus_does(bool experimental)
    {
        string[] corpus = [.. Expressions.All];
        var random = RandomSets.Mixed(seed: 2026, corpus, experimental).Take(10_000);
        var result = await CompareAsync("random", random, experimental);
        result.WronglyAccepted.ShouldBeEmpty();
        result.WronglyRefused.ShouldBeEmpty();
        result.Accepted.ShouldBeGreaterThan(2_500);
        result.Refused.ShouldBeGreaterThan(2_500);
    }

    private static async Task<Comparison> CompareAsync(string name, IEnumerable<string> expressions, bool experimental)
    {
        var promtool = PromtoolJudge.Find();
        Assert.SkipWhen(promtool is null, "promtool is neither in .tools/bin nor on PATH (make tools brings it)");
        var cancellation = TestContext.Current.CancellationToken;
        var language = await promtool!.LanguageAsync(experimental, cancellation);
        return await Comparison.MakeAsync(
            name,
            expressions.Where(text => !string.IsNullOrWhiteSpace(text)),
            language,
            batch => promtool.RefusalsAsync(batch, experimental, cancellation)
        );
    }
}
