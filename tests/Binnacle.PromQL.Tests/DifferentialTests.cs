using PromQlDifferential;
using PromQlDifferential.Judging;

namespace Binnacle.PromQL.Tests;

/// <summary>A slice of <c>make promql-differential</c>: what we and the real promtool say of the same expressions.</summary>
public sealed class DifferentialTests
{
    /// <summary>Without feature flags, and with those that the promtool knows.</summary>
    public static TheoryData<bool> Flags => [false, true];

    [Theory]
    [MemberData(nameof(Flags))]
    [Trait("Guarantee", "P1")]
    public async Task Judges_the_hand_tables_as_Prometheus_does(bool flags)
    {
        var (promtool, language) = await JudgeAsync(flags);
        var result = await CompareAsync("hand tables", Expressions.All, promtool, language);
        result.WronglyAccepted.ShouldBeEmpty();
        result.WronglyRefused.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Flags))]
    [Trait("Guarantee", "P1")]
    public async Task Judges_random_expressions_as_Prometheus_does(bool flags)
    {
        var (promtool, language) = await JudgeAsync(flags);
        string[] corpus = [.. Expressions.All];
        var random = RandomSets.Mixed(seed: 2026, corpus, language).Take(10_000);
        var result = await CompareAsync("random", random, promtool, language);
        result.WronglyAccepted.ShouldBeEmpty();
        result.WronglyRefused.ShouldBeEmpty();
        result.Accepted.ShouldBeGreaterThan(2_500);
        result.Refused.ShouldBeGreaterThan(2_500);
    }

    private static async Task<(PromtoolJudge Promtool, PromQlOptions Language)> JudgeAsync(bool flags)
    {
        var promtool = PromtoolJudge.Find();
        Assert.SkipWhen(promtool is null, "promtool is neither in .tools/bin nor on PATH (make tools brings it)");
        return (promtool!, await promtool!.LanguageAsync(flags, TestContext.Current.CancellationToken));
    }

    private static Task<Comparison> CompareAsync(
        string name,
        IEnumerable<string> expressions,
        PromtoolJudge promtool,
        PromQlOptions language
    ) =>
        Comparison.MakeAsync(
            name,
            expressions.Where(text => !string.IsNullOrWhiteSpace(text)),
            language,
            batch => promtool.RefusalsAsync(batch, language, TestContext.Current.CancellationToken)
        );
}
