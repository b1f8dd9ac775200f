using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Matching;

/// <summary>A sum of two selections of one metric, in which a series that one side lacks is lost from both.</summary>
internal sealed class JoinDropsSeries()
    : LintRule(
        "join-drops-series",
        LintSeverity.Info,
        "a sum of two selections of one metric, which drops series that only one has"
    )
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (binary, _) in subject.Binaries)
        {
            if (
                binary.Operator.Kind is TokenKind.Add
                && Narrowed(binary.Left) is { } left
                && Narrowed(binary.Right) is { } right
                && left.MetricName is { } metric
                && metric == right.MetricName
                && left.Modifiers == right.Modifiers
                && DiffersIn(left, right) is { } label
            )
            {
                subject.Report(
                    this,
                    binary.OperatorSpan(),
                    $"+ drops what only one side has, such as a {label} that has not been seen yet",
                    $"select both at once: {label}=~\"…|…\" within one sum"
                );
            }
        }
    }

    /// <summary>The selector below an aggregation and a rate.</summary>
    private static VectorSelector? Narrowed(Expression side) =>
        side.Unwrap() switch
        {
            Aggregation { Operator: Keyword.Sum, Operand: { } operand } => operand.Unwrap() switch
            {
                Call { Function: "rate" or "increase" or "irate", Arguments: [var range] } => range.AsSelector(),
                var other => other.AsSelector(),
            },
            _ => null,
        };

    private static string? DiffersIn(VectorSelector left, VectorSelector right)
    {
        string? found = null;
        foreach (var matcher in left.Matchers)
        {
            var other = right.Matchers.FirstOrDefault(candidate => candidate.Label == matcher.Label);
            if (other is null)
            {
                return null;
            }

            if (other.Value != matcher.Value)
            {
                found = matcher.Label;
            }
        }

        return left.Matchers.Count == right.Matchers.Count ? found : null;
    }
}
