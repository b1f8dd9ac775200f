using System.Collections.Frozen;
using Binnacle.PromQL.Grafana;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting;

/// <summary>Lints queries of dashboards, of which only the parts without variables are known.</summary>
public static class GrafanaLints
{
    // What these find depends on the name of the metric alone.
    private static readonly FrozenSet<string> OfName = FrozenSet.Create(
        "rate-of-gauge",
        "counter-without-rate",
        "delta-of-counter",
        "histogram-quantile-without-rate",
        "histogram-quantile-non-bucket"
    );

    // What these find is right whatever else the query holds; they need only their own place to be free of variables.
    private static readonly FrozenSet<string> Local = FrozenSet.Create(
        "rate-of-aggregate",
        "histogram-quantile-without-le",
        "quantile-out-of-range",
        "range-too-short",
        "regex-plain-string",
        "regex-anchors",
        "regex-matches-everything",
        "regex-doubled-backslash",
        "wide-selector",
        "compared-with-nan",
        "deprecated-holt-winters"
    );

    /// <summary>What is wrong with a query, with places in it as it was written.</summary>
    /// <param name="query">The query as read; nothing is found in one that has errors.</param>
    /// <param name="source">The query as written, and where: the panel's title.</param>
    /// <param name="complete">Adds what is known around it, such as the scrape interval.</param>
    public static IReadOnlyList<LintFinding> Check(
        GrafanaQuery query,
        LintSource source,
        Func<LintContext, LintContext>? complete = null
    )
    {
        if (query.Root is not { } root || query.Errors.Count > 0)
        {
            return [];
        }

        var context = new LintContext(LintUse.DashboardQuery, source with { Text = query.Text }, root);
        var findings = new List<LintFinding>();
        foreach (var finding in Linter.Check(complete is null ? context : complete(context)))
        {
            var needed =
                OfName.Contains(finding.Id) ? NameIn(query.Text, finding.Span)
                : Local.Contains(finding.Id) ? finding.Span
                : Around(root, finding.Span);
            if (!query.IsVariable(needed.Start, needed.End))
            {
                var span = new TextSpan(query.ToSource(finding.Span.Start), query.ToSource(finding.Span.End));
                findings.Add(finding with { Source = source, Span = span });
            }
        }

        return findings;
    }

    /// <summary>A selector up to its braces; all of one that has its name within.</summary>
    private static TextSpan NameIn(string text, TextSpan selector)
    {
        var length = text.AsSpan(selector.Start, selector.End - selector.Start).IndexOf('{');
        return length > 0 ? new TextSpan(selector.Start, selector.Start + length) : selector;
    }

    /// <summary>The smallest part that a finding can be about.</summary>
    private static TextSpan Around(Expression root, TextSpan span)
    {
        var smallest = root.Span;
        root.Walk(node =>
        {
            if (
                node is BinaryExpression or Aggregation or Call or VectorSelector
                && node.Span.Start <= span.Start
                && span.End <= node.Span.End
                && node.Span.End - node.Span.Start <= smallest.End - smallest.Start
            )
            {
                smallest = node.Span;
            }
        });
        return smallest;
    }
}
