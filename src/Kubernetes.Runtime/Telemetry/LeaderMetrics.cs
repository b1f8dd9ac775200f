using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>The instruments of all elections.</summary>
internal sealed class LeaderMetrics
{
    private readonly ConcurrentBag<LeaderInstruments> _elections = [];

    public LeaderMetrics(Meter meter)
    {
        SlowPath = meter.Counter(
            "leader_election_slowpath_total",
            "Renewals for which the Lease had to be read again because somebody else had written it."
        );
        meter.CreateObservableGauge(
            "leader_election_master_status",
            () => _elections.Select(it => new Measurement<long>(it.IsLeader ? 1 : 0, it.Tag)),
            unit: null,
            "1 while this process leads, 0 while it waits."
        );
    }

    public Counter<long> SlowPath { get; }

    public LeaderInstruments Add(string name)
    {
        var election = new LeaderInstruments(this, name);
        _elections.Add(election);
        return election;
    }
}

/// <summary>The election instruments with one election's label.</summary>
internal sealed class LeaderInstruments
{
    private readonly LeaderMetrics _metrics;
    private volatile bool _isLeader;

    public LeaderInstruments(LeaderMetrics metrics, string name)
    {
        _metrics = metrics;
        Tag = Instruments.Label("name", name);
        metrics.SlowPath.Add(0, Tag);
    }

    public KeyValuePair<string, object?> Tag { get; }

    /// <summary>Whether this process leads now.</summary>
    public bool IsLeader
    {
        get => _isLeader;
        set => _isLeader = value;
    }

    /// <summary>The Lease had to be read again.</summary>
    public void TookSlowPath() => _metrics.SlowPath.Add(1, Tag);
}
