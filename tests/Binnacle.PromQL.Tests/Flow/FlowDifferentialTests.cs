using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Tests.Flow;

/// <summary>What is said of labels and values without data, against what Prometheus returns with data.</summary>
public sealed partial class FlowDifferentialTests
{
    private const int Expressions = 3000;

    private const string Series = """
          - {series: 'a{job="j1",instance="i1",pod="p1",zone="z1"}', values: '1+1x20'}
          - {series: 'a{job="j1",instance="i2",pod="p2"}', values: '-2+0.5x20'}
          - {series: 'a{job="j2",instance="i3",pod="p1",zone="z2"}', values: '0x20'}
          - {series: 'b{job="j1",instance="i1",pod="p1"}', values: '3x20'}
          - {series: 'b{job="j2",pod="p3",code="c"}', values: '0.5x20'}
          - {series: 'up{job="j1",instance="i1"}', values: '1x20'}
          - {series: 'up{job="j1",instance="i2"}', values: '1 1 0 0 1 1 0 1 1 1 0 0 0 1 1 1 0 1 1 0 1'}
          - {series: 'x_total{job="j1",instance="i1",code="c"}', values: '0+2x8 0+3x12'}
          - {series: 'x_total{job="j1",instance="i1",code="d",zone="z1"}', values: '5+7x20'}
          - {series: 'h_bucket{job="j1",le="1"}', values: '0+1x20'}
          - {series: 'h_bucket{job="j1",le="+Inf"}', values: '0+2x20'}
        """;

    [Theory]
    [Trait("Guarantee", "N1")]
    [InlineData(100)]
    [InlineData(105)]
    [InlineData(107)]
    [InlineData(123)]
    public async Task What_is_certain_holds_in_Prometheus(int seed)
    {
        var promtool = Promtool.OrSkip();
        var generator = new FlowExpressions(seed);
        var roots = new Dictionary<string, Expression>();
        while (roots.Count < Expressions)
        {
            var text = generator.Vector(1 + (roots.Count % 3));
            if (PromQlExpression.Parse(text, PromQlOptions.Any) is { IsValid: true, Root: { } root })
            {
                roots[text] = root;
            }
        }

        var tests = new StringBuilder("evaluation_interval: 30s\ntests:\n- interval: 30s\n  input_series:\n")
            .Append(Series)
            .Append("\n  promql_expr_test:\n");
        foreach (var text in roots.Keys)
        {
            tests.Append($"  - {{expr: '{text}', eval_time: 8m}}\n");
        }

        var (_, output) = await promtool.TestRulesAsync(tests.ToString());

        var judged = 0;
        var wrong = new List<string>();
        foreach (Match result in Result().Matches(output))
        {
            var text = result.Groups["expr"].Value.Replace("\\\"", "\"", StringComparison.Ordinal);
            var root = roots[text];
            var flow = ExpressionFlow.Of(root);
            roots.Remove(text);
            if (result.Groups["got"].Success)
            {
                judged++;
                foreach (Match series in Sample().Matches(result.Groups["got"].Value))
                {
                    var faults = Faults(series, flow.Labels(root), flow.Value(root));
                    wrong.AddRange(faults.Select(fault => $"{text}  ⇒ {series.Value}: {fault}"));
                }
            }
        }

        // What is not in the output returned nothing.
        wrong.AddRange(
            from pair in roots
            where !ExpressionFlow.Of(pair.Value).Value(pair.Value).CanBeEmpty
            select $"{pair.Key}  ⇒ nothing"
        );
        wrong.ShouldBeEmpty();
        judged.ShouldBeGreaterThan(Expressions / 4);
    }

    private static IEnumerable<string> Faults(Match series, LabelFlow flow, ValueFlow value)
    {
        var labels = Label()
            .Matches(series.Groups["labels"].Value)
            .ToDictionary(label => label.Groups["name"].Value, label => label.Groups["value"].Value);
        foreach (var fact in flow.Facts)
        {
            var has = labels.TryGetValue(fact.Name, out var text);
            if (has ? fact.Presence is LabelPresence.Never : fact.Presence is LabelPresence.Always)
            {
                yield return $"{fact.Name} is {fact.Presence}";
            }
            else if (has && fact.Value is not null && fact.Value != text)
            {
                yield return $"{fact.Name} is \"{fact.Value}\"";
            }
        }

        foreach (var name in labels.Keys.Where(name => flow.PresenceOf(name) is LabelPresence.Never))
        {
            yield return $"{name} is gone";
        }

        var number = series.Groups["number"].Value switch
        {
            "NaN" => double.NaN,
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var digits => double.Parse(digits, CultureInfo.InvariantCulture),
        };
        if (double.IsNaN(number) ? !value.MayBeNaN : number < value.Min - 1e-9 || number > value.Max + 1e-9)
        {
            yield return $"values are {value.Min}..{value.Max}";
        }

        if (value.Whole && double.IsFinite(number) && Math.Abs(number - Math.Round(number)) > 1e-9)
        {
            yield return "values are whole";
        }
    }

    [GeneratedRegex(
        """expr: "(?<expr>(?:[^"\\]|\\.)*)", time: [^,\n]+,(?: err:|\s+exp: nil\s+got: (?<got>[^\n]*))""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 20_000
    )]
    private static partial Regex Result();

    [GeneratedRegex(
        """\{(?<labels>(?:[^"}]|"(?:[^"\\]|\\.)*")*)\} (?<number>[^\s,]+)""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 20_000
    )]
    private static partial Regex Sample();

    [GeneratedRegex(
        """(?<name>\w+)="(?<value>(?:[^"\\]|\\.)*)""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 20_000
    )]
    private static partial Regex Label();
}
