using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Kubernetes.Client;

/// <summary>The content of certificate and key files at one moment.</summary>
/// <param name="Authority">CA certificates in PEM.</param>
/// <param name="Identity">Our certificate and key.</param>
internal sealed record TlsMaterial(string? Authority, ClientIdentity? Identity)
{
    /// <summary>Reads what the configuration names.</summary>
    /// <param name="configuration">Names the files.</param>
    /// <param name="given">A certificate to take instead of the configured one.</param>
    public static TlsMaterial Read(KubernetesClientConfiguration configuration, ClientIdentity? given) =>
        new(
            configuration.CertificateAuthority?.Read(),
            given
                ?? (
                    configuration is { ClientCertificate: { } certificate, ClientKey: { } key }
                        ? new ClientIdentity(
                            certificate.Read(),
                            key.Read(),
                            $"client-certificate ({certificate})",
                            $"client-key ({key})"
                        )
                        : null
                )
        );

    /// <summary>No key shows up in a log.</summary>
    public override string ToString() =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Authority}\n{Identity?.Certificate}")))[
            ..12
        ];
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
            var trusted = Certificates(authority, $"certificate-authority ({configuration.CertificateAuthority})");
            options.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
            options.RemoteCertificateValidationCallback = (_, _, chain, errors) =>
                errors == SslPolicyErrors.None
                || (
                    errors == SslPolicyErrors.RemoteCertificateChainErrors
                    && chain is not null
                    && EndsAtTrustedIntermediate(chain, trusted)
                );
        }
        if (material.Identity is { } identity)
        {
            options.ClientCertificateContext = ClientCertificate(identity);
        }
        if (configuration.InsecureSkipTlsVerify)
        {
            options.RemoteCertificateValidationCallback = (_, _, _, _) => configuration.InsecureSkipTlsVerify;
        }
        return options;
    }

    /// <summary>
    /// A bundle may name an intermediate authority and not the root above it; then its certificate is where trust ends.
    /// That the root is missing must be all that is wrong.
    /// </summary>
    private static bool EndsAtTrustedIntermediate(X509Chain chain, X509Certificate2Collection trusted) =>
        chain.ChainStatus is [{ Status: X509ChainStatusFlags.PartialChain }]
        && chain.ChainElements is [_, .., { Certificate: var last }]
        // Not by name and number alone, as certificates compare themselves.
        && trusted.Any(authority => authority.RawDataMemory.Span.SequenceEqual(last.RawDataMemory.Span));

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

    private static SslStreamCertificateContext ClientCertificate(ClientIdentity identity)
    {
        var chain = Certificates(identity.Certificate, identity.CertificateOrigin);
        X509Certificate2 certificate;
        try
        {
            certificate = X509Certificate2.CreateFromPem(identity.Certificate, identity.Key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new KubernetesConfigurationException(
                $"{identity.KeyOrigin} does not go with {identity.CertificateOrigin}, or is no unencrypted PEM key: "
                    + e.Message,
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
