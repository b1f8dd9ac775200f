using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kubernetes.Client.Tests.Support;

/// <summary>A certificate authority for one test.</summary>
public sealed class TestPki : IDisposable
{
    private readonly X509Certificate2 authority;

    public TestPki(string name = "test-ca")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        authority = AuthorityRequest(name, key)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-90), DateTimeOffset.UtcNow.AddDays(30));
    }

    private TestPki(X509Certificate2 authority) => this.authority = authority;

    public X509Certificate2 Authority => authority;

    /// <summary>An authority below this one.</summary>
    public TestPki Intermediate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signer = authority.GetECDsaPrivateKey()!;
        using var certificate = AuthorityRequest(name, key)
            .Create(
                authority.SubjectName,
                X509SignatureGenerator.CreateForECDsa(signer),
                DateTimeOffset.UtcNow.AddDays(-60),
                DateTimeOffset.UtcNow.AddDays(20),
                RandomNumberGenerator.GetBytes(8)
            );
        return new TestPki(certificate.CopyWithPrivateKey(key));
    }

    private static CertificateRequest AuthorityRequest(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    public string AuthorityPem => authority.ExportCertificatePem();

    /// <summary>A certificate with its key; for a server when it has host names or addresses.</summary>
    public X509Certificate2 Issue(
        string name,
        string[]? hosts = null,
        IPAddress[]? addresses = null,
        bool rsa = false,
        (int From, int To)? days = null,
        bool selfSigned = false
    )
    {
        using AsymmetricAlgorithm key = rsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key is RSA rsaKey
            ? new CertificateRequest($"CN={name}", rsaKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={name}", (ECDsa)key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        Array.ForEach(hosts ?? [], names.AddDnsName);
        Array.ForEach(addresses ?? [], names.AddIpAddress);
        if (hosts is not null || addresses is not null)
        {
            request.CertificateExtensions.Add(names.Build());
        }
        var now = DateTimeOffset.UtcNow;
        var from = days is { } span ? now.AddDays(span.From) : now.AddHours(-1);
        var to = now.AddDays(days?.To ?? 1);
        if (selfSigned)
        {
            return request.CreateSelfSigned(from, to);
        }
        using var signer = authority.GetECDsaPrivateKey()!;
        using var certificate = request.Create(
            authority.SubjectName,
            X509SignatureGenerator.CreateForECDsa(signer),
            from,
            to,
            RandomNumberGenerator.GetBytes(8)
        );
        return key is RSA withRsa
            ? certificate.CopyWithPrivateKey(withRsa)
            : certificate.CopyWithPrivateKey((ECDsa)key);
    }

    public static string KeyPem(X509Certificate2 certificate) =>
        certificate.GetECDsaPrivateKey()?.ExportPkcs8PrivateKeyPem()
        ?? certificate.GetRSAPrivateKey()!.ExportRSAPrivateKeyPem();

    public void Dispose() => authority.Dispose();
}
