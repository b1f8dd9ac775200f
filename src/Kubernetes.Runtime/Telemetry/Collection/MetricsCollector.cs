using System.Diagnostics.Metrics;
using Kubernetes.Runtime.Telemetry.Exposition;

namespace Kubernetes.Runtime.Telemetry.Collection;

/// <summary>
/// Makes meters and keeps what they measure. Two collectors in one process do not see each other's meters. Make it
/// before the instruments: what was measured before is not in it.
/// </summary>
public sealed class MetricsCollector : IMeterFactory
{
    private readonly TimeProvider _time;
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, Meter> _meters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly Lock _reading = new();
    private bool _disposed;

    /// <summary>Makes one and starts to collect.</summary>
    /// <param name="time">The clock of exemplars.</param>
    public MetricsCollector(TimeProvider time)
    {
        _time = time;
        _listener.InstrumentPublished = Published;
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.Start();
    }

    /// <summary>The meter of a name; the same one each time. It lives as long as the collector.</summary>
    public Meter Create(MeterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_meters.TryGetValue(options.Name, out var meter))
            {
                options.Scope = this;
                meter = new Meter(options);
                _meters.Add(options.Name, meter);
            }

            return meter;
        }
    }

    /// <summary>
    /// Everything as it is now, by name; observed values are asked for. Families that nothing was measured for yet are
    /// in it without series.
    /// </summary>
    public IReadOnlyList<MetricFamily> Collect()
    {
        // Rounds of two readers must not mix.
        lock (_reading)
        {
            var families = Families();
            foreach (var family in families)
            {
                family.BeginRound();
            }

            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException)
            {
                // An observer failed: its series are missing, and a missing series is what can be alerted on. The others
                // were asked all the same.
            }

            return [.. families.Select(family => family.Read()).OrderBy(family => family.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>Shows a series from now on, at zero until something is measured.</summary>
    internal void Begin(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Family? family;
        lock (_gate)
        {
            family = _families.Values.FirstOrDefault(it => it.Instrument == instrument.Name);
        }

        family?.Begin(tags);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Meter[] meters;
        lock (_gate)
        {
            _disposed = true;
            meters = [.. _meters.Values];
        }

        _listener.Dispose();
        foreach (var meter in meters)
        {
            meter.Dispose();
        }
    }

    private void Published(Instrument instrument, MeterListener listener)
    {
        if (!ReferenceEquals(instrument.Meter.Scope, this))
        {
            return;
        }

        var made = new Family(instrument, _time);
        lock (_gate)
        {
            if (!_families.TryGetValue(made.Name, out var family))
            {
                _families.Add(made.Name, family = made);
            }
            else if (family.Type != made.Type)
            {
                // The name is taken; a second type under it would make the whole page invalid.
                return;
            }

            made = family;
        }

        listener.EnableMeasurementEvents(instrument, made);
    }

    private static void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((Family)family!).Record(value, tags);

    private Family[] Families()
    {
        lock (_gate)
        {
            return [.. _families.Values];
        }
    }
}
