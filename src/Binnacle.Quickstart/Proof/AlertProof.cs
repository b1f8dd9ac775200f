using Binnacle.Api;
using Binnacle.Quickstart.Install;
using Binnacle.Quickstart.Notifications;
using Binnacle.Quickstart.Running;
using Binnacle.Quickstart.Views;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Proof;

/// <summary>
/// Proves the way of an alert from end to end: a new rule is accepted and loaded; a fault makes HighErrorRate pend and
/// fire, and somebody is told; without the fault it is over, and somebody is told that too.
/// </summary>
internal sealed class AlertProof(
    IKubernetesClient client,
    AppliedObjects applied,
    SampleServices services,
    NotificationLog notifications,
    IView view,
    TimeProvider time
)
{
    private const string Rule = "high-error-rate";
    private const string Alert = "HighErrorRate";
    private static readonly TimeSpan LoadPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirePatience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan ResolvePatience = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    private readonly Timeline timeline = new(time);
    private readonly RuleStatuses statuses = new(client, time);

    /// <summary>What has been measured, also when the proof failed on the way.</summary>
    public IReadOnlyList<string> Timeline => timeline.ToLines();

    /// <summary>Goes all the way once.</summary>
    /// <exception cref="QuickstartException">A step did not happen in time; the message says which.</exception>
    public async Task RunAsync(string @namespace, CancellationToken cancellation)
    {
        var watched = new ObjectKey(@namespace, Rule);
        var from = notifications.Count;

        await view.StepAsync(
            "A new AlertRule: apply, accepted, loaded",
            () => LoadAsync(FreshRule.In(@namespace), cancellation)
        );
        await view.StepAsync(
            $"{Alert} is Inactive",
            () => statuses.StateAsync(watched, RuleState.Inactive, LoadPatience, cancellation)
        );

        services.SetFault(on: true);
        timeline.Add("fault on");
        await view.StepAsync(
            $"Fault on: {Alert} is Pending",
            () => ReachAsync(watched, RuleState.Pending, "pending", cancellation)
        );
        await view.StepAsync($"{Alert} is Firing", () => ReachAsync(watched, RuleState.Firing, "firing", cancellation));
        await view.StepAsync(
            "The receiver is notified",
            () =>
                NotifiedAsync(
                    () => notifications.Firing(from, Alert),
                    "notified",
                    $"Alertmanager did not tell the receiver that {Alert} fires",
                    FirePatience,
                    cancellation
                )
        );

        services.SetFault(on: false);
        timeline.Add("fault off");
        await view.StepAsync(
            $"Fault off: {Alert} is Inactive again, and the receiver knows",
            () =>
                Task.WhenAll(
                    InactiveAsync(watched, cancellation),
                    NotifiedAsync(
                        () => notifications.AllResolved(from, Alert),
                        "resolved",
                        $"Alertmanager did not tell the receiver that {Alert} is over",
                        ResolvePatience,
                        cancellation
                    )
                )
        );
    }

    private async Task LoadAsync(AlertRule rule, CancellationToken cancellation)
    {
        timeline.Add("apply");
        await applied.ApplyAsync(rule, cancellation);
        await statuses.ConditionAsync(rule.Key, ConditionTypes.Accepted, LoadPatience, cancellation);
        timeline.Add("accepted");
        await statuses.ConditionAsync(rule.Key, ConditionTypes.Loaded, LoadPatience, cancellation);
        timeline.Add("loaded");
    }

    private async Task ReachAsync(ObjectKey rule, RuleState state, string what, CancellationToken cancellation)
    {
        await statuses.StateAsync(rule, state, FirePatience, cancellation);
        timeline.Add(what);
    }

    private async Task InactiveAsync(ObjectKey rule, CancellationToken cancellation)
    {
        await statuses.StateAsync(rule, RuleState.Inactive, ResolvePatience, cancellation);
        timeline.Add("inactive");
    }

    private async Task NotifiedAsync(
        Func<Notification?> find,
        string what,
        string missing,
        TimeSpan patience,
        CancellationToken cancellation
    )
    {
        var notification = await Polling.UntilAsync(
            _ => Task.FromResult(find()),
            patience,
            Period,
            () => missing,
            time,
            cancellation
        );
        timeline.Add(what, notification.Received);
    }
}
