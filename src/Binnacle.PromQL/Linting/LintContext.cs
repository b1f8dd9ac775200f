using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting;

/// <summary>What an expression is for.</summary>
public enum LintUse : byte
{
    /// <summary>An alert: every series of the result is one.</summary>
    Alert,

    /// <summary>A recording rule.</summary>
    Recording,

    /// <summary>A query of a dashboard's panel.</summary>
    DashboardQuery,

    /// <summary>An alert or query that a probe makes.</summary>
    Probe,
}

/// <summary>What a metric is, as Prometheus's metadata has it.</summary>
public enum MetricType : byte
{
    /// <summary>Not told.</summary>
    Unknown,

    /// <summary>Only grows, from 0 at each start.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Buckets, a sum and a count; or one native histogram.</summary>
    Histogram,

    /// <summary>Quantiles, a sum and a count.</summary>
    Summary,

    /// <summary>Always 1; its labels tell something.</summary>
    Info,
}

/// <summary>What an organisation asks of its alerts beyond what Prometheus needs.</summary>
/// <param name="RequireSummary">Every alert has a summary.</param>
/// <param name="RequireRunbook">Every alert has a runbook.</param>
public readonly record struct LintPolicy(bool RequireSummary, bool RequireRunbook);

/// <summary>One expression and all that is known around it. What is left out is not looked at.</summary>
/// <param name="Use">What the expression is for.</param>
/// <param name="Source">Its text.</param>
/// <param name="Root">Its tree, which must be without faults; null to lint only what stands around it.</param>
public sealed record LintContext(LintUse Use, LintSource Source, Expression? Root)
{
    /// <summary>How often targets are scraped; null where it is not known.</summary>
    public TimeSpan? ScrapeInterval { get; init; }

    /// <summary>How often the rule is evaluated; null where it is not known.</summary>
    public TimeSpan? EvaluationInterval { get; init; }

    /// <summary>How long the alert must hold, as the user wrote it.</summary>
    public LintSource? For { get; init; }

    /// <summary>Name of the alert or of the recorded metric.</summary>
    public LintSource? Name { get; init; }

    /// <summary>Labels that the rule adds.</summary>
    public IReadOnlyList<LintField> Labels { get; init; } = [];

    /// <summary>Annotations of the alert, summary, description and runbook_url among them.</summary>
    public IReadOnlyList<LintField> Annotations { get; init; } = [];

    /// <summary>Labels that the stack's Prometheus adds to all it sends.</summary>
    public IReadOnlyCollection<string> ExternalLabels { get; init; } = [];

    /// <summary>Channels that the rule asks for.</summary>
    public IReadOnlyList<LintField> Channels { get; init; } = [];

    /// <summary>Channels that exist; null where they are not known.</summary>
    public IReadOnlyCollection<string>? KnownChannels { get; init; }

    /// <summary>What the organisation asks for.</summary>
    public LintPolicy Policy { get; init; }

    /// <summary>Type of a metric by its name, null for one that Prometheus does not know; null where no Prometheus can be asked.</summary>
    public Func<string, MetricType?>? MetricTypes { get; init; }

    /// <summary>The stack's rules, this one among them or not; null to look for no duplicates.</summary>
    public RuleIndex? Siblings { get; init; }

    /// <summary>Which of <see cref="Siblings"/> this rule is, so that it is not its own duplicate.</summary>
    public string? Origin { get; init; }
}
