using System.Collections.Frozen;
using Binnacle.PromQL.Linting.Alerts;
using Binnacle.PromQL.Linting.Comparisons;
using Binnacle.PromQL.Linting.Counters;
using Binnacle.PromQL.Linting.Histograms;
using Binnacle.PromQL.Linting.Labels;
using Binnacle.PromQL.Linting.Matching;
using Binnacle.PromQL.Linting.Regexes;
using Binnacle.PromQL.Linting.Rules;
using Binnacle.PromQL.Linting.Selectors;
using Binnacle.PromQL.Linting.Values;
using Binnacle.PromQL.Linting.Windows;

namespace Binnacle.PromQL.Linting;

/// <summary>All lints.</summary>
public static class LintCatalog
{
    internal static readonly LintRule[] Lints =
    [
        new RateOfGauge(),
        new CounterWithoutRate(),
        new DeltaOfCounter(),
        new RateOfAggregate(),
        new QuantileWithoutRate(),
        new QuantileWithoutLe(),
        new QuantileOfNonBucket(),
        new QuantileOutOfRange(),
        new RangeTooShort(),
        new AlertWithoutComparison(),
        new ForShorterThanInterval(),
        new UnstableSeries(),
        new NeverTrue(),
        new AlwaysTrue(),
        new ComparedWithNaN(),
        new ContradictoryMatchers(),
        new ImpossibleJoin(),
        new JoinMultiplies(),
        new JoinDropsSeries(),
        new GroupLabelMissing(),
        new GroupedByLostLabel(),
        new AnnotationLabelLost(),
        new ValueInLabel(),
        new ExternalLabelClash(),
        new RegexPlainString(),
        new RegexAnchors(),
        new RegexMatchesEverything(),
        new RegexDoubledBackslash(),
        new WideSelector(),
        new AbsentMisuse(),
        new UpWithoutJob(),
        new UnguardedDivision(),
        new PercentNotScaled(),
        new ValueWithoutFormat(),
        new DeprecatedFunction(),
        new DuplicateRule(),
        new MissingSummary(),
        new MissingRunbook(),
        new UnknownReceiver(),
        new AlertNameConvention(),
    ];

    private static readonly FrozenDictionary<string, LintRule> ById = Lints.ToFrozenDictionary(lint => lint.Id);

    /// <summary>Every lint, related ones together.</summary>
    public static IReadOnlyList<LintRule> All => Lints;

    /// <summary>The lint with an id, or null.</summary>
    public static LintRule? Find(string id) => ById.GetValueOrDefault(id);
}
