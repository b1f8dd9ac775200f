using System.Security.Cryptography;

namespace LocalCluster.ApiServer.Security;

/// <summary>What everybody who trusts the cluster trusts: kept, kubeconfigs and tokens outlive a restart.</summary>
/// <param name="Authority">Signs the certificates of the server and its clients.</param>
/// <param name="Tokens">Signs the tokens of service accounts.</param>
internal sealed record ServerKeys(CertificateAuthority Authority, ECDsa Tokens)
{
    /// <summary>New keys.</summary>
    public static ServerKeys Create(TimeProvider clock) =>
        new(CertificateAuthority.Create(clock), ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The keys of a data directory, made where there are none.</summary>
    /// <exception cref="IOException">A file is no key.</exception>
    public static ServerKeys Load(DataFolder folder, TimeProvider clock)
    {
        try
        {
            var authority = folder.Pem(
                "ca.pem",
                () =>
                {
                    using var made = CertificateAuthority.Create(clock);
                    return made.ExportPem();
                }
            );
            var tokens = folder.Pem(
                "service-account.pem",
                () =>
                {
                    using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                    return made.ExportPkcs8PrivateKeyPem();
                }
            );
            var key = ECDsa.Create();
            key.ImportFromPem(tokens);
            return new(CertificateAuthority.FromPem(authority), key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new IOException($"ca.pem or service-account.pem of the data directory is no key: {e.Message}", e);
        }
    }
}
