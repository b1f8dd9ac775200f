using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Kubernetes.Client;

/// <summary>The content of certificate and key files at one moment.</summary>
/// <param name="Authority">CA certificates in PEM.</param>
/// <param name="Certificate">Client certificate in PEM.</param>
/// <param name="Key">Its key in PEM.</param>
internal sealed record TlsMaterial(string? Authority, string? Certificate, string? Key)
{
    public static TlsMaterial Read(KubernetesClientConfiguration configuration) =>
        new(
            configuration.CertificateAuthority?.Read(),
            configuration.ClientCertificate?.Read(),
            configuration.ClientKey?.Read()
        );

    /// <summary>No key shows up in a log.</summary>
    public override string ToString() =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Authority}\n{Certificate}")))[..12];
}

/// <summary>Makes TLS options out of PEM. The host name is always checked unless verification is switched off.</summary>
internal static class TlsSettings
{
    /// <summary>The options of all connections that are made with the material.</summary>
    /// <exception cref="KubernetesConfigurationException">The PEM is wrong.</exception>
    public static SslClientAuthenticationOptions Create(
        KubernetesClientConfiguration configuration,
        TlsMaterial material
    )
    {
        var options = new SslClientAuthenticationOptions
        {
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (material.Authority is { } authority)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(
                Certificates(authority, $"certificate-authority ({configuration.CertificateAuthority})")
            );
        }
        if (material is { Certificate: { } certificate, Key: { } key })
        {
            options.ClientCertificateContext = ClientCertificate(certificate, key, configuration);
        }
        if (configuration.InsecureSkipTlsVerify)
        {
            options.RemoteCertificateValidationCallback = (_, _, _, _) => configuration.InsecureSkipTlsVerify;
        }
        return options;
    }

    private static X509Certificate2Collection Certificates(string pem, string what)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new KubernetesConfigurationException($"{what} has a broken certificate: {e.Message}", e);
        }
        return certificates.Count > 0
            ? certificates
            : throw new KubernetesConfigurationException($"{what} has no PEM block 'CERTIFICATE'");
    }

    private static SslStreamCertificateContext ClientCertificate(
        string certificatePem,
        string keyPem,
        KubernetesClientConfiguration configuration
    )
    {
        var chain = Certificates(certificatePem, $"client-certificate ({configuration.ClientCertificate})");
        X509Certificate2 certificate;
        try
        {
            certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new KubernetesConfigurationException(
                $"client-key ({configuration.ClientKey}) does not go with client-certificate "
                    + $"({configuration.ClientCertificate}), or is no unencrypted PEM key: {e.Message}",
                e
            );
        }
        if (OperatingSystem.IsWindows())
        {
            // SChannel cannot use keys that live in memory only.
            using var ephemeral = certificate;
            certificate = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), password: null);
        }
        return SslStreamCertificateContext.Create(certificate, [.. chain.Skip(1)], offline: true);
    }
}
