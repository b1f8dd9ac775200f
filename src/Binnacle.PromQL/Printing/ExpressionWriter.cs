using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Printing;

/// <summary>
/// Writes a tree on one line as Prometheus's own printer does, but without what that one forgets: quotes around labels
/// that need them, <c>group_left</c> behind an empty <c>ignoring</c>, fractions of a millisecond.
/// </summary>
/// <param name="text">Where to.</param>
/// <param name="canonical">
/// True for one text for all spellings of an expression that Prometheus's printers, of whatever version, make equal:
/// durations and numbers in one unit, metric names inside the braces, quotes around every label.
/// </param>
/// <param name="limit">Beyond this length the rest may be left out.</param>
internal sealed class ExpressionWriter(StringBuilder text, bool canonical = false, int limit = int.MaxValue)
{
    // Operators in a row nest to the left without end: they wait here instead of on the stack.
    private readonly Stack<BinaryExpression> _chain = [];

    public void Write(Expression node)
    {
        if (text.Length > limit)
        {
            return;
        }

        switch (node)
        {
            case NumberLiteral number:
                WriteNumber(number);
                break;
            case StringLiteral literal:
                text.Append(StringText.Quote(literal.Value));
                break;
            case ParenExpression paren:
                text.Append('(');
                Write(paren.Inner);
                text.Append(')');
                break;
            case UnaryExpression unary:
                text.Append(unary.Negative ? '-' : '+');
                Write(unary.Operand);
                break;
            case BinaryExpression binary:
                WriteChain(binary);
                break;
            case Call call:
                text.Append(call.Function).Append('(');
                WriteList(call.Arguments);
                text.Append(')');
                break;
            case Aggregation aggregation:
                WriteAggregation(aggregation);
                break;
            case VectorSelector selector:
                WriteSelector(selector);
                WriteModifiers(selector.Modifiers);
                break;
            case MatrixSelector matrix:
                WriteMatrix(matrix);
                break;
            case Subquery subquery:
                Write(subquery.Inner);
                WriteSubqueryRange(subquery);
                break;
        }
    }

    public void WriteSubqueryRange(Subquery subquery)
    {
        text.Append('[');
        WriteDuration(subquery.Range);
        text.Append(':');
        if (subquery.Step is not null)
        {
            WriteDuration(subquery.Step);
        }

        text.Append(']');
        WriteModifiers(subquery.Modifiers);
    }

    /// <summary>The operator and its clauses.</summary>
    public void WriteOperator(BinaryExpression binary)
    {
        var matching = binary.Matching;
        text.Append(binary.OperatorText).Append(matching.Bool ? " bool" : "");
        var grouped = matching.Group is not Grouping.None;
        if (matching.Mode is MatchingMode.On || matching.Labels.Count > 0 || grouped)
        {
            text.Append(matching.Mode is MatchingMode.On ? " on (" : " ignoring (");
            WriteLabels(matching.Labels);
            text.Append(')');
        }

        if (grouped)
        {
            text.Append(matching.Group is Grouping.Left ? " group_left (" : " group_right (");
            WriteLabels(matching.Include);
            text.Append(')');
        }

        if (matching.FillLeft is { } both && both.Equals(matching.FillRight))
        {
            WriteFill(" fill", both);
            return;
        }

        WriteFill(" fill_left", matching.FillLeft);
        WriteFill(" fill_right", matching.FillRight);
    }

    /// <summary>The name and the clause, up to the parenthesis.</summary>
    public void WriteAggregationHead(Aggregation aggregation)
    {
        text.Append(aggregation.OperatorText);
        if (aggregation.Without || aggregation.Labels.Count > 0)
        {
            text.Append(aggregation.Without ? " without (" : " by (");
            WriteLabels(aggregation.Labels);
            text.Append(") ");
        }
    }

    private void WriteChain(BinaryExpression binary)
    {
        var bottom = _chain.Count;
        Expression first = binary;
        while (first is BinaryExpression next)
        {
            _chain.Push(next);
            first = next.Left;
        }

        Write(first);
        while (_chain.Count > bottom)
        {
            var operation = _chain.Pop();
            text.Append(' ');
            WriteOperator(operation);
            text.Append(' ');
            Write(operation.Right);
        }
    }

    private void WriteFill(string word, double? value)
    {
        if (value is { } number)
        {
            text.Append(word).Append(" (").Append(NumberText.Format(number)).Append(')');
        }
    }

    private void WriteAggregation(Aggregation aggregation)
    {
        WriteAggregationHead(aggregation);
        text.Append('(');
        if (aggregation.Parameter is { } parameter)
        {
            Write(parameter);
            text.Append(", ");
        }

        if (aggregation.Operand is { } operand)
        {
            Write(operand);
        }

        text.Append(')');
    }

