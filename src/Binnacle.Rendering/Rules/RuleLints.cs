using Binnacle.Api;
using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Syntax;

namespace Binnacle.Rendering.Rules;

/// <summary>Lints an AlertRule: its recordings, then its alert. Pure.</summary>
internal static class RuleLints
{
    /// <summary>Duplicates can be told only of all rules together.</summary>
    private static readonly string[] JudgedElsewhere = [RuleIndex.LintId];

    /// <summary>
    /// What is doubtful and not silenced, and what tells the rules of the resource from others: nothing where its author
    /// wants to hear of no duplicates.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="roots">Trees of its recordings' expressions in their order, and last of the alert's; null where there is none.</param>
    /// <param name="environment">What is known around it.</param>
    /// <param name="scope">The namespace to which its expressions are confined; empty when they are not.</param>
    public static (IReadOnlyList<LintFinding> Findings, IReadOnlyList<RuleKey> Keys) Check(
        AlertRule rule,
        IReadOnlyList<Expression?> roots,
        RuleEnvironment environment,
        string scope
    )
    {
        var silences = LintSilences.Parse(rule.Metadata.Annotations?.GetValueOrDefault(LintSilences.Annotation));
        List<LintContext> contexts =
        [
            .. rule.Spec.Recordings.Select((recording, i) => Recording(rule, recording, i, roots[i], environment)),
            Alert(rule, roots[^1], environment),
        ];
        return (
            Linter.Check(contexts, silences, JudgedElsewhere),
            silences.Ids.Contains(RuleIndex.LintId)
                ? []
                : [.. contexts.Where(context => context.Root is not null).Select(context => Key(rule, context, scope))]
        );
    }

    private static RuleKey Key(AlertRule rule, LintContext context, string scope)
    {
        LintField[] severity =
            context.Use is LintUse.Alert
                ? [new LintField("severity", new LintSource("spec.severity", rule.Spec.Severity.ToString()))]
                : [];
        var identity = new RuleIdentity(
            "",
            context.Use,
            context.Root!,
            context.Name?.Text,
            context.For?.Text,
            [.. context.Labels, .. severity]
        );
        return new RuleKey(NameHash.Of($"{scope}\n{identity.Key()}"), context.Use, context.Source.Field);
    }

    private static LintContext Recording(
        AlertRule rule,
        Recording recording,
        int index,
        Expression? root,
        RuleEnvironment environment
    )
    {
        var field = $"spec.recordings[{index}]";
        return Context(LintUse.Recording, new LintSource($"{field}.expr", recording.Expr), root, rule, environment) with
        {
            Name = new LintSource($"{field}.name", recording.Name),
            Labels = Fields($"{field}.labels", recording.Labels),
        };
    }

    private static LintContext Alert(AlertRule rule, Expression? root, RuleEnvironment environment)
    {
        var spec = rule.Spec;
        return Context(LintUse.Alert, new LintSource("spec.expr", spec.Expr), root, rule, environment) with
        {
            Name = spec.Alert is { Length: > 0 } name
                ? new LintSource("spec.alert", name)
                : new LintSource("metadata.name", AlertRuleFragments.AlertName(rule)),
            For = spec.For is { } wait ? new LintSource("spec.for", wait) : null,
            Labels = Fields("spec.labels", spec.Labels),
            Annotations =
            [
                .. Fields("spec.annotations", spec.Annotations),
                .. Field("summary", "spec.summary", spec.Summary),
                .. Field("description", "spec.description", spec.Description),
                .. Field("runbook_url", "spec.runbookUrl", spec.RunbookUrl),
            ],
            Channels =
            [
                .. spec.Channels.Select(
                    (channel, i) => new LintField(channel, new LintSource($"spec.channels[{i}]", channel))
                ),
            ],
        };
    }

    private static LintContext Context(
        LintUse use,
        LintSource source,
        Expression? root,
        AlertRule rule,
        RuleEnvironment environment
    ) =>
        new(use, source, root)
        {
            ScrapeInterval = environment.ScrapeInterval,
            EvaluationInterval = PromQL.PrometheusDuration.TryParse(rule.Spec.Interval ?? "", out var own, out _)
                ? own
                : environment.EvaluationInterval,
            ExternalLabels = environment.ExternalLabels,
            KnownChannels = environment.Channels,
            Policy = environment.Policy,
            MetricTypes = environment.MetricTypes,
        };

    private static IReadOnlyList<LintField> Fields(string field, IReadOnlyDictionary<string, string> values) =>
        [.. values.Select(pair => new LintField(pair.Key, new LintSource($"{field}.{pair.Key}", pair.Value)))];

    private static IEnumerable<LintField> Field(string name, string field, string? value) =>
        value is null ? [] : [new LintField(name, new LintSource(field, value))];
}
