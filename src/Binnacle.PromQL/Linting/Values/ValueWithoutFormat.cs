using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;
using Binnacle.PromQL.Templates;

namespace Binnacle.PromQL.Linting.Values;

/// <summary>A number printed with all its digits: 0.034482758620689655.</summary>
internal sealed class ValueWithoutFormat()
    : LintRule("value-without-format", LintSeverity.Info, "a template prints $value with all its digits")
{
    internal override void Check(LintSubject subject)
    {
        if (!subject.IsAlert || subject.Context.Root is not { } root || !HasDigits(subject, subject.Value(root)))
        {
            return;
        }

        foreach (var template in subject.Templates)
        {
            if (
                !template.IsLabel
                && template.Template.Values.FirstOrDefault(value => value.Use is TemplateValueUse.Printed) is { } use
            )
            {
                subject.Report(
                    this,
                    template.Field.Source,
                    new TextSpan(use.Offset, use.End),
                    "the value is printed with all its digits",
                    $"format it, such as with {Formatter(subject.Value(root).Unit)}"
                );
            }
        }
    }

    /// <summary>Of a gauge nobody can tell; what a rate or a quotient makes has digits.</summary>
    private static bool HasDigits(LintSubject subject, ValueFlow value)
    {
        if (value.Whole || value.Constant is not null)
        {
            return false;
        }

        if (value.Unit is not (ValueUnit.Unknown or ValueUnit.Count))
        {
            return value.Unit is not (ValueUnit.Number or ValueUnit.Bool);
        }

        foreach (var (call, _) in subject.Calls)
        {
            if (
                call.Function
                is "rate"
                    or "irate"
                    or "deriv"
                    or "predict_linear"
                    or "histogram_quantile"
                    or "avg_over_time"
            )
            {
                return true;
            }
        }

        return subject.Context.Root!.Unwrap() is BinaryExpression { IsComparison: true } filter
            && filter.Left.Unwrap() is BinaryExpression { Operator.Kind: TokenKind.Divide };
    }

    private static string Formatter(ValueUnit unit) =>
        unit switch
        {
            ValueUnit.Ratio => "| humanizePercentage",
            ValueUnit.Seconds => "| humanizeDuration",
            ValueUnit.Bytes => "| humanize1024",
            ValueUnit.Percent => "printf \"%.1f\"",
            _ => "| humanize",
        };
}
