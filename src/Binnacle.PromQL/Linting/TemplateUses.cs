using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting;

/// <summary>A use of <c>$labels.x</c>.</summary>
internal readonly record struct LabelUse(string Label, TextSpan Span);

/// <summary>A use of <c>$value</c>: formatted by a function or printed as it is.</summary>
/// <param name="Span">Where <c>$value</c> stands.</param>
/// <param name="Function">The function that its pipeline ends in; null for none.</param>
/// <param name="Format">The format of a <c>printf</c>.</param>
/// <param name="IsPrinted">True where the value, formatted or not, becomes text; false in a condition or a computation.</param>
/// <param name="FollowedBy">The text right behind the action, up to a few characters.</param>
internal readonly record struct ValueUse(TextSpan Span, string? Function, string? Format, bool IsPrinted, string FollowedBy);

/// <summary>What a template of a label or annotation takes from the alert.</summary>
internal sealed record TemplateUses(
    LintField Field,
    bool IsLabel,
    IReadOnlyList<LabelUse> Labels,
    IReadOnlyList<ValueUse> Values
)
{
    public static IReadOnlyList<TemplateUses> OfRule(LintContext context)
    {
        if (context.Labels.Count == 0 && context.Annotations.Count == 0)
        {
            return [];
        }

        var uses = new List<TemplateUses>();
        Add(context.Labels, isLabel: true);
        Add(context.Annotations, isLabel: false);
        return uses;

        void Add(IReadOnlyList<LintField> fields, bool isLabel)
        {
            foreach (var field in fields)
            {
                if (field.Source.Text.Contains("{{", StringComparison.Ordinal))
                {
                    uses.Add(TemplateScanner.Scan(field, isLabel));
                }
            }
        }
    }
}
