using Binnacle.PromQL;
using Binnacle.PromQL.Checking;
using Binnacle.PromQL.Syntax;

namespace PromQlDifferential.Generating;

/// <summary>
/// Random expressions after the grammar: every production, mostly with the right types. What only some versions or flags
/// have is made often for a language that has it and now and then for the others. The same seed and language make the
/// same expressions.
/// </summary>
internal sealed class ExpressionGenerator(int seed, PromQlOptions? language = null)
{
    private static readonly Function[] AllFunctions =
    [
        .. Functions.All.OrderBy(function => function.Name, StringComparer.Ordinal),
    ];

    private static readonly PromQlOptions Oldest = new() { PrometheusVersion = PromQlOptions.OldestKnown };

    private readonly Dialect _dialect = new(language ?? Oldest);
    private readonly Words _words = new(new Random(seed));
    private readonly Random _random = new(unchecked(seed * 31 + 7));

    /// <summary>An expression of any kind; now and then of no kind at all.</summary>
    public string Any(int depth) =>
        _random.Next(20) switch
        {
            0 => Scalar(depth),
            1 => Range(depth),
            2 => _words.Text(),
            _ => Vector(depth),
        };

    /// <summary>An instant vector.</summary>
    public string Vector(int depth = 3)
    {
        if (depth <= 0)
        {
            return Selector() + Modifiers();
        }

        return _random.Next(15) switch
        {
            0 => Selector() + Modifiers(),
            1 or 2 => Call(ValueKind.Vector, depth - 1),
            3 or 4 or 5 => Aggregation(depth - 1),
            6 => $"({Space()}{Vector(depth - 1)}{Space()})",
            7 => $"{Pick("-", "+", "- -", "-+")}{Space()}{Vector(depth - 1)}",
            8 =>
                $"{Vector(depth - 1)} {Pick("and", "or", "unless", "AND", "Or")} {Matching(false, oneIn: 3)}{Vector(depth - 1)}",
            9 => $"{Vector(depth - 1)}{Space()} {Comparison()} {(Chance(3) ? "bool " : "")}{Scalar(depth - 1)}",
            10 => $"{Scalar(depth - 1)} {Comparison()} {(Chance(4) ? "bool " : "")}{Vector(depth - 1)}",
            11 => $"{Vector(depth - 1)} {Comparison()} {(Chance(4) ? "bool " : "")}{Matching(true)}{Vector(depth - 1)}",
            12 => $"{Vector(depth - 1)} {Arithmetic()} {Scalar(depth - 1)}",
            _ => $"{Vector(depth - 1)} {Arithmetic()} {Matching(true)}{Space()}{Vector(depth - 1)}",
        };
    }

    private string Scalar(int depth) =>
        depth <= 0
            ? _words.Number()
            : _random.Next(9) switch
            {
                0 => Call(ValueKind.Scalar, depth - 1),
                1 => $"{Scalar(depth - 1)} {Arithmetic()} {Scalar(depth - 1)}",
                2 => $"{Scalar(depth - 1)} {Comparison()} {(Chance(5) ? "" : "bool ")}{Scalar(depth - 1)}",
                3 => $"({Scalar(depth - 1)})",
                4 => $"-{Scalar(depth - 1)}",
                _ => _words.Number(),
            };

    private string Range(int depth) =>
        _random.Next(3) switch
        {
            0 =>
                $"{(Chance(3) ? Selector() : $"({Vector(depth - 1)})")}[{Space()}{Duration()}{Space()}:{(Chance(2) ? Space() + Duration() : "")}{Space()}]{Modifiers()}",
            1 when depth > 0 =>
                $"{Call(ValueKind.Vector, depth - 1)}[{Duration()}:{(Chance(2) ? Duration() : "")}]{Modifiers()}",
            _ => $"{Selector()}{(Chance(40) ? Modifiers() : "")}{Space()}[{Space()}{Duration()}{Space()}]{Modifiers()}",
        };

    private string Call(ValueKind returns, int depth)
    {
        var function = AllFunctions[_random.Next(AllFunctions.Length)];
        while (function.Returns != returns || (!_dialect.Has(function) && !Chance(40)))
        {
            function = AllFunctions[_random.Next(AllFunctions.Length)];
        }

        var most = Math.Min(function.Maximum, function.Minimum + 3);
        var count = Chance(60) ? _random.Next(5) : _random.Next(function.Minimum, most + 1);
        var arguments = Enumerable.Range(0, count).Select(i => Argument(function, i, depth));
        var name = Chance(100) ? function.Name.ToUpperInvariant() : function.Name;
        return $"{name}{Space()}({Space()}{string.Join("," + Space(), arguments)}{Space()})";
    }

    private string Argument(Function function, int index, int depth)
    {
        if (function.Name is "info" && index == 1 && !Chance(10))
        {
            return $"{{{_words.Matchers(2)}}}";
        }

        var kinds = function.Parameters;
        var kind = kinds.Count == 0 ? ValueKind.Scalar : kinds[Math.Min(index, kinds.Count - 1)];
        return (Chance(50) ? (ValueKind)_random.Next(1, 5) : kind) switch
        {
            ValueKind.Scalar => Scalar(depth),
            ValueKind.String => _words.Text(),
            ValueKind.Matrix => Range(depth),
            _ => Vector(depth),
        };
    }

