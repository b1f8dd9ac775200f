namespace Binnacle.PromQL.Tests.Flow;

/// <summary>Random expressions over a few series, of the parts of the language that move labels and bounds. One seed, one row.</summary>
internal sealed class FlowExpressions(int seed)
{
    private static readonly string[] Labels = ["job", "instance", "pod", "zone", "code"];
    private readonly Random _random = new(seed);

    public string Vector(int depth)
    {
        if (depth == 0)
        {
            return Selector();
        }

        return _random.Next(12) switch
        {
            0 or 1 => Aggregation(depth - 1),
            2 or 3 => Function(depth - 1),
            4 => OverTime(depth - 1),
            5 =>
                $"{Vector(depth - 1)} {Pick("+", "-", "*", "/", "%", "^", "==", "!=", ">", "<=", "> bool")} {Scalar()}",
            6 => $"{Scalar()} {Pick("+", "-", "*", "/", "<", ">=", "== bool")} {Operand(depth - 1)}",
            7 or 8 =>
                $"{Operand(depth - 1)} {Pick("+", "-", "*", "/", ">", "<", "!= bool")} {Matching()} {Operand(depth - 1)}",
            9 => $"{Operand(depth - 1)} {Pick("and", "or", "unless")} {SetMatching()} {Operand(depth - 1)}",
            10 => $"-{Operand(depth - 1)}",
            _ => Replaced(depth - 1),
        };
    }

    private string Selector()
    {
        var matchers = Enumerable
            .Range(0, _random.Next(3))
            .Select(_ =>
                $"{Pick(Labels)}{Pick("=\"\"", "!=\"\"", "=\"j1\"", "=\"p1\"", "=~\"p1|p2\"", "=~\".+\"", "=~\".*\"", "!~\"z.*\"", "!~\".*\"", "=~\"|z1\"")}"
            );
        return $"{Pick("a", "b", "up", "x_total")}{{{string.Join(',', matchers)}}}";
    }

    private string Operand(int depth) => $"({Vector(depth)})";

    private string Scalar() => Pick("0", "1", "2", "-1", "0.5", "100", "scalar(sum(a))", "NaN");

    private string LabelList() => string.Join(", ", Labels.Where(_ => _random.Next(3) == 0));

    private string Aggregation(int depth)
    {
        var clause = _random.Next(3) switch
        {
            0 => $"by ({LabelList()})",
            1 => $"without ({LabelList()})",
            _ => "",
        };
        var call = Pick(
            "sum(",
            "avg(",
            "min(",
            "max(",
            "count(",
            "group(",
            "stddev(",
            "quantile(0.5, ",
            "topk(2, ",
            "bottomk(1, ",
            "count_values(\"zone\", "
        );
        return $"{call}{Vector(depth)}) {clause}";
    }

    private string Function(int depth) =>
        _random.Next(6) switch
        {
            0 => $"absent({(_random.Next(2) == 0 ? Selector() : Vector(depth))})",
            1 => Pick("vector(1)", "vector(time())", "hour()", "vector(scalar(up))"),
            2 => $"clamp({Vector(depth)}, {Pick("-1, 5", "0, 1")})",
            3 => $"histogram_quantile(0.5, {Pick("h_bucket", "rate(h_bucket[2m])", "sum by (le, job) (h_bucket)")})",
            _ =>
                $"{Pick("abs", "ceil", "floor", "round", "sgn", "sqrt", "exp", "sort", "timestamp", "hour", "minute")}({Vector(depth)})",
        };

    private string OverTime(int depth)
    {
        var range = _random.Next(3) == 0 ? $"({Vector(depth)})[2m:30s]" : $"{Selector()}[2m]";
        return $"{Pick("rate", "increase", "delta", "deriv", "changes", "resets", "max_over_time", "sum_over_time", "avg_over_time", "count_over_time", "last_over_time", "present_over_time", "absent_over_time", "stddev_over_time")}({range})";
    }

    private string Replaced(int depth) =>
        _random.Next(3) == 0
            ? $"label_join({Vector(depth)}, \"{Pick(Labels)}\", \"-\", \"{Pick(Labels)}\", \"{Pick(Labels)}\")"
            : $"label_replace({Vector(depth)}, \"{Pick(Labels)}\", \"{Pick("$1", "k", "", "$1-k")}\", \"{Pick(Labels)}\", \"{Pick(".*", "(.+)", "(p).*", "(.*)")}\")";

    private string SetMatching() =>
        _random.Next(3) switch
        {
            0 => $"on ({LabelList()})",
            1 => $"ignoring ({LabelList()})",
            _ => "",
        };

    private string Matching()
    {
        var matching = SetMatching();
        if (matching.Length == 0 || _random.Next(2) == 0)
        {
            return matching;
        }

        // A label cannot stand in on and in the group clause.
        var free = Labels.Where(label => !matching.Contains(label, StringComparison.Ordinal) && _random.Next(3) == 0);
        return $"{matching} {Pick("group_left", "group_right")} ({string.Join(", ", free)})";
    }

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}
