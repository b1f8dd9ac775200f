using Binnacle.Api.Syntax;
using FluentValidation;

namespace Binnacle.Api.Validation;

/// <summary>Checks a MonitoringStack.</summary>
public static class MonitoringStackValidator
{
    private static readonly Rules Instance = new();

    /// <summary>What is wrong with the stack; empty when nothing is.</summary>
    public static IReadOnlyList<FieldProblem> Validate(MonitoringStack stack) => ResourceValidator.Run(Instance, stack);

    private sealed class Rules : AbstractValidator<MonitoringStack>
    {
        public Rules()
        {
            RuleFor(stack => stack.Metadata.Name).Check(StackName.Problem);
            When(
                stack => stack.Spec.Tenancy is not null,
                () => RuleFor(stack => stack.Spec.Tenancy!.EnforceNamespaceLabel).Check(LabelName.Problem)
            );
            RuleFor(stack => stack.Spec.Metrics).SetValidator(new MetricsRules());
            RuleFor(stack => stack.Spec.Alerting).SetValidator(new AlertingRules());
            RuleFor(stack => stack.Spec.Probes).SetValidator(new ComponentRules());
        }
    }

    private sealed class MetricsRules : AbstractValidator<MetricsSpec>
    {
        public MetricsRules()
        {
            Include(new ComponentRules());
            RuleFor(metrics => metrics.ScrapeInterval).Duration(moreThanZero: true);
            RuleFor(metrics => metrics.EvaluationInterval).Duration(moreThanZero: true);
            RuleFor(metrics => metrics.OutOfOrderWindow).Duration();
            RuleFor(metrics => metrics.Retention.Time).Duration(moreThanZero: true);
            RuleFor(metrics => metrics.Retention.Size).Amount();
            RuleFor(metrics => metrics.ExternalLabels).Labels();
            RuleFor(metrics => metrics).Custom(RetentionWithinStorage);
        }

        private static void RetentionWithinStorage(MetricsSpec metrics, ValidationContext<MetricsSpec> context)
        {
            if (
                Quantity.TryParse(metrics.Retention.Size, out var kept)
                && Quantity.TryParse(metrics.Storage?.Size, out var disk)
                && kept.Value > disk.Value
            )
            {
                context.Warn(
                    context.Below("Retention.Size"),
                    $"{metrics.Retention.Size} is more than the volume holds (storage.size {metrics.Storage!.Size}): the disk fills up first"
                );
            }
        }
    }
}
