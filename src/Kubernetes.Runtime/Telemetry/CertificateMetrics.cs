using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>The instruments of all certificates that this process serves or keeps.</summary>
internal sealed class CertificateMetrics
{
    private readonly ConcurrentBag<CertificateInstruments> _certificates = [];

    public CertificateMetrics(Meter meter)
    {
        Reads = meter.Counter("certwatcher_read_certificate_total", "Times the certificate was read.");
        ReadErrors = meter.Counter(
            "certwatcher_read_certificate_errors_total",
            "Times the certificate could not be read or used."
        );
        meter.CreateObservableGauge(
            "certwatcher_certificate_expiration_timestamp_seconds",
            () =>
                _certificates
                    .Where(it => it.NotAfter is not null)
                    .Select(it => new Measurement<double>(it.NotAfter!.Value.ToUnixTimeSeconds(), it.Tag)),
            unit: null,
            "When the certificate in use expires, in seconds since 1970."
        );
    }

    public Counter<long> Reads { get; }
    public Counter<long> ReadErrors { get; }

    public CertificateInstruments Add(string name)
    {
        var certificate = new CertificateInstruments(this, name);
        _certificates.Add(certificate);
        return certificate;
    }
}

/// <summary>The certificate instruments with one certificate's label.</summary>
internal sealed class CertificateInstruments
{
    private readonly CertificateMetrics _metrics;
    private long _notAfter;

    public CertificateInstruments(CertificateMetrics metrics, string name)
    {
        _metrics = metrics;
        Tag = Instruments.Label("certificate", name);
        metrics.Reads.Add(0, Tag);
        metrics.ReadErrors.Add(0, Tag);
    }

    public KeyValuePair<string, object?> Tag { get; }

    /// <summary>Null while there is none in use.</summary>
    public DateTimeOffset? NotAfter =>
        Interlocked.Read(ref _notAfter) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>A certificate was read and is in use from now on.</summary>
    public void Read(DateTimeOffset notAfter)
    {
        Interlocked.Exchange(ref _notAfter, notAfter.UtcTicks);
        _metrics.Reads.Add(1, Tag);
    }

    /// <summary>It could not be read or used; the one from before stays.</summary>
    public void ReadFailed() => _metrics.ReadErrors.Add(1, Tag);
}
