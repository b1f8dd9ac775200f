using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kubernetes.Runtime.Certificates;

/// <summary>Makes authorities and server certificates: ECDSA P-256, signed with SHA-256.</summary>
internal static class CertificateIssuer
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>An authority that may sign servers' certificates and nothing below them; with its key.</summary>
    public static X509Certificate2 NewAuthority(CertificatePolicy policy, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        // Each authority has a name of its own: clients look for issuers by name.
        subject.AddCommonName(
            string.Create(CultureInfo.InvariantCulture, $"{policy.Name}-ca@{now.ToUnixTimeSeconds()}")
        );
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true)
        );
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now - policy.Backdate, now - policy.Backdate + policy.AuthorityLifetime);
    }

    /// <summary>A server's certificate for the policy's hosts, with its key; never valid for longer than its authority.</summary>
    public static X509Certificate2 NewLeaf(X509Certificate2 authority, CertificatePolicy policy, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        // The hosts are in the alternative names; a common name is at most 64 characters long.
        subject.AddCommonName(policy.Hosts[0] is { Length: <= 64 } first ? first : policy.Name);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var host in policy.Hosts)
        {
            if (IPAddress.TryParse(host, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(host);
            }
        }

        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([ServerAuthentication], false));
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false)
        );
        Span<byte> serial = stackalloc byte[16];
        RandomNumberGenerator.Fill(serial);
        serial[0] &= 0x7f;
        var from = Later(now - policy.Backdate, Validity.From(authority));
        var until = Earlier(now - policy.Backdate + policy.LeafLifetime, Validity.Until(authority));
        using var issued = request.Create(authority, from, until, serial);
        return issued.CopyWithPrivateKey(key);
    }

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
