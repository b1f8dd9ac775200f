using System.Collections.Frozen;

namespace Binnacle.PromQL.Lexing;

/// <summary>Words with a meaning of their own; most of them are metric and label names as well, by context.</summary>
public enum Keyword : byte
{
    /// <summary>A name without a meaning of its own, or no word at all.</summary>
    None,

    /// <summary>Set operator: both sides.</summary>
    And,

    /// <summary>Set operator: either side.</summary>
    Or,

    /// <summary>Set operator: left side without the right.</summary>
    Unless,

    /// <summary>Arithmetic operator.</summary>
    Atan2,

    /// <summary>Aggregation <c>sum</c>.</summary>
    Sum,

    /// <summary>Aggregation <c>avg</c>.</summary>
    Avg,

    /// <summary>Aggregation <c>count</c>.</summary>
    Count,

    /// <summary>Aggregation <c>min</c>.</summary>
    Min,

    /// <summary>Aggregation <c>max</c>.</summary>
    Max,

    /// <summary>Aggregation <c>group</c>.</summary>
    Group,

    /// <summary>Aggregation <c>stddev</c>.</summary>
    Stddev,

    /// <summary>Aggregation <c>stdvar</c>.</summary>
    Stdvar,

    /// <summary>Aggregation <c>topk</c>.</summary>
    TopK,

    /// <summary>Aggregation <c>bottomk</c>.</summary>
    BottomK,

    /// <summary>Aggregation <c>count_values</c>.</summary>
    CountValues,

    /// <summary>Aggregation <c>quantile</c>.</summary>
    Quantile,

    /// <summary>Experimental aggregation <c>limitk</c>.</summary>
    LimitK,

    /// <summary>Experimental aggregation <c>limit_ratio</c>.</summary>
    LimitRatio,

    /// <summary>Modifier of selectors and subqueries.</summary>
    Offset,

    /// <summary>Experimental modifier of selectors.</summary>
    Smoothed,

    /// <summary>Experimental modifier of selectors.</summary>
    Anchored,

    /// <summary>Clause of aggregations.</summary>
    By,

    /// <summary>Clause of aggregations.</summary>
    Without,

    /// <summary>Clause of binary operators.</summary>
    On,

    /// <summary>Clause of binary operators.</summary>
    Ignoring,

    /// <summary>Clause of binary operators: the left side is the many.</summary>
    GroupLeft,

    /// <summary>Clause of binary operators: the right side is the many.</summary>
    GroupRight,

    /// <summary>Experimental clause of binary operators, both sides.</summary>
    Fill,

    /// <summary>Experimental clause of binary operators, left side.</summary>
    FillLeft,

    /// <summary>Experimental clause of binary operators, right side.</summary>
    FillRight,

    /// <summary>Modifier of comparisons.</summary>
    Bool,

    /// <summary><c>start()</c>, behind @ or as a function.</summary>
    Start,

    /// <summary><c>end()</c>, behind @ or as a function.</summary>
    End,

    /// <summary><c>step()</c> in a duration or as a function.</summary>
    Step,

    /// <summary><c>range()</c> in a duration or as a function.</summary>
    Range,

    /// <summary><c>max_of(a, b)</c> in a duration or as a function.</summary>
    MaxOf,

    /// <summary><c>min_of(a, b)</c> in a duration or as a function.</summary>
    MinOf,
}

internal static class Keywords
{
    private static readonly FrozenDictionary<string, Keyword> Words = new Dictionary<string, Keyword>(
        StringComparer.OrdinalIgnoreCase
    )
    {
        ["and"] = Keyword.And,
        ["or"] = Keyword.Or,
        ["unless"] = Keyword.Unless,
        ["atan2"] = Keyword.Atan2,
        ["sum"] = Keyword.Sum,
        ["avg"] = Keyword.Avg,
        ["count"] = Keyword.Count,
        ["min"] = Keyword.Min,
        ["max"] = Keyword.Max,
        ["group"] = Keyword.Group,
        ["stddev"] = Keyword.Stddev,
        ["stdvar"] = Keyword.Stdvar,
        ["topk"] = Keyword.TopK,
        ["bottomk"] = Keyword.BottomK,
        ["count_values"] = Keyword.CountValues,
        ["quantile"] = Keyword.Quantile,
        ["limitk"] = Keyword.LimitK,
        ["limit_ratio"] = Keyword.LimitRatio,
        ["offset"] = Keyword.Offset,
        ["smoothed"] = Keyword.Smoothed,
        ["anchored"] = Keyword.Anchored,
        ["by"] = Keyword.By,
        ["without"] = Keyword.Without,
        ["on"] = Keyword.On,
        ["ignoring"] = Keyword.Ignoring,
        ["group_left"] = Keyword.GroupLeft,
        ["group_right"] = Keyword.GroupRight,
        ["fill"] = Keyword.Fill,
        ["fill_left"] = Keyword.FillLeft,
        ["fill_right"] = Keyword.FillRight,
        ["bool"] = Keyword.Bool,
        ["start"] = Keyword.Start,
        ["end"] = Keyword.End,
        ["step"] = Keyword.Step,
        ["range"] = Keyword.Range,
        ["max_of"] = Keyword.MaxOf,
        ["min_of"] = Keyword.MinOf,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Texts = [.. Enum.GetValues<Keyword>().Select(TextOf)];

    private static readonly FrozenDictionary<string, Keyword>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        Words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Keywords are recognised in any case, as in Prometheus (<c>SUM</c>, <c>By</c>).</summary>
    public static Keyword Of(ReadOnlySpan<char> word) =>
        BySpan.TryGetValue(word, out var keyword) ? keyword : Keyword.None;

    /// <summary>The keyword as Prometheus writes it: <c>count_values</c>.</summary>
    public static string Text(Keyword keyword) => Texts[(int)keyword];

    public static bool IsSpecialNumber(ReadOnlySpan<char> word) =>
        word.Equals("inf", StringComparison.OrdinalIgnoreCase)
        || word.Equals("nan", StringComparison.OrdinalIgnoreCase);

    public static bool IsAggregation(this Keyword keyword) => keyword is >= Keyword.Sum and <= Keyword.LimitRatio;

    /// <summary>Aggregations that take a parameter before the expression, as <c>topk(3, x)</c> does.</summary>
    public static bool TakesParameter(this Keyword keyword) =>
        keyword
            is Keyword.TopK
                or Keyword.BottomK
                or Keyword.CountValues
                or Keyword.Quantile
                or Keyword.LimitK
                or Keyword.LimitRatio;

    /// <summary>Names that may stand before parentheses as a function although they are keywords.</summary>
    public static bool IsFunctionName(this Keyword keyword) =>
        keyword
            is Keyword.None
                or Keyword.Start
                or Keyword.End
                or Keyword.Step
                or Keyword.Range
                or Keyword.MaxOf
                or Keyword.MinOf;

    /// <summary>The grammar's list of words that cannot name a metric outside braces.</summary>
    public static bool IsMetricName(this Keyword keyword) =>
        keyword
            is not (
                Keyword.Atan2
                or Keyword.On
                or Keyword.Ignoring
                or Keyword.GroupLeft
                or Keyword.GroupRight
                or Keyword.Bool
            );

    /// <summary>The grammar's list of words that cannot stand in a label list unquoted: <c>without</c> alone.</summary>
    public static bool IsGroupingLabel(this Keyword keyword) => keyword is not Keyword.Without;

    private static string TextOf(Keyword keyword) => Words.FirstOrDefault(word => word.Value == keyword).Key ?? "";
}
