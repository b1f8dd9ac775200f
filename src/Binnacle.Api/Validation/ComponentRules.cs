using Binnacle.Api.Syntax;
using FluentValidation;
using Kubernetes.Models;

namespace Binnacle.Api.Validation;

/// <summary>What every component of a stack takes.</summary>
internal sealed class ComponentRules : AbstractValidator<ComponentSpec>
{
    public ComponentRules()
    {
        RuleFor(component => component.Image)
            .Check(image =>
                string.IsNullOrWhiteSpace(image)
                || image.Any(char.IsWhiteSpace)
                || image.Contains("://", StringComparison.Ordinal)
                    ? $"'{image}' is no image: write registry/repository:tag, such as quay.io/prometheus/prometheus:v3.5.3"
                    : null
            );
        RuleFor(component => component.Replicas)
            .Custom(
                (replicas, context) =>
                {
                    if (replicas is < 0)
                    {
                        context.AddFailure("must be 0 or more");
                    }
                }
            );
        When(component => component.Storage is not null, () => RuleFor(component => component.Storage!.Size).Amount());
        RuleFor(component => component.Resources!).Custom(Resources).When(component => component.Resources is not null);
    }

    private static void Resources(ComponentResources resources, ValidationContext<ComponentSpec> context)
    {
        var path = context.PropertyPath;
        Amounts("Requests", resources.Requests);
        Amounts("Limits", resources.Limits);
        foreach (var (name, request) in resources.Requests ?? new Dictionary<string, IntOrString>())
        {
            if (
                resources.Limits?.TryGetValue(name, out var limit) == true
                && Quantity.TryParse(request.ToString(), out var wanted)
                && Quantity.TryParse(limit.ToString(), out var most)
                && wanted.Value > most.Value
            )
            {
                context.Fail($"{path}.Requests[{name}]", $"{request} is more than the limit ({limit})");
            }
        }

        void Amounts(string field, IReadOnlyDictionary<string, IntOrString>? amounts)
        {
            foreach (var (name, amount) in amounts ?? new Dictionary<string, IntOrString>())
            {
                if (!Quantity.TryParse(amount.ToString(), out var value) || value.Value < 0)
                {
                    context.Fail(
                        $"{path}.{field}[{name}]",
                        $"'{amount}' is no Kubernetes quantity: write one such as 500m or 512Mi"
                    );
                }
            }
        }
    }
}
