using Binnacle.Api;
using Binnacle.Operator.Advice;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Binnacle.Rendering;
using Kubernetes.Models;
using Kubernetes.Runtime.Controllers;
using Kubernetes.Runtime.Status;

namespace Binnacle.Operator.Reporting;

/// <summary>
/// Writes the status of a stack, and hands those of its resources whose story changed to <see cref="StatusReconciler"/>:
/// comparing a verdict with the last one costs nanoseconds, building and comparing a status a thousand times that.
/// </summary>
internal sealed class ReportReconciler(
    World world,
    StackRegistry registry,
    StatusWriter writer,
    StackEvents events,
    Action<ResourceRef> statusDue,
    TimeProvider clock
) : IReconciler<ObjectKey>
{
    private readonly Dictionary<ObjectKey, Dictionary<ResourceRef, Line>> _told = [];
    private readonly Lock _lock = new();

    /// <inheritdoc />
    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (world.Stacks.Find(key) is not { } stack || registry.Find(key) is not { View: var view })
        {
            lock (_lock)
            {
                _told.Remove(key);
            }

            return ReconcileResult.Done;
        }

        var isKnown =
            view.IsSettled
            || view.Removal is not null
            || view.Obstacle is not null
            || (view.Desired is null && (view.Paused || view.Rejection is not null));
        if (stack.Status is not null && !isKnown)
        {
            // After a start the status in the cluster knows more than we do; loading and reading report again.
            return ReconcileResult.Done;
        }

        TellResources(key, view);
        var workloads = view.Desired is { } desired
            ? desired.Components.ToDictionary(
                plan => plan.Name,
                plan => WorkloadReader.Read(world, key.Name, plan),
                StringComparer.Ordinal
            )
            : WorkloadReader.ReadKnown(world, key, stack.Status?.Components ?? []);
        var dashboards = world.Dashboards.List().Count(entry => entry.Selection.Stacks.Contains(key));
        var status = StackStatusBuilder.Build(stack, view, workloads, dashboards, clock.GetUtcNow());
        if (
            await writer.WriteAsync(stack, status, BinnacleJsonContext.Default.MonitoringStackStatus, cancellationToken)
        )
        {
            Announce(stack, view);
        }

        return ReconcileResult.Done;
    }

    /// <summary>An Event for each new problem of the stack's own spec.</summary>
    private void Announce(MonitoringStack stack, StackView view)
    {
        if (
            StackJudge.Problem(view) is { } problem
            && stack.Status?.Conditions?.FirstOrDefault(known => known.Type == ConditionTypes.Ready)?.Message
                != ConditionList.Text(problem.Message)
        )
        {
            events.ResourceRejected(stack, problem.Reason, problem.Message);
        }
    }

    private void TellResources(ObjectKey stack, StackView view)
    {
        var lines = new Dictionary<ResourceRef, Line>();
        Dictionary<ResourceRef, Line> before;
        lock (_lock)
        {
            before = _told.GetValueOrDefault(stack) ?? [];
        }

        foreach (var table in world.Tables)
        {
            foreach (var entry in table.Entries)
            {
                if (!entry.Selection.Stacks.Contains(stack))
                {
                    continue;
                }

                var line = new Line(
                    entry.Uid,
                    entry.Generation,
                    Judge.ByStack(entry, view),
                    StatusBoard.LiveOf(entry.Reference, view),
                    view.Advice.GetValueOrDefault(entry.Reference)
                );
                lines[entry.Reference] = line;
                if (!before.TryGetValue(entry.Reference, out var old) || !line.SaysTheSameAs(old))
                {
                    statusDue(entry.Reference);
                }
            }
        }

        lock (_lock)
        {
            _told[stack] = lines;
        }
    }

    private sealed record Line(string Uid, long Generation, Verdict Verdict, object? Live, RuleAdvice? Advice)
    {
        public bool SaysTheSameAs(Line other) =>
            Uid == other.Uid
            && Generation == other.Generation
            && Verdict == other.Verdict
            && ReferenceEquals(Live, other.Live)
            && ReferenceEquals(Advice, other.Advice);
    }
}
