using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Kubernetes.Runtime.Certificates;

/// <summary>
/// What a Secret of self-made certificates holds. Immutable. Certificates are not disposed: a handshake may still use
/// one that was replaced.
/// </summary>
internal sealed class CertificateMaterial
{
    /// <summary>Key of the Secret: PEM certificates of the authorities, the one that signs first.</summary>
    public const string AuthoritiesKey = "ca.crt";

    /// <summary>Key of the Secret: PEM key of the first authority.</summary>
    public const string AuthorityKeyKey = "ca.key";

    /// <summary>Key of the Secret: PEM certificate of the server.</summary>
    public const string LeafKey = "tls.crt";

    /// <summary>Key of the Secret: its PEM key.</summary>
    public const string LeafKeyKey = "tls.key";

    private CertificateMaterial(
        IReadOnlyList<X509Certificate2> authorities,
        X509Certificate2 signing,
        X509Certificate2 leaf,
        int issuer
    )
    {
        Authorities = authorities;
        Signing = signing;
        Leaf = leaf;
        Issuer = issuer;
    }

    /// <summary>All authorities that clients are to trust, without keys; the one that signs first.</summary>
    public IReadOnlyList<X509Certificate2> Authorities { get; }

    /// <summary>The first authority with its key.</summary>
    public X509Certificate2 Signing { get; }

    /// <summary>The server's certificate with its key.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>Which of the authorities signed the leaf.</summary>
    public int Issuer { get; }

    /// <summary>The authorities as clients read them.</summary>
    public byte[] Bundle =>
        Encoding.ASCII.GetBytes(
            string.Concat(Authorities.Select(authority => authority.ExportCertificatePem() + "\n"))
        );

    /// <summary>A first authority, and a certificate by it.</summary>
    /// <param name="policy">What to make.</param>
    /// <param name="now">From when on.</param>
    /// <param name="former">Authorities that clients go on trusting.</param>
    public static CertificateMaterial New(
        CertificatePolicy policy,
        DateTimeOffset now,
        IEnumerable<X509Certificate2>? former = null
    )
    {
        var signing = CertificateIssuer.NewAuthority(policy, now);
        return new([Public(signing), .. former ?? []], signing, CertificateIssuer.NewLeaf(signing, policy, now), 0);
    }

    /// <summary>The same with a new authority that signs from now on; the leaf stays.</summary>
    public CertificateMaterial WithNewAuthority(CertificatePolicy policy, DateTimeOffset now)
    {
        var signing = CertificateIssuer.NewAuthority(policy, now);
        return new([Public(signing), .. Authorities], signing, Leaf, Issuer + 1);
    }

    /// <summary>The same with a new leaf.</summary>
    public CertificateMaterial WithNewLeaf(CertificatePolicy policy, DateTimeOffset now) =>
        new(Authorities, Signing, CertificateIssuer.NewLeaf(Signing, policy, now), 0);

    /// <summary>The same with no authority but the one that signs.</summary>
    public CertificateMaterial WithoutFormerAuthorities() => new([Authorities[0]], Signing, Leaf, Issuer);

    /// <summary>The Secret's data. The only place where keys leave this type.</summary>
    public IReadOnlyDictionary<string, byte[]> ToData() =>
        new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [AuthoritiesKey] = Bundle,
            [AuthorityKeyKey] = KeyOf(Signing),
            [LeafKey] = Encoding.ASCII.GetBytes(Leaf.ExportCertificatePem() + "\n"),
            [LeafKeyKey] = KeyOf(Leaf),
        };

    /// <summary>Reads a Secret's data.</summary>
    /// <param name="data">The data; null for a Secret without any.</param>
    /// <param name="problem">What is wrong with it, without a word of its content; null when it is whole.</param>
    /// <returns>Null when something is wrong.</returns>
    public static CertificateMaterial? Read(IReadOnlyDictionary<string, byte[]>? data, out string? problem)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(Text(data, AuthoritiesKey));
            if (authorities.Count == 0)
            {
                throw new InvalidDataException($"{AuthoritiesKey} holds no certificate");
            }

            var signing = Pair(data, AuthoritiesKey, AuthorityKeyKey);
            if (authorities.FirstOrDefault(authority => !IsAuthority(authority)) is not null)
            {
                throw new InvalidDataException($"{AuthoritiesKey} holds a certificate that is no authority's");
            }

            var leaf = Pair(data, LeafKey, LeafKeyKey);
            var issuer = authorities.ToList().FindIndex(authority => Signed(authority, leaf));
            if (issuer < 0)
            {
                throw new InvalidDataException($"{LeafKey} is signed by none of the authorities in {AuthoritiesKey}");
            }

            problem = null;
            return new([.. authorities], signing, leaf, issuer);
        }
        catch (InvalidDataException e)
        {
            problem = e.Message;
            return null;
        }
        catch (CryptographicException)
        {
            // What a parser says may quote what it read.
            problem = $"{AuthoritiesKey} is no list of PEM certificates";
            return null;
        }
    }

    /// <summary>The leaf is a certificate for each of these hosts.</summary>
    public bool Covers(IEnumerable<string> hosts) =>
        hosts.All(host => Leaf.MatchesHostname(host, allowWildcards: false, allowCommonName: false));

    private static X509Certificate2 Pair(
        IReadOnlyDictionary<string, byte[]>? data,
        string certificateKey,
        string privateKey
    )
    {
        var certificate = Text(data, certificateKey);
        var key = Text(data, privateKey);
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException(
                $"{privateKey} is not the PEM key of the certificate in {certificateKey}",
                e
            );
        }
    }

    private static string Text(IReadOnlyDictionary<string, byte[]>? data, string key) =>
        data?.GetValueOrDefault(key) is { Length: > 0 } bytes
            ? Encoding.ASCII.GetString(bytes)
            : throw new InvalidDataException($"there is no {key}");

    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(basic => basic.CertificateAuthority);

    private static bool Signed(X509Certificate2 authority, X509Certificate2 leaf)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        // Whether they are in their time is another question than whose they are.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(leaf);
    }

    private static X509Certificate2 Public(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadCertificate(certificate.RawData);

    private static byte[] KeyOf(X509Certificate2 certificate)
    {
        using AsymmetricAlgorithm key =
            (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey()
            ?? certificate.GetRSAPrivateKey()
            ?? throw new InvalidOperationException("a certificate of ours has no key");
        return Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
