using Binnacle.Api.Syntax;
using FluentValidation;

namespace Binnacle.Api.Validation;

/// <summary>Checks a Dashboard.</summary>
public static class DashboardValidator
{
    private static readonly Rules Instance = new();

    /// <summary>What is wrong with the dashboard; empty when nothing is. Content from a ConfigMap is not looked at here.</summary>
    public static IReadOnlyList<FieldProblem> Validate(Dashboard dashboard) =>
        ResourceValidator.Run(Instance, dashboard);

    /// <summary>What is wrong with content that a ConfigMap holds; empty when nothing is.</summary>
    public static IReadOnlyList<FieldProblem> ValidateConfigMapContent(string json) =>
        DashboardContent.TryReadJson(json, out _, out var error)
            ? []
            : [new FieldProblem("spec.configMapRef", $"the ConfigMap's value {error}")];

    private sealed class Rules : AbstractValidator<Dashboard>
    {
        public Rules() => RuleFor(dashboard => dashboard.Spec).SetValidator(new SpecRules());
    }

    private sealed class SpecRules : AbstractValidator<DashboardSpec>
    {
        public SpecRules()
        {
            RuleFor(spec => spec.Uid).Check(UidProblem);
            RuleFor(spec => spec.Folder)
                .Check(folder =>
                    string.IsNullOrWhiteSpace(folder) ? "is blank: leave it out for the folder General" : null
                );
            RuleFor(spec => spec.Json)
                .Check(json => DashboardContent.TryReadJson(json, out _, out var error) ? null : error);
            RuleFor(spec => spec.GzipJson)
                .Check(gzip => DashboardContent.TryReadGzip(gzip, out _, out var error) ? null : error);
            RuleFor(spec => spec.ConfigMapRef!).SetValidator(new ConfigMapKeyRefRules());
            RuleFor(spec => spec)
                .Custom(
                    (spec, context) =>
                        context.ExactlyOne(
                            context.PropertyPath,
                            ("json", spec.Json is not null),
                            ("gzipJson", spec.GzipJson is not null),
                            ("configMapRef", spec.ConfigMapRef is not null)
                        )
                );
        }

        private static string? UidProblem(string uid) =>
            uid.Length is > 0 and <= 40 && uid.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
                ? null
                : $"'{uid}' is no uid of Grafana: use up to 40 letters, digits, dashes and underscores";
    }
}
