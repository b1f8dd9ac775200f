using System.Globalization;
using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;
using Binnacle.PromQL.Templates;

namespace Binnacle.PromQL.Linting.Values;

/// <summary>A share of 1 that is printed or compared as one of 100, or the other way round.</summary>
internal sealed class PercentNotScaled()
    : LintRule(
        "percent-not-scaled",
        LintSeverity.Warning,
        "a ratio treated as a percentage, or a percentage as a ratio"
    )
{
    internal override void Check(LintSubject subject)
    {
        if (subject.Context.Root is not { } root)
        {
            return;
        }

        // Where name and threshold disagree, one of them is wrong, and nobody can tell what the rest should be.
        var isMisnamed = false;
        foreach (var (binary, _) in subject.Binaries)
        {
            isMisnamed |= CheckThreshold(subject, binary);
        }

        var unit = UnitOf(subject, root);
        if (!isMisnamed && unit is ValueUnit.Ratio or ValueUnit.Percent)
        {
            CheckTemplates(subject, unit);
            CheckName(subject, unit);
        }
    }

    private bool CheckThreshold(LintSubject subject, BinaryExpression binary)
    {
        if (
            binary.IsComparison
            && binary.Left.Unwrap() is not NumberLiteral
            && subject.Value(binary.Right).Constant is >= 2 and <= 100 and var limit
            && subject.Value(binary.Left).Unit is ValueUnit.Ratio
            && IsShareOfOne(subject, binary.Left)
        )
        {
            subject.Report(
                this,
                LintSeverity.Info,
                binary.Right.Span,
                $"{subject.Quote(binary.Left)} is a ratio by its name, where 1 is all of it",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"write {limit / 100}, or make sure that the exporter means per cent"
                )
            );
            return true;
        }

        return false;
    }

    /// <summary>Only what cannot pass 1 is a share; a quotient of two rates may be of any size.</summary>
    private static bool IsShareOfOne(LintSubject subject, Expression side) =>
        side.AsSelector() is not null && subject.Value(side).Max > 1;

    private void CheckTemplates(LintSubject subject, ValueUnit unit)
    {
        foreach (var template in subject.Templates)
        {
            foreach (var use in template.Printed)
            {
                var span = new TextSpan(use.Offset, use.End);
                if (unit is ValueUnit.Percent && use.Format is "humanizePercentage")
                {
                    subject.Report(
                        this,
                        template.Field.Source,
                        span,
                        "humanizePercentage multiplies by 100, and the expression does so already",
                        "print it with printf \"%.1f%%\", or remove * 100 from the expression"
                    );
                }
                else if (unit is ValueUnit.Ratio && SaysPercent(template, use))
                {
                    subject.Report(
                        this,
                        template.Field.Source,
                        span,
                        "the value is a ratio, where 1 is all of it, and is printed as a percentage",
                        "print it with humanizePercentage, or multiply the expression by 100"
                    );
                }
            }
        }
    }

    private void CheckName(LintSubject subject, ValueUnit unit)
    {
        if (subject.Context is not { Use: LintUse.Recording, Name: { } name })
        {
            return;
        }

        var says = Units.OfMetric(name.Text);
        if (says is ValueUnit.Percent or ValueUnit.Ratio && says != unit)
        {
            subject.Report(
                this,
                name,
                $"the name says {Write(says)}, the expression makes {Write(unit)}",
                "use ratios, and a name that ends in _ratio"
            );
        }
    }

    private static string Write(ValueUnit unit) => unit is ValueUnit.Percent ? "a percentage" : "a ratio";

    private static bool SaysPercent(RuleTemplate template, TemplateValue use)
    {
        var action = template.ActionAround(use);
        // {{ mul $value 100 }} and the like scale it themselves.
        if (use.Format is "humanizePercentage" || action.Contains("100", StringComparison.Ordinal))
        {
            return false;
        }

        var behind = template.Behind(use).TrimStart();
        return behind.StartsWith("%")
            || behind.StartsWith("percent", StringComparison.OrdinalIgnoreCase)
            || action.Contains("%%", StringComparison.Ordinal);
    }

    /// <summary>The unit behind the filters at the top.</summary>
    private static ValueUnit UnitOf(LintSubject subject, Expression root) =>
        root.Unwrap() switch
        {
            BinaryExpression { Operator.Keyword: Keyword.And or Keyword.Unless } set => UnitOf(subject, set.Left),
            var other => subject.Value(other).Unit,
        };
}
