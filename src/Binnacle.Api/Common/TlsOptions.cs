using Binnacle.Api.Schema;

namespace Binnacle.Api;

/// <summary>How a TLS connection is made and checked.</summary>
[CelRule(
    "has(self.certRef) == has(self.keyRef)",
    "certRef and keyRef go together: give both for a client certificate, or neither"
)]
public sealed record TlsOptions
{
    /// <summary>CA certificates (PEM) that the server's certificate is checked against. Default: the system's.</summary>
    public SecretKeyRef? CaRef { get; init; }

    /// <summary>Client certificate (PEM); needs keyRef.</summary>
    public SecretKeyRef? CertRef { get; init; }

    /// <summary>Private key (PEM) of the client certificate; needs certRef.</summary>
    public SecretKeyRef? KeyRef { get; init; }

    /// <summary>Name that the server's certificate must carry, where it differs from the host that is connected to. Example: <c>db.internal</c>.</summary>
    [Size(Min = 1, Max = 253)]
    public string? ServerName { get; init; }

    /// <summary>True: the server's certificate is not checked at all. For self-signed test systems only.</summary>
    public bool InsecureSkipVerify { get; init; }
}
