using Binnacle.Api;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Proof;

/// <summary>Waits for what the operator writes into the statuses of rules.</summary>
internal sealed class RuleStatuses(IKubernetesClient client, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until a condition of a rule is True for its current generation.</summary>
    /// <exception cref="QuickstartException">It is not in time; the message says what the condition says.</exception>
    public async Task ConditionAsync(ObjectKey rule, string type, TimeSpan deadline, CancellationToken cancellation)
    {
        AlertRule? last = null;
        await Polling.UntilAsync(
            async token =>
            {
                last = await client.GetAsync<AlertRule>(rule, token);
                var condition = Find(last, type);
                return condition?.Status == "True" && last.Status?.ObservedGeneration == last.Metadata.Generation
                    ? condition
                    : null;
            },
            deadline,
            Period,
            () => $"AlertRule {rule} is not {type}{Because(Find(last, type))}",
            time,
            cancellation
        );
    }

    /// <summary>Waits until a rule is in a state.</summary>
    /// <exception cref="QuickstartException">It is not in time; the message names the state that it is in.</exception>
    public async Task StateAsync(ObjectKey rule, RuleState state, TimeSpan deadline, CancellationToken cancellation)
    {
        AlertRule? last = null;
        await Polling.UntilAsync(
            async token =>
            {
                last = await client.GetAsync<AlertRule>(rule, token);
                return last.Status?.State == state ? last : null;
            },
            deadline,
            Period,
            () =>
                $"AlertRule {rule} did not become {state}; it is {last?.Status?.State?.ToString() ?? "without a state"}",
            time,
            cancellation
        );
    }

    private static Condition? Find(AlertRule? rule, string type) =>
        rule?.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    private static string Because(Condition? condition) =>
        condition is null ? ": its status has no such condition" : $": {condition.Reason}: {condition.Message}";
}
