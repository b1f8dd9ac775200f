using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Flow;

/// <summary>What takes a label away.</summary>
public enum LabelLossKind : byte
{
    /// <summary>A matcher such as <c>job=""</c>.</summary>
    EmptyMatcher,

    /// <summary>An aggregation that does not name it in by, or names it in without.</summary>
    Aggregation,

    /// <summary>Vector matching with on, ignoring or a group clause.</summary>
    Matching,

    /// <summary>A function or operator that drops the metric name.</summary>
    Name,

    /// <summary>A function whose result has no labels of series: <c>vector()</c>, <c>scalar()</c>, <c>time()</c>, a number.</summary>
    NoSeries,

    /// <summary><c>absent()</c>, which knows only what its selector says with <c>=</c>.</summary>
    Absent,

    /// <summary>A function over buckets, which uses up <c>le</c>.</summary>
    Buckets,

    /// <summary>A <c>label_replace()</c> by nothing.</summary>
    Replaced,
}

/// <summary>Why a label is not there.</summary>
/// <param name="Kind">What sort of part took it.</param>
/// <param name="Span">The part of the expression that took it.</param>
/// <param name="By">The node of that part.</param>
public sealed record LabelLoss(LabelLossKind Kind, TextSpan Span, Expression By)
{
    /// <summary>The reason as a clause: <c>sum by (job) keeps only job</c>.</summary>
    public string Because =>
        (Kind, By) switch
        {
            (LabelLossKind.Aggregation, Aggregation { Labels.Count: 0, Without: false } all) =>
                $"{all.OperatorText}() without by keeps no label",
            (LabelLossKind.Aggregation, Aggregation { Without: true } some) =>
                $"{some.OperatorText} without ({List(some.Labels)}) removes it",
            (LabelLossKind.Aggregation, Aggregation by) =>
                $"{by.OperatorText} by ({List(by.Labels)}) keeps only what it names",
            (LabelLossKind.Matching, BinaryExpression { Matching: { Mode: MatchingMode.On } on } binary) =>
                $"{binary.OperatorText} on ({List(on.Labels)}) keeps only what it names",
            (LabelLossKind.Matching, BinaryExpression binary) =>
                $"{binary.OperatorText} {Words.Of(binary.Matching)} removes it",
            (LabelLossKind.Name, Call call) => $"{call.Function}() drops the metric name",
            (LabelLossKind.Name, BinaryExpression binary) => $"{binary.OperatorText} drops the metric name",
            (LabelLossKind.NoSeries, Call call) => $"{call.Function}() has no labels",
            (LabelLossKind.Absent, Call { Function: var name }) =>
                $"{name}() has only the labels that its selector sets with =",
            (LabelLossKind.Buckets, Call call) => $"{call.Function}() uses up le",
            (LabelLossKind.Replaced, Call) => "label_replace() removes it",
            (LabelLossKind.EmptyMatcher, _) => "the selector asks for series without it",
            (LabelLossKind.Name, _) => "the sign drops the metric name",
            _ => "a number has no labels",
        };

    private static string List(IReadOnlyList<string> labels) => string.Join(", ", labels);
}
