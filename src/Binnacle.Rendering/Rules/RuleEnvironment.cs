using Binnacle.Api;
using Binnacle.PromQL;
using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Templates;
using Binnacle.Rendering.Prometheus;

namespace Binnacle.Rendering.Rules;

/// <summary>What a stack tells of the rules in it: by which language they are read, and what lints compare them with.</summary>
public sealed record RuleEnvironment
{
    /// <summary>
    /// Annotation of a MonitoringStack: what its alerts must have, <c>summary</c>, <c>runbook</c> or both with a comma.
    /// An alert without it is loaded, and told.
    /// </summary>
    public const string RequireAnnotation = "binnacle.dev/lint-require";

    /// <summary>For rules that no known stack takes: any Prometheus.</summary>
    public static RuleEnvironment Unknown { get; } = new();

    /// <summary>The stack's <c>tenancy.enforceNamespaceLabel</c>; null: rules are taken as written.</summary>
    public string? EnforcedLabel { get; init; }

    /// <summary>The language of the stack's Prometheus.</summary>
    public PromQlOptions Language { get; init; } = PromQlOptions.Any;

    /// <summary>The templates of the stack's Prometheus; null: of the newest.</summary>
    public TemplateDialect? Templates { get; init; }

    /// <summary>How often targets are scraped, unless they say otherwise; null: not known.</summary>
    public TimeSpan? ScrapeInterval { get; init; }

    /// <summary>How often rules are evaluated, unless they say otherwise; null: not known.</summary>
    public TimeSpan? EvaluationInterval { get; init; }

    /// <summary>Labels that every series gets when it leaves.</summary>
    public IReadOnlyCollection<string> ExternalLabels { get; init; } = [];

    /// <summary>Channels that exist; null: not known, or nobody is told of anything.</summary>
    public IReadOnlyCollection<string>? Channels { get; init; }

    /// <summary>What alerts must have.</summary>
    public LintPolicy Policy { get; init; }

    /// <summary>Types of metrics, where a Prometheus was asked.</summary>
    public Func<string, MetricType?>? MetricTypes { get; init; }

    /// <summary>
    /// The other resource that has a rule of a number of <see cref="RuleReview.Numbers"/>; null: nobody asks.
    /// </summary>
    public Func<ulong, ResourceRef?>? Twin { get; init; }

    /// <summary>The environment of a stack's rules.</summary>
    public static RuleEnvironment Of(MonitoringStack stack, ObservedVersions versions)
    {
        var version = PrometheusComponent.Version(stack, versions);
        var require = stack.Metadata.Annotations?.GetValueOrDefault(RequireAnnotation) ?? "";
        var required = require.Split(',', StringSplitOptions.TrimEntries);
        var number = new Version(version.Major, version.Minor, version.Patch);
        return new RuleEnvironment
        {
            EnforcedLabel = stack.Spec.Tenancy?.EnforceNamespaceLabel,
            Language = new PromQlOptions { PrometheusVersion = number },
            Templates = TemplateDialect.Prometheus(number),
            ScrapeInterval = Duration(stack.Spec.Metrics.ScrapeInterval),
            EvaluationInterval = Duration(stack.Spec.Metrics.EvaluationInterval),
            ExternalLabels = [.. stack.Spec.Metrics.ExternalLabels.Keys.Order(StringComparer.Ordinal)],
            Channels = stack.Spec.Alerting is { Enabled: true } alerting
                ? [.. alerting.Channels.Select(channel => channel.Name).Order(StringComparer.Ordinal)]
                : null,
            Policy = new LintPolicy(required.Contains("summary"), required.Contains("runbook")),
        };
    }

    /// <summary>Equal for two environments in which a rule is rendered the same, and gets the same answer.</summary>
    public string Identity =>
        string.Join(
            '\n',
            EnforcedLabel,
            Language,
            ScrapeInterval,
            EvaluationInterval,
            string.Join(',', ExternalLabels),
            Channels is null ? "?" : string.Join(',', Channels),
            Policy
        );

    private static TimeSpan? Duration(string text) =>
        PrometheusDuration.TryParse(text, out var duration, out _) ? duration : null;
}
