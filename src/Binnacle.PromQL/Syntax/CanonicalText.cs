using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>
/// One text for all spellings of an expression that Prometheus's own printer makes equal: order of matchers, place of
/// by and without, durations and numbers in other units, quoting, case of keywords, a plus sign.
/// </summary>
internal sealed class CanonicalText
{
    private readonly StringBuilder _text = new();

    public static string Of(Expression root)
    {
        var writer = new CanonicalText();
        writer.Write(root);
        return writer._text.ToString();
    }

    private void Write(Expression node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node)
        {
            case NumberLiteral number:
                // -0 prints as 0 in a duration and as -0 elsewhere; nobody tells them apart.
                _text.Append((number.Value + 0.0).ToString("R", CultureInfo.InvariantCulture));
                break;
            case StringLiteral literal:
                _text.Append(StringText.Quote(literal.Value));
                break;
            case ParenExpression paren:
                _text.Append('(');
                Write(paren.Inner);
                _text.Append(')');
                break;
            case UnaryExpression unary:
                _text.Append(unary.Negative ? '-' : '+');
                Write(unary.Operand);
                break;
            case BinaryExpression binary:
                Write(binary);
                break;
            case Call call:
                _text.Append(call.Function);
                WriteList(call.Arguments);
                break;
            case Aggregation aggregation:
                Write(aggregation);
                break;
            case VectorSelector selector:
                Write(selector);
                break;
            case MatrixSelector matrix:
                Write(matrix.Vector);
                _text.Append('[');
                Write(matrix.Range);
                _text.Append(']');
                Write(matrix.Modifiers);
                break;
            case Subquery subquery:
                Write(subquery.Inner);
                _text.Append('[');
                Write(subquery.Range);
                _text.Append(':');
                if (subquery.Step is not null)
                {
                    Write(subquery.Step);
                }

                _text.Append(']');
                Write(subquery.Modifiers);
                break;
        }
    }

    private void Write(BinaryExpression binary)
    {
        Write(binary.Left);
        _text.Append(' ').Append(Operators.Text(binary.Operator)).Append(' ');
        var matching = binary.Matching;
        _text.Append(matching.Bool ? "bool " : "");
        if (matching.Mode is MatchingMode.On || matching.Labels.Count > 0 || matching.Group is not Grouping.None)
        {
            WriteLabels(matching.Mode is MatchingMode.On ? "on" : "ignoring", matching.Labels);
        }

        if (matching.Group is not Grouping.None)
        {
            WriteLabels(matching.Group is Grouping.Left ? "group_left" : "group_right", matching.Include);
        }

        if (matching.FillLeft is not null || matching.FillRight is not null)
        {
            _text.Append(CultureInfo.InvariantCulture, $"fill({matching.FillLeft:R},{matching.FillRight:R})");
        }

        Write(binary.Right);
    }

    private void Write(Aggregation aggregation)
    {
        _text.Append(Operators.Text(new Token(TokenKind.Identifier, 0, 0, aggregation.Operator)));
        if (aggregation.Without || aggregation.Labels.Count > 0)
        {
            WriteLabels(aggregation.Without ? "without" : "by", aggregation.Labels);
        }

        WriteList(new[] { aggregation.Parameter, aggregation.Operand }.OfType<Expression>().ToList());
    }

    private void Write(VectorSelector selector)
    {
        var matchers = selector
            .Matchers.Select(Matcher)
            .Concat(selector.Name is null ? [] : [$"\"__name__\"={StringText.Quote(selector.Name)}"])
            .Order(StringComparer.Ordinal);
        _text.Append('{').AppendJoin(',', matchers).Append('}');
        Write(selector.Modifiers);
    }

    private static string Matcher(LabelMatcher matcher) =>
        StringText.Quote(matcher.Label)
        + (matcher.Operator is TokenKind.NotEqual ? "!=" : Operators.Text(new Token(matcher.Operator, 0, 0)))
        + StringText.Quote(matcher.Value);

    private void Write(Modifiers modifiers)
    {
        _text.Append(modifiers.Anchored ? " anchored" : "").Append(modifiers.Smoothed ? " smoothed" : "");
        if (modifiers.At is { } at)
        {
            // Prometheus keeps milliseconds and prints three places.
            _text.Append(" @ ");
            _ = at.Timestamp is { } time
                ? _text.Append(Math.Round(time * 1000).ToString("R", CultureInfo.InvariantCulture))
                : _text.Append(at.Anchor.ToString());
        }

        if (modifiers.Offset is not null and not NumberLiteral { Value: 0 })
        {
            _text.Append(" offset ");
            Write(modifiers.Offset);
        }
    }

    private void WriteLabels(string word, IReadOnlyList<string> labels) =>
        _text.Append(' ').Append(word).Append('(').AppendJoin(',', labels.Select(StringText.Quote)).Append(") ");

    private void WriteList(IReadOnlyList<Expression> expressions)
    {
        _text.Append('(');
        for (var i = 0; i < expressions.Count; i++)
        {
            _text.Append(i > 0 ? "," : "");
            Write(expressions[i]);
        }

        _text.Append(')');
    }
}
