using System.Diagnostics.Metrics;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>The instruments of status writers.</summary>
internal sealed class StatusInstruments
{
    private readonly Counter<long> _writes;

    public StatusInstruments(Meter meter)
    {
        _writes = meter.Counter(
            "status_writer_writes_total",
            "Statuses by result: written, unchanged (no request), gone (the object is no more), failed."
        );
        foreach (var result in new[] { "written", "unchanged", "gone", "failed" })
        {
            _writes.Add(0, Instruments.Label("result", result));
        }
    }

    public void Written() => Count("written");

    public void Unchanged() => Count("unchanged");

    public void Gone() => Count("gone");

    public void Failed() => Count("failed");

    private void Count(string result) => _writes.Add(1, Instruments.Label("result", result));
}