    private string Aggregation(int depth)
    {
        var name = Pick(
            "sum",
            "avg",
            "min",
            "max",
            "count",
            "group",
            "stddev",
            "stdvar",
            "SUM",
            "topk",
            "bottomk",
            "quantile",
            "count_values"
        );
        if (Chance(_dialect.ExperimentalFunctions ? 5 : 60))
        {
            name = Pick("limitk", "limit_ratio");
        }

        var parameter =
            name is "count_values" ? _words.Text() + ", "
            : name is "topk" or "bottomk" or "quantile" or "limitk" or "limit_ratio" ? Scalar(depth - 1) + ","
            : "";
        parameter = Chance(60) ? Pick("", "3,", "'x',") : parameter;
        var body = $"({Space()}{parameter}{Space()}{Vector(depth)}{Space()})";
        return _random.Next(4) switch
        {
            0 => $"{name}{Space()}{body}",
            1 => $"{name} {Grouping()}{Space()}{body}",
            _ => $"{name}{Space()}{body}{Space()} {Grouping()}",
        };
    }

    private string Grouping() => $"{Pick("by", "without", "BY", "Without")}{Space()}({_words.LabelList()})";

    private string Matching(bool group, int oneIn = 2)
    {
        if (!Chance(oneIn))
        {
            return Chance(100) ? "group_left " : Fill();
        }

        var text = $"{Pick("on", "ignoring", "ON")}{Space()}({_words.LabelList()}){Space()} ";
        if (Chance(group ? 3 : 50))
        {
            text +=
                $"{Pick("group_left", "group_right", "GROUP_LEFT")} {(Chance(2) ? $"({_words.LabelList()}) " : "")}";
        }

        return text + Fill();
    }

    private string Fill() =>
        Chance(_dialect.FillModifiers ? 3 : 300)
            ? string.Concat(
                Enumerable
                    .Range(0, _random.Next(1, 3))
                    .Select(_ =>
                        $"{Pick("fill", "fill_left", "fill_right", "FILL")}{Space()}({Space()}{Pick("", "-", "+")}{_words.Number()}{Space()}) "
                    )
            )
            : "";

    private string Selector()
    {
        var most = _random.Next(5);
        var matchers = _words.Matchers(most);
        var trailing = matchers.Length > 0 && Chance(10) ? "," : "";
        return _random.Next(6) switch
        {
            0 or 1 => _words.Metric(),
            2 => $"{{{Space()}{_words.QuotedMetric()}{(matchers.Length > 0 ? ", " : "")}{matchers}{trailing}}}",
            3 => $"{{{Space()}{matchers}{trailing}{Space()}}}",
            _ => $"{_words.Metric()}{Space()}{{{Space()}{matchers}{trailing}{Space()}}}",
        };
    }

    private string Modifiers() =>
        _random.Next(12) switch
        {
            0 => $"{Space()} {Pick("offset", "OFFSET")} {OffsetDuration()}",
            1 => $" @{Space()} {_words.Time()}",
            2 => $" @ {Pick("start", "end", "END")}{Space()}() offset {OffsetDuration()}",
            3 => $" offset {OffsetDuration()} @ {_words.Time()}",
            4 when Chance(4) => $" offset {OffsetDuration()} offset {OffsetDuration()}",
            5 when Chance(4) => $" @ {_words.Time()} @ {_words.Time()}",
            6 when Chance(_dialect.ExtendedRangeSelectors ? 1 : 6) => Pick(" anchored", " smoothed", " SMOOTHED"),
            _ => "",
        };

    private string OffsetDuration() =>
        Chance(_dialect.DurationExpressions ? 2 : 300)
            ? $"{Pick("", "-", "+", "- -")}{DurationExpression(2)}"
            : $"{Pick("", "", "-", "+", "- ")}{_words.Duration()}";

    private string Duration() =>
        Chance(_dialect.DurationExpressions ? 2 : 300) ? DurationExpression(2)
        : Chance(30) ? $"{Pick("-", "+", "--", "(")}{_words.Duration()}"
        : _words.Duration();

    private string DurationExpression(int depth) =>
        depth == 0
            ? _words.Duration()
            : _random.Next(10) switch
            {
                0 => $"({DurationExpression(depth - 1)})",
                1 => $"-{DurationExpression(depth - 1)}",
                2 when Chance(4) => Pick(
                    "step()",
                    "range()",
                    "min_of(1m, 2m)",
                    "max_of(step(), 2m)",
                    "max(5m,3m)",
                    "min(1m,step())"
                ),
                3 or 4 => _words.Duration(),
                5 => $"({DurationExpression(depth - 1)} {Pick("+", "-")} {DurationExpression(depth - 1)})",
                _ =>
                    $"{DurationExpression(depth - 1)}{Space()}{Pick("+", "-", "*", "/", "%", "^")}{Space()}{DurationExpression(depth - 1)}",
            };

    private string Comparison() => Pick("==", "!=", "<", "<=", ">", ">=");

    private string Arithmetic() =>
        Chance(_dialect.Trims ? 10 : 300) ? Pick("</", ">/") : Pick("+", "-", "*", "/", "%", "^", "atan2");

    private string Space() => _words.Space();

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private string Pick(params ReadOnlySpan<string> choices) => choices[_random.Next(choices.Length)];
}
