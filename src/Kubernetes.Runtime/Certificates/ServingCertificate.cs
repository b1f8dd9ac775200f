using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Kubernetes.Runtime.Telemetry;

namespace Kubernetes.Runtime.Certificates;

/// <summary>
/// The certificate that a server shows, swapped while it serves: handshakes from then on use the new one, connections
/// that stand go on. Thread-safe.
/// </summary>
/// <param name="metrics">Told when the certificate expires.</param>
/// <param name="name">The certificate's name there.</param>
public sealed class ServingCertificate(RuntimeMetrics? metrics = null, string name = "webhook-serving")
{
    private readonly CertificateInstruments? _instruments = metrics?.ForCertificate(name);
    private volatile SslStreamCertificateContext? _context;

    /// <summary>The certificate; null before there is one: handshakes fail until then.</summary>
    public X509Certificate2? Current => _context?.TargetCertificate;

    /// <summary>The certificate as TLS shows it, with what stands between it and its authority.</summary>
    public SslStreamCertificateContext? Context => _context;

    /// <summary>Why clients refuse what is shown at a time; null: they do not, as far as can be told from here.</summary>
    public string? ProblemAt(DateTimeOffset now) =>
        Current switch
        {
            null => "there is no certificate yet",
            var early when now < Validity.From(early) =>
                $"the certificate is valid from {Validity.From(early):u} on; it is {now:u} here",
            var late when now > Validity.Until(late) => $"the certificate expired at {Validity.Until(late):u}",
            _ => null,
        };

    /// <summary>Shows another one from now on. The one before is left to handshakes that still use it.</summary>
    /// <param name="certificate">The server's, with its key.</param>
    /// <param name="intermediates">Authorities between it and one that clients know.</param>
    public void Set(X509Certificate2 certificate, X509Certificate2Collection? intermediates = null)
    {
        _context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
        _instruments?.Read(Validity.Until(certificate));
    }

    /// <summary>Says that another one could not be read: the one before stays.</summary>
    internal void Failed() => _instruments?.ReadFailed();
}
