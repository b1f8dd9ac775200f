using FluentValidation;
using FluentValidation.Results;
using Kubernetes.Models;

namespace Binnacle.Api.Validation;

/// <summary>
/// Checks objects alone, without the cluster: what a schema cannot say, and what it says once more, because a server
/// without CEL, or a client that bypassed it, may have let something through.
/// </summary>
public static class ResourceValidator
{
    /// <summary>What is wrong with an object of any of the five kinds; empty when nothing is.</summary>
    public static IReadOnlyList<FieldProblem> Validate(KubernetesObject resource) =>
        resource switch
        {
            AlertRule rule => AlertRuleValidator.Validate(rule),
            Dashboard dashboard => DashboardValidator.Validate(dashboard),
            HealthProbe probe => HealthProbeValidator.Validate(probe),
            MonitoringStack stack => MonitoringStackValidator.Validate(stack),
            ScrapeTarget target => ScrapeTargetValidator.Validate(target),
            _ => [],
        };

    internal static IReadOnlyList<FieldProblem> Run<T>(IValidator<T> rules, T instance)
    {
        var result = rules.Validate(instance);
        return result.IsValid ? [] : [.. result.Errors.Select(Problem)];
    }

    private static FieldProblem Problem(ValidationFailure failure) =>
        new(
            FieldPath.ToJson(failure.PropertyName),
            failure.ErrorMessage,
            failure.Severity == FluentValidation.Severity.Warning ? ProblemSeverity.Warning : ProblemSeverity.Error
        );
}
