using Binnacle.Api;
using Kubernetes.Models;

namespace EndToEnd.Tests.Harness;

/// <summary>Small stacks that run on any of our clusters.</summary>
internal static class StackManifests
{
    /// <summary>A stack with short intervals and one channel.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="namespaces">Labels of the namespaces that it takes resources from, as YAML.</param>
    /// <param name="receiver">Host and port of the receiver.</param>
    /// <param name="more">Further fields of the spec, as YAML indented by two.</param>
    public static string Stack(string name, string namespaces, string receiver, string more = "") =>
        $$$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: MonitoringStack
            metadata: {name: {{{name}}}}
            spec:
              namespaceSelector: 
                matchLabels: {{{namespaces}}}
              metrics:
                image: quay.io/prometheus/prometheus:v3.5.3
                scrapeInterval: 1s
                evaluationInterval: 1s
                retention: {time: 1d}
              alerting:
                image: quay.io/prometheus/alertmanager:v0.33.1
                groupBy: [alertname, namespace]
                groupWait: 1s
                groupInterval: 1s
                repeatInterval: 1h
                channels:
                  - {name: hook, webhook: {url: "http://{{{receiver}}}/alerts"}}
                defaultChannels: [hook]
              probes:
                image: quay.io/prometheus/blackbox-exporter:v0.28.0

            """ + more;

    /// <summary>Everything runs with the configuration of the last change.</summary>
    public static void IsReady(MonitoringStack stack)
    {
        var status = stack.Now();
        status.Conditions.ShouldHold(ConditionTypes.Ready);
        status.Phase.ShouldBe(StackPhase.Ready);
    }

    /// <summary>A rule that runs on every replica as it is written now.</summary>
    public static void IsLoaded(AlertRule rule) => rule.Now().Conditions.ShouldHold(ConditionTypes.Loaded);
}

/// <summary>Statuses that speak of the object as it is now.</summary>
internal static class CurrentStatus
{
    /// <summary>The status, once it is that of the newest spec.</summary>
    public static MonitoringStackStatus Now(this MonitoringStack stack)
    {
        stack.Status.ShouldNotBeNull("there is no status");
        stack.Status.ObservedGeneration.ShouldBe(stack.Metadata.Generation, "observedGeneration");
        return stack.Status;
    }

    /// <inheritdoc cref="Now(MonitoringStack)" />
    public static AlertRuleStatus Now(this AlertRule rule) => Of(rule, rule.Status);

    /// <inheritdoc cref="Now(MonitoringStack)" />
    public static ScrapeTargetStatus Now(this ScrapeTarget target) => Of(target, target.Status);

    /// <inheritdoc cref="Now(MonitoringStack)" />
    public static HealthProbeStatus Now(this HealthProbe probe) => Of(probe, probe.Status);

    /// <inheritdoc cref="Now(MonitoringStack)" />
    public static DashboardStatus Now(this Dashboard dashboard) => Of(dashboard, dashboard.Status);

    private static T Of<T>(KubernetesObject resource, T? status)
        where T : ResourceStatus
    {
        status.ShouldNotBeNull("there is no status");
        status.ObservedGeneration.ShouldBe(resource.Metadata.Generation, "observedGeneration");
        return status;
    }
}

/// <summary>What tests ask of conditions.</summary>
internal static class ConditionAssertions
{
    /// <summary>The condition is True.</summary>
    public static void ShouldHold(this IReadOnlyList<Condition>? conditions, string type) =>
        conditions.Find(type).Status.ShouldBe("True", type);

    /// <summary>The condition is False, for a reason.</summary>
    public static Condition ShouldFail(this IReadOnlyList<Condition>? conditions, string type, string? reason = null)
    {
        var condition = conditions.Find(type);
        condition.Status.ShouldBe("False", type);
        if (reason is not null)
        {
            condition.Reason.ShouldBe(reason, type);
        }

        return condition;
    }

    private static Condition Find(this IReadOnlyList<Condition>? conditions, string type)
    {
        var condition = conditions?.FirstOrDefault(candidate => candidate.Type == type);
        condition.ShouldNotBeNull($"there is no condition {type}");
        return condition;
    }
}
