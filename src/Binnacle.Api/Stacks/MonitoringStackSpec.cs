using System.Text.Json.Serialization;
using Binnacle.Api.Schema;
using Kubernetes.Models;

namespace Binnacle.Api;

/// <summary>What a stack consists of.</summary>
public sealed record MonitoringStackSpec
{
    /// <summary>Development (one replica of everything, small, data in memory of the pod's lifetime) or Production (two or more replicas apart from each other, persistent data). What a component says itself wins over the profile.</summary>
    public StackProfile Profile { get; init; }

    /// <summary>True: the operator changes nothing of this stack, until it is false again. What runs goes on running.</summary>
    public bool Paused { get; init; }

    /// <summary>Labels of the namespaces whose AlertRules, Dashboards, HealthProbes and ScrapeTargets this stack takes. Default: all namespaces.</summary>
    public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>Labels of the AlertRules, Dashboards, HealthProbes and ScrapeTargets that this stack takes. Default: all.</summary>
    public LabelSelector? ResourceSelector { get; init; }

    /// <summary>Walls between the teams that share this stack.</summary>
    public Tenancy? Tenancy { get; init; }

    /// <summary>Collects, stores and evaluates metrics: Prometheus.</summary>
    public MetricsSpec Metrics
    {
        get => field ?? new MetricsSpec();
        init;
    }

    /// <summary>Groups alerts and tells people: Alertmanager.</summary>
    public AlertingSpec Alerting
    {
        get => field ?? new AlertingSpec();
        init;
    }

    /// <summary>Runs HealthProbes: the blackbox exporter.</summary>
    public ProbesSpec Probes
    {
        get => field ?? new ProbesSpec();
        init;
    }
}

/// <summary>What a stack's defaults aim at.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StackProfile>))]
public enum StackProfile
{
    /// <summary>One replica of everything, small.</summary>
    Development,

    /// <summary>Survives the loss of a node; keeps its data.</summary>
    Production,
}

/// <summary>Walls between teams.</summary>
public sealed record Tenancy
{
    /// <summary>Label that holds the namespace of every rule, target and probe. When given, each is confined to the series of its own namespace: targets and probes get the label, and every selector of a rule is narrowed by it. Default: no walls. Example: <c>namespace</c>.</summary>
    [LabelNames, Size(Min = 1, Max = 128)]
    public string? EnforceNamespaceLabel { get; init; }
}

/// <summary>Metrics: collection, storage, evaluation.</summary>
public sealed record MetricsSpec : ComponentSpec
{
    /// <summary>What stores and evaluates metrics.</summary>
    public MetricsEngine Engine { get; init; }

    /// <summary>How often targets are read that do not say so themselves. A Prometheus duration.</summary>
    [Duration]
    public string ScrapeInterval
    {
        get => field ?? "15s";
        init;
    }

    /// <summary>How often rules are evaluated that do not say so themselves. A Prometheus duration.</summary>
    [Duration]
    public string EvaluationInterval
    {
        get => field ?? "15s";
        init;
    }

    /// <summary>How long, and how much, is kept; whichever is reached first.</summary>
    public Retention Retention
    {
        get => field ?? new Retention();
        init;
    }

    /// <summary>Labels that every series and alert carries when it leaves this stack. Example: <c>cluster: eu-west-1</c>.</summary>
    [LabelNames, Size(Max = 64, MaxItemLength = 1024)]
    public IReadOnlyDictionary<string, string> ExternalLabels
    {
        get => field ?? Empty.Strings;
        init;
    }

    /// <summary>How old a sample may be, compared with the newest of its series, and still be stored. A Prometheus duration. Default: 0s, samples must come in order. Example: <c>30m</c>.</summary>
    [Duration]
    public string? OutOfOrderWindow { get; init; }
}

/// <summary>What stores and evaluates metrics.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MetricsEngine>))]
public enum MetricsEngine
{
    /// <summary>Prometheus.</summary>
    Prometheus,
}

/// <summary>How long, and how much, is kept.</summary>
public sealed record Retention
{
    /// <summary>How long samples are kept. A Prometheus duration.</summary>
    [Duration]
    public string Time
    {
        get => field ?? "15d";
        init;
    }

    /// <summary>How much disk samples may take; the oldest go first. A Kubernetes quantity. Default: no bound. Example: <c>20Gi</c>.</summary>
    [Quantity]
    public string? Size { get; init; }
}

/// <summary>Health probes.</summary>
public sealed record ProbesSpec(bool Enabled = true) : ComponentSpec
{
    /// <summary>False: no prober is deployed, and HealthProbes are not run.</summary>
    public bool Enabled { get; init; } = Enabled;
}
