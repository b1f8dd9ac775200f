using System.Runtime.CompilerServices;
using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting;

/// <summary>A part of the expression and what it stands in.</summary>
internal sealed record Part<T>(T Node, Part<Expression>? Parent)
    where T : Expression;

/// <summary>What a lint works on: the context, the tree sorted by kinds of nodes, the flow, and where findings go.</summary>
internal sealed class LintSubject
{
    private const int LongestQuote = 60;
    private readonly List<LintFinding> _findings = [];
    private readonly List<Part<VectorSelector>> _selectors = [];
    private readonly List<Part<Call>> _calls = [];
    private readonly List<Part<BinaryExpression>> _binaries = [];
    private readonly List<Part<Aggregation>> _aggregations = [];

    public LintSubject(LintContext context)
    {
        Context = context;
        if (context.Root is { } root)
        {
            Flow = ExpressionFlow.Of(root);
            Sort(root, null);
        }

        Templates = RuleTemplate.Of(context);
    }

    public LintContext Context { get; }

    /// <summary>Null only where there is no tree, and then no part either.</summary>
    public ExpressionFlow? Flow { get; }

    public IReadOnlyList<Part<VectorSelector>> Selectors => _selectors;

    public IReadOnlyList<Part<Call>> Calls => _calls;

    public IReadOnlyList<Part<BinaryExpression>> Binaries => _binaries;

    public IReadOnlyList<Part<Aggregation>> Aggregations => _aggregations;

    /// <summary>The templates of labels and annotations that use something.</summary>
    public IReadOnlyList<RuleTemplate> Templates { get; }

    public IReadOnlyList<LintFinding> Findings => _findings;

    public bool IsAlert => Context.Use is LintUse.Alert or LintUse.Probe;

    public LabelFlow Labels(Expression part) => Flow!.Labels(part);

    public PatternFacts Pattern(LabelMatcher matcher) => Flow!.Pattern(matcher);

    public ValueFlow Value(Expression part) => Flow!.Value(part);

    /// <summary>A part as the user wrote it, on one line and cut where it is long.</summary>
    public string Quote(Expression part)
    {
        var text = Context.Source.Text;
        // In a tree with faults a part may end behind the text.
        var end = Math.Min(part.Span.End, text.Length);
        var quoted = text.AsSpan()[Math.Min(part.Span.Start, end)..end].Trim();
        var line = quoted.IndexOfAny("\n\r\t") < 0 ? quoted.ToString() : OneLine(quoted.ToString());
        return line.Length <= LongestQuote ? line : $"{line[..(LongestQuote - 1)]}…";
    }

    /// <summary>The metric's type by the metadata, null where nobody knows. Parts of a histogram or summary have its type.</summary>
    public MetricType? TypeOf(string metric)
    {
        if (Context.MetricTypes is not { } types)
        {
            return null;
        }

        var type = types(metric);
        foreach (var suffix in (ReadOnlySpan<string>)["_bucket", "_count", "_sum", "_total"])
        {
            if (type is null && metric.EndsWith(suffix, StringComparison.Ordinal))
            {
                type = types(metric[..^suffix.Length]);
            }
        }

        return type is MetricType.Unknown ? null : type;
    }

    public void Report(LintRule lint, TextSpan span, string message, string fix) =>
        Report(lint, Context.Source, span, message, fix);

    /// <summary>Reports a milder case than the lint's own severity says.</summary>
    public void Report(LintRule lint, LintSeverity severity, TextSpan span, string message, string fix) =>
        _findings.Add(new LintFinding(lint.Id, severity, Context.Source, span, message, fix));

    public void Report(LintRule lint, LintSource source, TextSpan span, string message, string fix) =>
        _findings.Add(new LintFinding(lint.Id, lint.Severity, source, span, message, fix));

    public void Report(LintFinding finding) => _findings.Add(finding);

    /// <summary>Reports a field as a whole.</summary>
    public void Report(LintRule lint, LintSource source, string message, string fix) =>
        Report(lint, source, new TextSpan(0, source.Text.Length), message, fix);

    private static string OneLine(string text) =>
        string.Join(' ', text.Split([' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries));

    private void Sort(Expression node, Part<Expression>? parent)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var self = new Part<Expression>(node, parent);
        switch (node)
        {
            case VectorSelector selector:
                _selectors.Add(new Part<VectorSelector>(selector, parent));
                break;
            case Call call:
                _calls.Add(new Part<Call>(call, parent));
                foreach (var argument in call.Arguments)
                {
                    Sort(argument, self);
                }

                break;
            case BinaryExpression binary:
                _binaries.Add(new Part<BinaryExpression>(binary, parent));
                Sort(binary.Left, self);
                Sort(binary.Right, self);
                break;
            case Aggregation aggregation:
                _aggregations.Add(new Part<Aggregation>(aggregation, parent));
                if (aggregation.Parameter is not null)
                {
                    Sort(aggregation.Parameter, self);
                }

                if (aggregation.Operand is not null)
                {
                    Sort(aggregation.Operand, self);
                }

                break;
            case ParenExpression paren:
                Sort(paren.Inner, self);
                break;
            case UnaryExpression unary:
                Sort(unary.Operand, self);
                break;
            case MatrixSelector matrix:
                Sort(matrix.Vector, self);
                break;
            case Subquery subquery:
                Sort(subquery.Inner, self);
                break;
        }
    }
}
