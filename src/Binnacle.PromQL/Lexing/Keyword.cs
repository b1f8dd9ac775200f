namespace Binnacle.PromQL.Lexing;

/// <summary>Words with a meaning of their own; most of them are metric and label names as well, by context.</summary>
internal enum Keyword : byte
{
    None,
    And,
    Or,
    Unless,
    Atan2,
    Sum,
    Avg,
    Count,
    Min,
    Max,
    Group,
    Stddev,
    Stdvar,
    TopK,
    BottomK,
    CountValues,
    Quantile,
    LimitK,
    LimitRatio,
    Offset,
    Smoothed,
    Anchored,
    By,
    Without,
    On,
    Ignoring,
    GroupLeft,
    GroupRight,
    Fill,
    FillLeft,
    FillRight,
    Bool,
    Start,
    End,
    Step,
    Range,
    MaxOf,
    MinOf,
}

internal static class Keywords
{
    private static readonly Dictionary<string, Keyword> Words = new(StringComparer.OrdinalIgnoreCase)
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
    };

    private static readonly Dictionary<string, Keyword>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        Words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Keywords are recognised in any case, as in Prometheus (<c>SUM</c>, <c>By</c>).</summary>
    public static Keyword Of(ReadOnlySpan<char> word) =>
        BySpan.TryGetValue(word, out var keyword) ? keyword : Keyword.None;

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
}
