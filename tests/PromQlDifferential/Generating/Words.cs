using Binnacle.PromQL.Lexing;

namespace PromQlDifferential.Generating;

/// <summary>The smallest parts of random expressions: names, strings, numbers, durations, white space.</summary>
internal sealed class Words(Random random)
{
    private static readonly string[] Metrics =
    [
        "up",
        "foo",
        "a:b",
        ":lead",
        "http_requests_total",
        "http_request_duration_seconds_bucket",
        "_x",
        "X9",
        "sum",
        "by",
        "without",
        "offset",
        "start",
        "end",
        "or",
        "and",
        "unless",
        "topk",
        "limitk",
        "step",
        "range",
        "fill",
        "fill_left",
        "anchored",
        "smoothed",
        "min_of",
        "infinity",
        "nano",
        "count_values",
    ];

    private static readonly string[] Labels =
    [
        "job",
        "instance",
        "le",
        "on",
        "sum",
        "inf",
        "nan",
        "bool",
        "by",
        "namespace_id",
        "__name__",
        "_",
        "\"my label\"",
        "'x.y'",
        "`raw`",
        "\"\\x6a\\u00e9\"",
        "\"\"",
    ];

    private static readonly string[] Groupings =
    [
        "job",
        "instance",
        "on",
        "sum",
        "by",
        "a:b",
        "end",
        "bool",
        "and",
        "atan2",
        "group_left",
        "offset",
        "step",
        "fill",
        "anchored",
        "without",
        "\"my label\"",
        "'é'",
        "`x`",
        "\"\"",
        "inf",
        "\"\\xff\"",
        "1",
    ];

    private static readonly string[] Values =
    [
        "\"a\"",
        "'b'",
        "`c`",
        "\"{x='y'}\"",
        "\"\\\"\"",
        "\"(\"",
        "'#'",
        "\"é😀\"",
        "\"\"",
        "''",
        "\"\\n\\t\\\\\"",
        "'\\''",
        "\"\\101\\x41\\u00e9\\U0001F600\"",
        "`multi\nline`",
        "\"\\xff\"",
    ];

    private static readonly string[] Patterns =
    [
        "\"a|b\"",
        "\".*\"",
        "\".+\"",
        "'5..'",
        "`\\d+`",
        "\"(foo|bar)?-[a-z0-9]+\"",
        "\"^x$\"",
        "\"\"",
        "\"a?\"",
        "'x*|y'",
    ];

    private static readonly string[] Units = ["ms", "s", "m", "h", "d", "w", "y"];

    private readonly RegexGenerator _patterns = new(random.Next());

    public string Metric() => Pick(Metrics);

    public string QuotedMetric() =>
        Chance(20) ? Pick("\"\"", "\"\\xff\"") : Pick("\"foo\"", "'a.b'", "`é`", "\"http requests\"");

    public string Text() => Pick(Values);

    public string Matchers(int most) =>
        string.Join("," + Space(), Enumerable.Range(0, random.Next(most + 1)).Select(_ => Matcher()));

    public string LabelList()
    {
        var labels = string.Join("," + Space(), Enumerable.Range(0, random.Next(4)).Select(_ => Label()));
        return $"{Space()}{labels}{(labels.Length > 0 && Chance(10) ? "," : "")}{Space()}";
    }

    // The odd ones at the end of the list are rare.
    private string Label() => Groupings[Chance(8) ? random.Next(Groupings.Length) : random.Next(15)];

    private string Matcher()
    {
        var regex = Chance(3);
        var operation = regex ? Pick("=~", "!~") : Pick("=", "=", "!=");
        var label = Chance(6) ? Pick(Labels) : Labels[random.Next(6)];
        return $"{label}{Space()}{operation}{Space()}{(regex ? Pattern() : Pick(Values))}";
    }

    private string Pattern() => Chance(2) ? Pick(Patterns) : StringText.Quote(_patterns.Next());

    public string Number() =>
        random.Next(8) switch
        {
            0 => Pick("Inf", "inf", "NaN", "-Inf", "+nan", "iNf"),
            1 => Pick(
                "0x1F",
                "0X_1f",
                "017",
                "08",
                "1_000",
                "1_0.5_0",
                "0x",
                "0b1",
                "1__0",
                "1_",
                "0x1e5",
                "1e1_0",
                "0_8"
            ),
            2 => Pick(
                ".5",
                "1.",
                "1.5e3",
                "1E-3",
                "1e+5",
                "1e",
                "1e999",
                "1..5",
                "9223372036854775808",
                "0x8000000000000000",
                "1.5.5",
                "1e5e5"
            ),
            3 => Duration(),
            _ => random.Next(100).ToString(provider: null),
        };

    public string Duration() =>
        random.Next(24) switch
        {
            0 => Pick(
                "0",
                "0s",
                "5mm",
                "5m5h",
                "5m5m",
                "1.5m",
                "m5",
                "5x",
                "1000y",
                "300y",
                "5M",
                "5min",
                "0x10",
                "NaN",
                "Inf",
                "1e10",
                "1e9",
                "0.0000000001",
                "293y"
            ),
            1 => Pick("300", "60", "0.5", "1e2", "0x1F", ".5", "1_0"),
            2 => $"{random.Next(1, 9)}h{random.Next(1, 59)}m{random.Next(1, 59)}s",
            3 => "1y2w3d4h5m6s7ms",
            _ => random.Next(1, 60).ToString(provider: null) + Pick(Units),
        };

    public string Time() =>
        Pick(
            "1609746000",
            "1609746000.123",
            "-5",
            "+5",
            "0",
            "5m",
            "start()",
            "end()",
            "Inf",
            "NaN",
            "1e30",
            "start",
            "foo",
            "0x10",
            "9223372036854775807"
        );

    /// <summary>Mostly nothing.</summary>
    public string Space() =>
        random.Next(12) switch
        {
            0 or 1 => " ",
            2 => Pick("\n", "\t", "  ", "\r\n"),
            3 when Chance(4) => Pick(" # note { ( \"\n", "#\n", "# x\r"),
            _ => "",
        };

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private string Pick(params ReadOnlySpan<string> choices) => choices[random.Next(choices.Length)];
}
