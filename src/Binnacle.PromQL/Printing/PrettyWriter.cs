using System.Text;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Printing;

/// <summary>
/// Breaks what is too long for a line, by the rules of Prometheus
/// (https://github.com/prometheus/prometheus/blob/main/promql/parser/prettier_rules.md).
/// </summary>
internal sealed class PrettyWriter
{
    private readonly StringBuilder _text = new();
    private readonly ExpressionWriter _line;

    public PrettyWriter() => _line = new ExpressionWriter(_text);

    public override string ToString() => _text.ToString();

    /// <summary>Writes a node whose line begins here, <paramref name="level"/> levels deep.</summary>
    public void Write(Expression node, int level)
    {
        if (node is UnaryExpression unary)
        {
            Indent(level);
            _text.Append(unary.Negative ? '-' : '+');
            WriteBehindSign(unary.Operand, level);
        }
        else if (node is BinaryExpression binary && IsLong(node))
        {
            WriteChain(binary, level);
        }
        else if (node is Subquery subquery && IsLong(node))
        {
            Write(subquery.Inner, level);
            _line.WriteSubqueryRange(subquery);
        }
        else
        {
            Indent(level);
            WriteBehindIndent(node, level);
        }
    }

    /// <summary>The operand of a sign begins on the sign's own line.</summary>
    private void WriteBehindSign(Expression node, int level)
    {
        var start = _text.Length;
        Write(node, level);
        var blank = 0;
        while (start + blank < _text.Length && _text[start + blank] is ' ')
        {
            blank++;
        }

        _text.Remove(start, blank);
    }

    private void WriteBehindIndent(Expression node, int level)
    {
        if (!IsLong(node))
        {
            _line.Write(node);
            return;
        }

        switch (node)
        {
            case Aggregation aggregation:
                _line.WriteAggregationHead(aggregation);
                _text.Append("(\n");
                if (aggregation.Parameter is { } parameter)
                {
                    Write(parameter, level + 1);
                    _text.Append(",\n");
                }

                if (aggregation.Operand is { } operand)
                {
                    Write(operand, level + 1);
                }

                Close(level);
                break;
            case Call call:
                _text.Append(call.Function).Append("(\n");
                for (var i = 0; i < call.Arguments.Count; i++)
                {
                    _text.Append(i > 0 ? ",\n" : "");
                    Write(call.Arguments[i], level + 1);
                }

                Close(level);
                break;
            case ParenExpression paren:
                _text.Append("(\n");
                Write(paren.Inner, level + 1);
                Close(level);
                break;
            default:
                _line.Write(node);
                break;
        }
    }

    /// <summary>An operator stands on a line of its own between operands that are a level deeper; so each one more to the left is.</summary>
    private void WriteChain(BinaryExpression binary, int level)
    {
        var operations = new Stack<(BinaryExpression Operation, int Level)>();
        Expression first = binary;
        while (first is BinaryExpression next && IsLong(next))
        {
            operations.Push((next, level));
            first = next.Left;
            level++;
        }

        Write(first, level);
        while (operations.TryPop(out var operation))
        {
            _text.Append('\n');
            Indent(operation.Level);
            _line.WriteOperator(operation.Operation);
            _text.Append('\n');
            Write(operation.Operation.Right, operation.Level + 1);
        }
    }

    private void Close(int level)
    {
        _text.Append('\n');
        Indent(level);
        _text.Append(')');
    }

    private void Indent(int level) => _text.Append(' ', 2 * level);

    private static bool IsLong(Expression node)
    {
        var text = new StringBuilder();
        new ExpressionWriter(text, limit: PromQlPrinter.LineWidth).Write(node);
        return text.Length > PromQlPrinter.LineWidth
            || Encoding.UTF8.GetByteCount(text.ToString()) > PromQlPrinter.LineWidth;
    }
}
