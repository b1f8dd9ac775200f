using System.Diagnostics.Metrics;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>The instruments of event recorders.</summary>
internal sealed class EventInstruments
{
    private readonly Counter<long> _emitted;
    private readonly Counter<long> _dropped;

    public EventInstruments(Meter meter)
    {
        _emitted = meter.Counter("event_recorder_emitted_total", "Events written, a count in a series being one.");
        _dropped = meter.Counter(
            "event_recorder_dropped_total",
            "Occurrences not written by reason: queue_full, held_back (told already, or too many about one object), failed."
        );
        _emitted.Add(0);
        foreach (var reason in new[] { "queue_full", "held_back", "failed" })
        {
            _dropped.Add(0, Instruments.Label("reason", reason));
        }
    }

    public void Emitted() => _emitted.Add(1);

    public void QueueFull() => Drop("queue_full");

    public void HeldBack() => Drop("held_back");

    public void Failed() => Drop("failed");

    private void Drop(string reason) => _dropped.Add(1, Instruments.Label("reason", reason));
}
