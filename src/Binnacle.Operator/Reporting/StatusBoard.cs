using Binnacle.Operator.Advice;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Binnacle.Rendering;

namespace Binnacle.Operator.Reporting;

/// <summary>Questions that statuses ask of a stack's view.</summary>
internal static class StatusBoard
{
    /// <summary>What the components say of a resource; null when nothing.</summary>
    public static object? LiveOf(ResourceRef reference, StackView view) =>
        reference.Kind switch
        {
            "AlertRule" => view.Live.Alerts.GetValueOrDefault(reference.Key),
            "ScrapeTarget" => view.Live.Targets.GetValueOrDefault(reference.Key),
            "HealthProbe" => view.Live.Probes.GetValueOrDefault(reference.Key),
            _ => null,
        };

    /// <summary>What the data says of a rule; null while it was not asked about the spec as it is.</summary>
    public static RuleAdvice? AdviceOf(ResourceEntry entry, StackView view) =>
        view.Advice.GetValueOrDefault(entry.Reference) is { } advice
        && advice.Intent == new IntentId(entry.Uid, entry.Generation)
            ? advice
            : null;

    /// <summary>The verdict over all stacks that take a resource, and each one's own.</summary>
    public static (Verdict Verdict, IReadOnlyList<StackReport> Reports) Judged(
        ResourceEntry entry,
        StackRegistry registry
    )
    {
        if (!entry.Selection.IsSelected)
        {
            return (Judge.Unselected(entry), []);
        }

        var reports = entry
            .Selection.Stacks.Select(stack =>
            {
                var view = registry.Find(stack)?.View ?? StackView.Empty;
                return new StackReport(stack, Judge.ByStack(entry, view));
            })
            .ToList();
        // The one that is worst off speaks for all.
        var worst =
            reports.Find(report => report.Verdict.Ready.Status == "False")
            ?? reports.Find(report => report.Verdict.Ready.Status != "True")
            ?? reports[0];
        return (worst.Verdict, reports);
    }

    /// <summary>The view whose live state is shown: the first stack's that has any.</summary>
    public static StackView ViewOf(ResourceEntry entry, StackRegistry registry)
    {
        StackView? first = null;
        foreach (var stack in entry.Selection.Stacks)
        {
            if (registry.Find(stack)?.View is not { } view)
            {
                continue;
            }

            if (LiveOf(entry.Reference, view) is not null)
            {
                return view;
            }

            first ??= view;
        }

        return first ?? StackView.Empty;
    }
}
