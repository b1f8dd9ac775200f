namespace Binnacle.PromQL.Tests;

/// <summary>Random expressions after the grammar, and small damages to them. The same seed makes the same expressions.</summary>
internal sealed class ExpressionGenerator(int seed)
{
    private const string Alphabet = "abmups_01259.:{}[]()\"'`=!~<>+-*/%^@#,\\ \n$é";

    private static readonly string[] Names =
    [
        "up",
        "foo",
        "a:b",
        "sum",
        "by",
        "offset",
        "start",
        "http_requests_total",
        "or",
    ];
    private static readonly string[] Labels =
    [
        "job",
        "instance",
        "on",
        "sum",
        "inf",
        "namespace_id",
        "\"my label\"",
        "'x.y'",
    ];
    private static readonly string[] Groupings = ["job", "instance", "on", "sum", "by", "a:b", "\"my label\"", "end"];
    private static readonly string[] Values =
    [
        "\"a\"",
        "'b'",
        "`c`",
        "\"{x='y'}\"",
        "\"\\\"\"",
        "\"(\"",
        "'#'",
        "\"é\"",
    ];
    private static readonly string[] Durations = ["5m", "1h30m", "300", "1d", "15s", "100ms", "1y2w"];
    private static readonly string[] Numbers = ["0", "1", "0.5", "1e3", "0x1F", "Inf", "NaN", "5m", "1_000", ".5"];
    private static readonly string[] Arithmetic = ["+", "-", "*", "/", "%", "^", "atan2"];
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];
    private static readonly string[] Sets = ["and", "or", "unless"];
    private static readonly string[] Aggregations = ["sum", "avg", "min", "max", "count", "group", "SUM"];
    private static readonly string[] Functions = ["abs", "ceil", "absent", "sort", "timestamp", "ln", "floor"];
    private static readonly string[] OverTime =
    [
        "rate",
        "increase",
        "max_over_time",
        "deriv",
        "last_over_time",
        "irate",
    ];

    private readonly Random _random = new(seed);

    public string Vector(int depth = 3) =>
        depth == 0
            ? Selector() + Modifiers()
            : _random.Next(12) switch
            {
                0 => Selector() + Modifiers(),
                1 => $"{Pick(OverTime)}({Space()}{Range(depth - 1)}{Space()})",
                2 => $"{Pick(Functions)}{Space()}({Vector(depth - 1)})",
                3 => $"{Pick(Aggregations)}{Space()}({Vector(depth - 1)}){Space()}{Grouping()}",
                4 => $"{Pick(Aggregations)} {Grouping()}({Vector(depth - 1)})",
                5 => $"topk({Scalar()}, {Vector(depth - 1)}) {Grouping()}",
                6 => $"({Vector(depth - 1)})",
                7 => $"-{Vector(depth - 1)}",
                8 => $"{Vector(depth - 1)} {Pick(Sets)} {On()}{Vector(depth - 1)}",
                9 => $"{Vector(depth - 1)}{Space()} {Pick(Comparisons)} {(Chance(3) ? "bool " : "")}{Scalar()}",
                10 => $"label_replace({Vector(depth - 1)}, 'a', \"$1\", `b`, '(.*)')",
                _ => $"{Vector(depth - 1)} {Pick(Arithmetic)} {On()}{(Chance(4) ? "" : Space())}{Vector(depth - 1)}",
            };

    /// <summary>The expression with one to three characters or words taken away, doubled, swapped or put in.</summary>
    public string Damage(string expression)
    {
        for (var times = _random.Next(1, 4); times > 0 && expression.Length > 1; times--)
        {
            var at = _random.Next(expression.Length);
            var length = Math.Min(_random.Next(1, 5), expression.Length - at);
            expression = _random.Next(5) switch
            {
                0 => expression.Remove(at, 1),
                1 => expression.Remove(at, length),
                2 => expression.Insert(at, Alphabet[_random.Next(Alphabet.Length)].ToString()),
                3 => expression.Insert(at, expression.Substring(at, length)),
                _ => expression.Insert(
                    _random.Next(expression.Length),
                    Pick([" on ", " bool ", "[5m]", " offset 5m", "{", "5", "(", "sum", " by (a)"])
                ),
            };
        }

        // Half a surrogate pair is no text that could reach us.
        return string.Concat(expression.EnumerateRunes().Where(rune => rune.Value != 0xFFFD));
    }

    private string Range(int depth) =>
        Chance(3)
            ? $"{(Chance(2) ? Selector() : $"({Vector(depth)})")}[{Pick(Durations)}:{(Chance(2) ? Pick(Durations) : "")}]{Modifiers()}"
            : $"{Selector()}{Space()}[{Pick(Durations)}]{Modifiers()}";

    private string Selector()
    {
        var matchers = string.Join(
            "," + Space(),
            Enumerable.Range(0, _random.Next(4)).Select(_ => Pick(Labels) + Pick(["=", "!=", "=~", "!~"]) + Matched())
        );
        return _random.Next(4) switch
        {
            0 => Pick(Names),
            1 => $"{{{Space()}\"{Pick(Names)}\"{(matchers.Length > 0 ? ", " : "")}{matchers}}}",
            _ => $"{Pick(Names)}{Space()}{{{matchers}{(matchers.Length > 0 && Chance(4) ? "," : "")}{Space()}}}",
        };
    }

    private string Matched() => Chance(3) ? "\"a|b\"" : Pick([.. Values.Where(value => !value.Contains('('))]);

    private string Modifiers() =>
        _random.Next(8) switch
        {
            0 => $" offset {Pick(Durations)}",
            1 => $" @ {_random.Next(1000)}",
            2 => $" @ end() offset -{Pick(Durations)}",
            _ => "",
        };

    private string Grouping() =>
        $"{Pick(["by", "without", "BY"])}{Space()}({string.Join(", ", Enumerable.Range(0, _random.Next(3)).Select(_ => Pick(Groupings)))})";

    private string On() => Chance(3) ? $"{Pick(["on", "ignoring"])} ({Pick(Groupings)}) " : "";

    private string Scalar() => Chance(4) ? $"scalar({Selector()})" : Pick(Numbers);

    private string Space() => Pick(["", "", "", " ", "\n", " # note { ( \"\n"]);

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private string Pick(string[] choices) => choices[_random.Next(choices.Length)];
}
