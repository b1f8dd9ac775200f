using Binnacle.Api.Syntax;
using FluentValidation;

namespace Binnacle.Api.Validation;

/// <summary>
/// A step of relabelling, as Prometheus checks it: https://github.com/prometheus/prometheus/blob/main/model/relabel/relabel.go (Validate).
/// </summary>
internal sealed class RelabelingRules : AbstractValidator<Relabeling>
{
    public RelabelingRules()
    {
        RuleFor(step => step.SourceLabels)
            .CheckEach(name =>
                LabelName.IsValid(name) ? null : $"'{name}' is no label name: use letters, digits and underscores"
            );
        RuleFor(step => step).Custom(ByAction);
    }

    private static void ByAction(Relabeling step, ValidationContext<Relabeling> context)
    {
        switch (step.Action)
        {
            case RelabelAction.Replace:
                Target(step, context, allowGroups: true);
                break;
            case RelabelAction.HashMod:
                Target(step, context, allowGroups: false);
                if (step.Modulus is null or < 1)
                {
                    context.Fail(
                        context.Below("Modulus"),
                        "is required for HashMod: by what the hash is divided, such as 8"
                    );
                }
                break;
            case RelabelAction.Lowercase or RelabelAction.Uppercase:
                Target(step, context, allowGroups: false);
                Unused(step, context, "Replacement", step.Replacement);
                break;
            case RelabelAction.KeepEqual or RelabelAction.DropEqual:
                Target(step, context, allowGroups: false);
                Unused(step, context, "Regex", step.Regex);
                Unused(step, context, "Separator", step.Separator);
                Unused(step, context, "Replacement", step.Replacement);
                break;
            case RelabelAction.LabelMap:
                if (step.Replacement is { } map && !IsNameWithGroups(map))
                {
                    context.Fail(
                        context.Below("Replacement"),
                        $"'{map}' is no label name: LabelMap copies to this name, in which $1 stands for a group"
                    );
                }
                break;
            case RelabelAction.LabelDrop or RelabelAction.LabelKeep:
                Unused(step, context, "SourceLabels", step.SourceLabels.Count > 0 ? "given" : null);
                Unused(step, context, "TargetLabel", step.TargetLabel);
                Unused(step, context, "Separator", step.Separator);
                Unused(step, context, "Replacement", step.Replacement);
                if (step.Regex is null)
                {
                    context.Fail(context.Below("Regex"), $"is required for {step.Action}: which labels are meant");
                }
                break;
            case RelabelAction.Keep or RelabelAction.Drop when step.SourceLabels.Count == 0:
                context.Warn(
                    context.Below("SourceLabels"),
                    $"{step.Action} without sourceLabels matches regex against nothing"
                );
                break;
        }
        if (step.Modulus is not null && step.Action != RelabelAction.HashMod)
        {
            context.Fail(context.Below("Modulus"), $"has no meaning for {step.Action}: leave it out");
        }
    }

    private static void Target(Relabeling step, ValidationContext<Relabeling> context, bool allowGroups)
    {
        if (string.IsNullOrEmpty(step.TargetLabel))
        {
            context.Fail(
                context.Below("TargetLabel"),
                $"is required for {step.Action}: the label that is {(step.Action is RelabelAction.KeepEqual or RelabelAction.DropEqual ? "compared" : "written")}"
            );
        }
        else if (!(LabelName.IsValid(step.TargetLabel) || (allowGroups && IsNameWithGroups(step.TargetLabel))))
        {
            context.Fail(
                context.Below("TargetLabel"),
                $"'{step.TargetLabel}' is no label name: use letters, digits and underscores"
            );
        }
    }

    private static void Unused(Relabeling step, ValidationContext<Relabeling> context, string field, string? value)
    {
        if (value is not null)
        {
            context.Fail(context.Below(field), $"has no meaning for {step.Action}: leave it out");
        }
    }

    // Letters, digits and underscores, and groups as $1, ${1}, $name or ${name}.
    private static bool IsNameWithGroups(string text)
    {
        var withoutGroups = text.Replace("${", "", StringComparison.Ordinal)
            .Replace("}", "", StringComparison.Ordinal)
            .Replace("$", "", StringComparison.Ordinal);
        var startsWithDigit = char.IsAsciiDigit(text.FirstOrDefault('0'));
        return !startsWithDigit && withoutGroups.Length > 0 && LabelName.IsValid("_" + withoutGroups);
    }
}
