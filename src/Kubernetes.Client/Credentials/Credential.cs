using System.Net.Http.Headers;
using System.Text;

namespace Kubernetes.Client;

/// <summary>A certificate of ours and its key in PEM, and where they come from, for messages.</summary>
internal sealed record ClientIdentity(string Certificate, string Key, string CertificateOrigin, string KeyOrigin)
{
    /// <summary>No key shows up in a log.</summary>
    public override string ToString() => CertificateOrigin;
}

/// <summary>What a request shows to the server.</summary>
/// <param name="header">The Authorization header, when there is one.</param>
/// <param name="identity">A certificate to connect with instead of the configured one.</param>
/// <param name="version">Grows with every credential of the same source.</param>
internal sealed class Credential(
    AuthenticationHeaderValue? header = null,
    ClientIdentity? identity = null,
    long version = 0
)
{
    public static Credential None { get; } = new();

    public AuthenticationHeaderValue? Header => header;

    public ClientIdentity? Identity => identity;

    public long Version => version;

    /// <summary>Whether the server would see the same.</summary>
    public bool SameAs(Credential other) => Equals(header, other.Header) && identity == other.Identity;

    /// <summary>A bearer token.</summary>
    /// <exception cref="KubernetesConfigurationException">It has characters that no header can have.</exception>
    public static AuthenticationHeaderValue Bearer(string token, string origin) =>
        token.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? throw new KubernetesConfigurationException(
                $"{origin} is no bearer token: it has a blank, a line break or another character that cannot be sent"
            )
            : new AuthenticationHeaderValue("Bearer", token);

    /// <summary>User and password (RFC 7617).</summary>
    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
}
