using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Grafana;

/// <summary>
/// A query of a dashboard: PromQL in which Grafana fills in variables before Prometheus sees it. What the variables hold
/// is not known, so the query counts as right when it is right for some of their values.
/// </summary>
public sealed class GrafanaQuery
{
    private readonly FilledQuery _filled;
    private readonly PromQlExpression _parsed;

    private GrafanaQuery(FilledQuery filled, PromQlExpression parsed, IReadOnlyList<SyntaxError> errors, bool isCertain)
    {
        _filled = filled;
        _parsed = parsed;
        Errors = errors;
        IsCertain = isCertain;
    }

    /// <summary>What is wrong, with places in the query as it was written; empty when nothing is.</summary>
    public IReadOnlyList<SyntaxError> Errors { get; }

    /// <summary>
    /// Whether the <see cref="Errors"/> are there whatever the variables hold. A variable outside of string literals and
    /// durations may hold any piece of PromQL, and an error near one may vanish with it.
    /// </summary>
    public bool IsCertain { get; }

    /// <summary>The PromQL that was checked, with something in place of each variable.</summary>
    public string Text => _filled.Text;

    /// <summary>Its tree; null when it could not be read.</summary>
    public Expression? Root => _parsed.Root;

    /// <summary>Reads and checks a query.</summary>
    public static GrafanaQuery Read(string query)
    {
        var variables = GrafanaVariable.In(query).ToList();
        var (filled, parsed) = Best(query, variables);
        var errors = parsed
            .Errors.Select(fault => SyntaxError.At(query, filled.ToSource(fault.Offset), fault.Message, fault.Expected))
            .ToList();
        return new GrafanaQuery(filled, parsed, errors, filled.Free.Count == 0);
    }

    /// <summary>The place in the query as it was written of one in <see cref="Text"/>.</summary>
    public int ToSource(int offset) => _filled.ToSource(offset);

    /// <summary>Whether a half-open range of <see cref="Text"/> has anything that stands for a variable.</summary>
    public bool IsVariable(int start, int end) => _filled.TouchesFilling(start, end);

    /// <summary>Changes what stands for one variable after the other while that moves the first fault on.</summary>
    private static (FilledQuery Filled, PromQlExpression Parsed) Best(
        string query,
        IReadOnlyList<GrafanaVariable> variables
    )
    {
        var other = new HashSet<int>();
        var best = Try(query, variables, other);
        foreach (var index in best.Filled.Free)
        {
            if (best.Parsed.Errors.Count == 0)
            {
                break;
            }

            other.Add(index);
            var next = Try(query, variables, other);
            if (Rank(next).CompareTo(Rank(best)) > 0)
            {
                best = next;
            }
            else
            {
                other.Remove(index);
            }
        }

        return best;
    }

    private static (FilledQuery Filled, PromQlExpression Parsed) Try(
        string query,
        IReadOnlyList<GrafanaVariable> variables,
        HashSet<int> other
    )
    {
        var filled = FilledQuery.Fill(query, variables, other);
        return (filled, PromQlExpression.Parse(filled.Text, PromQlOptions.Any));
    }

    /// <summary>A query that can be read beats one that cannot; then the fewer faults, then the later.</summary>
    private static (bool, int, int) Rank((FilledQuery Filled, PromQlExpression Parsed) attempt) =>
        attempt.Parsed.Errors is { Count: > 0 } errors
            ? (attempt.Parsed.Root is not null, -errors.Count, attempt.Filled.ToSource(errors[0].Offset))
            : (true, 0, int.MaxValue);
}
