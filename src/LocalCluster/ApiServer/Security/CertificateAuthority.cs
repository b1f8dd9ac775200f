using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LocalCluster.ApiServer.Security;

/// <summary>A CA of the cluster's own (ECDSA P-256), made when the cluster starts.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly X509Certificate2 authority;
    private readonly DateTimeOffset from;
    private readonly DateTimeOffset until;

    private CertificateAuthority(X509Certificate2 authority)
    {
        this.authority = authority;
        (from, until) = (new(authority.NotBefore), new(authority.NotAfter));
        Certificate = X509CertificateLoader.LoadCertificate(authority.RawData);
    }

    /// <summary>Makes a new authority, good for ten years.</summary>
    public static CertificateAuthority Create(TimeProvider clock)
    {
        var start = clock.GetUtcNow().AddHours(-1);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=local-cluster-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true)
        );
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return new(request.CreateSelfSigned(start, start.AddYears(10)));
    }

    /// <summary>The authority that <see cref="ExportPem"/> wrote.</summary>
    /// <exception cref="CryptographicException">The text is something else.</exception>
    public static CertificateAuthority FromPem(string pem) => new(X509Certificate2.CreateFromPem(pem, pem));

    /// <summary>Certificate and key.</summary>
    public string ExportPem()
    {
        using var key = authority.GetECDsaPrivateKey()!;
        return $"{authority.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    /// <summary>The CA's certificate, without its key.</summary>
    public X509Certificate2 Certificate { get; }

    public string CertificatePem => Certificate.ExportCertificatePem();

    /// <summary>A certificate for a server that is reached by these names and addresses.</summary>
    public X509Certificate2 IssueServer(string commonName, IEnumerable<string> names, IEnumerable<IPAddress> addresses)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            alternatives.AddDnsName(name);
        }

        foreach (var address in addresses)
        {
            alternatives.AddIpAddress(address);
        }

        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(commonName);
        return Issue(subject, ServerAuthentication, alternatives.Build());
    }

    /// <summary>A certificate for a user and its groups.</summary>
    public X509Certificate2 IssueClient(string user, params IEnumerable<string> groups)
    {
        var subject = new X500DistinguishedNameBuilder();
        foreach (var group in groups)
        {
            subject.AddOrganizationName(group);
        }

        subject.AddCommonName(user);
        return Issue(subject, ClientAuthentication, alternatives: null);
    }

    /// <summary>True when this CA issued the certificate and it is in its time.</summary>
    public bool Issued(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(ClientAuthentication);
        return chain.Build(certificate);
    }

    public void Dispose()
    {
        authority.Dispose();
        Certificate.Dispose();
    }

    private X509Certificate2 Issue(X500DistinguishedNameBuilder subject, Oid usage, X509Extension? alternatives)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([usage], false));
        if (alternatives is not null)
        {
            request.CertificateExtensions.Add(alternatives);
        }

        Span<byte> serial = stackalloc byte[16];
        RandomNumberGenerator.Fill(serial);
        serial[0] &= 0x7f;
        using var issued = request.Create(authority, from, until, serial);
        using var withKey = issued.CopyWithPrivateKey(key);

        // Through PKCS#12, so that the TLS stack finds the key wherever the platform keeps it.
        return X509CertificateLoader.LoadPkcs12(
            withKey.Export(X509ContentType.Pkcs12),
            password: null,
            X509KeyStorageFlags.Exportable
        );
    }
}