    private void WriteMatrix(MatrixSelector matrix)
    {
        var inner = (matrix.Vector as VectorSelector)?.Modifiers ?? Modifiers.None;
        if (matrix.Vector is VectorSelector selector)
        {
            WriteSelector(selector);
        }
        else
        {
            Write(matrix.Vector);
        }

        text.Append('[');
        WriteDuration(matrix.Range);
        text.Append(']');
        // What stands before the bracket means the same behind it.
        WriteModifiers(
            new Modifiers(
                IsSet(matrix.Modifiers.Offset) ? matrix.Modifiers.Offset : inner.Offset,
                matrix.Modifiers.At ?? inner.At,
                matrix.Modifiers.Anchored || inner.Anchored,
                matrix.Modifiers.Smoothed || inner.Smoothed
            )
        );
    }

    private void WriteSelector(VectorSelector selector)
    {
        var matchers = selector.Matchers.Select(Matcher).ToList();
        if (selector.Name is { } name)
        {
            if (canonical)
            {
                matchers.Add($"\"__name__\"={StringText.Quote(name)}");
            }
            else
            {
                text.Append(name);
            }
        }

        if (matchers.Count > 0 || selector.Name is null)
        {
            matchers.Sort(StringComparer.Ordinal);
            text.Append('{').AppendJoin(',', matchers).Append('}');
        }
    }

    private string Matcher(LabelMatcher matcher) =>
        Label(matcher.Label) + matcher.OperatorText + StringText.Quote(matcher.Value);

    private void WriteModifiers(Modifiers modifiers)
    {
        text.Append(modifiers.Anchored ? " anchored" : "").Append(modifiers.Smoothed ? " smoothed" : "");
        // A calculation goes on over what follows, were it not for the @.
        var calculated = modifiers.Offset is not (null or NumberLiteral or Call);
        if (calculated)
        {
            WriteOffset(modifiers.Offset);
        }

        if (modifiers.At is { } at)
        {
            // Prometheus keeps milliseconds and prints three places.
            text.Append(" @ ");
            _ = at.Timestamp is { } time
                ? text.Append(NumberText.FormatThreePlaces(time))
                : text.Append(Keywords.Text(at.Anchor)).Append("()");
        }

        if (!calculated)
        {
            WriteOffset(modifiers.Offset);
        }
    }

    private void WriteOffset(Expression? offset)
    {
        if (IsSet(offset))
        {
            text.Append(" offset ").Append(SignsBefore(offset));
            WriteDuration(offset);
        }
    }

    /// <summary>
    /// A number ends an offset, unless two signs stand before it: only so can one begin a calculation without parentheses.
    /// </summary>
    private static string SignsBefore(Expression offset)
    {
        if (offset is not BinaryExpression)
        {
            return "";
        }

        var first = offset;
        while (first is BinaryExpression binary)
        {
            first = binary.Left;
        }

        return first is not NumberLiteral number ? ""
            : number.Value < 0 ? "+"
            : "++";
    }

    /// <summary>Less than a nanosecond is none.</summary>
    private static bool IsSet([NotNullWhen(true)] Expression? offset) =>
        offset is not null && !(offset is NumberLiteral number && Math.Round(number.Value * 1e9) == 0);

    private void WriteNumber(NumberLiteral number)
    {
        if (canonical)
        {
            // -0 prints as 0 in a duration and as -0 elsewhere; nobody tells them apart.
            text.Append((number.Value + 0.0).ToString("R", CultureInfo.InvariantCulture));
        }
        else
        {
            text.Append(number.IsDuration ? NumberText.FormatDuration(number.Value) : NumberText.Format(number.Value));
        }
    }

    /// <summary>A number in the place of a duration is written as one.</summary>
    private void WriteDuration(Expression duration)
    {
        // The number 0 passes in brackets where 0s does not.
        if (duration is NumberLiteral number && !canonical && (number.Value != 0 || number.IsDuration))
        {
            text.Append(NumberText.FormatDuration(number.Value));
        }
        else
        {
            Write(duration);
        }
    }

    private void WriteLabels(IReadOnlyList<string> labels)
    {
        for (var i = 0; i < labels.Count; i++)
        {
            text.Append(i > 0 ? ", " : "").Append(Label(labels[i]));
        }
    }

    private string Label(string name) => canonical ? StringText.Quote(name) : LabelText.Of(name);

    private void WriteList(IReadOnlyList<Expression> expressions)
    {
        for (var i = 0; i < expressions.Count; i++)
        {
            text.Append(i > 0 ? ", " : "");
            Write(expressions[i]);
        }
    }
}
