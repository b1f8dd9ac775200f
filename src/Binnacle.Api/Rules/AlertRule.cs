using System.Text.Json.Serialization.Metadata;
using Binnacle.Api.Schema;
using Kubernetes.Models;

namespace Binnacle.Api;

/// <summary>
/// An alert: a PromQL condition, who is told, and what they read. Its status says live whether it is pending or firing.
/// </summary>
[CustomResource("alertrule", "arule")]
[PrinterColumn("Severity", "string", ".spec.severity", Description = "How urgent the alert is.")]
[PrinterColumn("State", "string", ".status.state", Description = "Inactive, Pending, Firing, Unknown or Disabled.")]
[PrinterColumn("Active", "integer", ".status.active", Description = "Series that are pending or firing now.")]
[PrinterColumn("Since", "date", ".status.since", Description = "How long it has been in this state.")]
[PrinterColumn(
    "Ready",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].status",
    Description = "Whether every replica runs with it."
)]
[PrinterColumn("Stack", "string", ".status.stack", Wide = true, Description = "The stack that evaluates it.")]
[PrinterColumn(
    "Receivers",
    "string",
    ".status.notification.receivers",
    Wide = true,
    Description = "Channels that are told."
)]
[PrinterColumn("Health", "string", ".status.health", Wide = true, Description = "Whether the last evaluation worked.")]
public sealed record AlertRule : KubernetesObject<AlertRule>, IKubernetesObject<AlertRule>, IStackResource
{
    /// <inheritdoc />
    public static ResourceType ResourceType { get; } = BinnacleResources.Type("AlertRule", "alertrules");

    /// <inheritdoc />
    public static JsonTypeInfo<AlertRule> JsonTypeInfo => BinnacleJsonContext.Default.AlertRule;

    /// <summary>When to alert, and whom.</summary>
    [RequiredField]
    public AlertRuleSpec Spec
    {
        get => field ?? new AlertRuleSpec();
        init;
    }

    /// <summary>What the stack says of this rule. Written by the operator.</summary>
    public AlertRuleStatus? Status { get; init; }

    StackRef? IStackResource.StackRef => Spec.StackRef;
    ResourceStatus? IStackResource.ResourceStatus => Status;
}
