using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Analysis;

/// <summary>A metric that an expression reads.</summary>
/// <param name="Name">Its name.</param>
/// <param name="MayBeMissing">It stands in <c>absent()</c> or behind <c>or</c>: that nobody has seen it is no fault.</param>
public sealed record ReadMetric(string Name, bool MayBeMissing);

/// <summary>What a server that knows the data can be asked about an expression. Pure.</summary>
/// <param name="Metrics">Metrics by name, each once, in the order of the text; selectors without one name are left out.</param>
/// <param name="Selectors">Text of each different selector, without range, offset and time.</param>
/// <param name="Subject">
/// The part that is compared, for an alert such as <c>SUBJECT &gt; 5</c>: each of its series may become an alert. The
/// whole expression where nothing is compared at the top.
/// </param>
public sealed record QueryShape(IReadOnlyList<ReadMetric> Metrics, IReadOnlyList<string> Selectors, string Subject)
{
    /// <summary>The shape of an expression; null for one that cannot be parsed.</summary>
    public static QueryShape? Of(string expression)
    {
        if (PromQlExpression.Parse(expression, PromQlOptions.Any) is not { IsValid: true, Root: { } root })
        {
            return null;
        }

        var metrics = new Dictionary<string, bool>(StringComparer.Ordinal);
        var selectors = new List<string>();
        Collect(root, mayBeMissing: false);
        var subject = SubjectOf(root);
        return new QueryShape(
            [.. metrics.Select(metric => new ReadMetric(metric.Key, metric.Value))],
            [.. selectors.Distinct(StringComparer.Ordinal)],
            expression[subject.Span.Start..subject.Span.End]
        );

        void Collect(Expression node, bool mayBeMissing)
        {
            switch (node)
            {
                case VectorSelector selector:
                    if (NameOf(selector) is { } name)
                    {
                        metrics[name] = mayBeMissing && metrics.GetValueOrDefault(name, true);
                    }

                    var end = selector.Braces?.End ?? selector.Span.Start + (selector.Name?.Length ?? 0);
                    selectors.Add(expression[selector.Span.Start..end]);
                    break;
                case BinaryExpression { Operator.Keyword: Keyword.Or } either:
                    Collect(either.Left, mayBeMissing: true);
                    Collect(either.Right, mayBeMissing: true);
                    break;
                case Call { Function: "absent" or "absent_over_time" } absent:
                    CollectAll(absent, mayBeMissing: true);
                    break;
                default:
                    CollectAll(node, mayBeMissing);
                    break;
            }
        }

        void CollectAll(Expression node, bool mayBeMissing)
        {
            foreach (var child in node.Children())
            {
                Collect(child, mayBeMissing);
            }
        }
    }

    private static string? NameOf(VectorSelector selector) =>
        selector.Name
        ?? selector
            .Matchers.FirstOrDefault(matcher => matcher is { Label: "__name__", Operator: TokenKind.Assign })
            ?.Value;

    /// <summary>
    /// Comparisons that filter keep the series of their left side; <c>and</c> and <c>unless</c> only take some away.
    /// </summary>
    private static Expression SubjectOf(Expression node) =>
        node switch
        {
            ParenExpression paren => SubjectOf(paren.Inner),
            BinaryExpression { Matching.Bool: false } binary
                when Operators.IsComparison(binary.Operator) && binary.Left is not NumberLiteral => SubjectOf(
                binary.Left
            ),
            BinaryExpression { Matching.Bool: false } binary when Operators.IsComparison(binary.Operator) => SubjectOf(
                binary.Right
            ),
            BinaryExpression { Operator.Keyword: Keyword.And or Keyword.Unless } binary => SubjectOf(binary.Left),
            _ => node,
        };
}
