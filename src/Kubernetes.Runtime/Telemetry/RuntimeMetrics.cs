using System.Diagnostics.Metrics;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>
/// The instruments of everything in this assembly, in one meter, under the names that controller-runtime and client-go
/// gave them, so that existing dashboards fit. Durations are in seconds. Thread-safe.
/// </summary>
public sealed class RuntimeMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Kubernetes.Runtime";

    private readonly Meter? _ownMeter;
    private readonly QueueMetrics _queues;
    private readonly ControllerMetrics _controllers;
    private readonly CacheMetrics _caches;
    private readonly WebhookMetrics _webhooks;
    private readonly CertificateMetrics _certificates;
    private readonly LeaderMetrics _leaders;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">Whose meter they belong to; null: one of their own.</param>
    public RuntimeMetrics(IMeterFactory? meters = null)
    {
        var meter = meters?.Create(MeterName) ?? (_ownMeter = new Meter(MeterName));
        _queues = new QueueMetrics(meter);
        _controllers = new ControllerMetrics(meter);
        _caches = new CacheMetrics(meter);
        _webhooks = new WebhookMetrics(meter);
        _certificates = new CertificateMetrics(meter);
        _leaders = new LeaderMetrics(meter);
        Applies = new ApplyInstruments(meter);
        Statuses = new StatusInstruments(meter);
        Events = new EventInstruments(meter);
    }

    /// <summary>What apply sets do.</summary>
    internal ApplyInstruments Applies { get; }

    /// <summary>What status writers do.</summary>
    internal StatusInstruments Statuses { get; }

    /// <summary>What event recorders do.</summary>
    internal EventInstruments Events { get; }

    /// <inheritdoc />
    public void Dispose() => _ownMeter?.Dispose();

    internal QueueInstruments ForQueue(
        string name,
        Func<int> depth,
        Func<(int Count, TimeSpan Longest, TimeSpan Sum)> running
    ) => _queues.Add(name, depth, running);

    internal ControllerInstruments ForController(string name, int workers) => _controllers.Add(name, workers);

    /// <summary>For one reflector.</summary>
    /// <param name="group">The kind's API group; empty for the core group.</param>
    /// <param name="kind">The kind, for example <c>ConfigMap</c>.</param>
    /// <param name="objects">How many objects the cache holds now.</param>
    internal CacheInstruments ForCache(string group, string kind, Func<int> objects) =>
        _caches.Add(group, kind, objects);

    /// <summary>For one webhook.</summary>
    /// <param name="path">Where it is served, for example <c>/validate-widgets</c>.</param>
    internal WebhookInstruments ForWebhook(string path) => new(_webhooks, path);

    /// <summary>For one certificate that this process serves or keeps.</summary>
    /// <param name="name">For example <c>webhook-serving</c> or <c>webhook-ca</c>.</param>
    internal CertificateInstruments ForCertificate(string name) => _certificates.Add(name);

    /// <summary>For one election.</summary>
    /// <param name="name">The Lease's name.</param>
    internal LeaderInstruments ForLeaderElection(string name) => _leaders.Add(name);
}
