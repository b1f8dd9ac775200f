using System.Security.Cryptography.X509Certificates;

namespace Kubernetes.Runtime.Certificates;

/// <summary>When a certificate is valid, as moments: the framework gives local times.</summary>
internal static class Validity
{
    public static DateTimeOffset From(X509Certificate2 certificate) => new(certificate.NotBefore.ToUniversalTime());

    public static DateTimeOffset Until(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime());
}
