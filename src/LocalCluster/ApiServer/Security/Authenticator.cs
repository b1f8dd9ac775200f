using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using LocalCluster.ApiServer.Errors;

namespace LocalCluster.ApiServer.Security;

/// <summary>Tells who asks: by client certificate, by service account token, or nobody known.</summary>
internal sealed class Authenticator(CertificateAuthority authority, ServiceAccountTokens tokens)
{
    private const string Scheme = "Bearer ";

    // A connection has one certificate for all its requests: its chain is built once.
    private readonly ConditionalWeakTable<X509Certificate2, StrongBox<UserInfo?>> known = [];

    /// <summary>Who a request comes from.</summary>
    /// <exception cref="ApiException">401: a token that is not good.</exception>
    public UserInfo Authenticate(HttpContext http)
    {
        if (
            http.Connection.ClientCertificate is { } certificate
            && known.GetValue(certificate, key => new(FromCertificate(key))).Value is { } user
        )
        {
            return user;
        }

        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return header.Length == 0 ? UserInfo.Anonymous : throw ApiException.Unauthorized();
        }

        return tokens.Read(header[Scheme.Length..].Trim())?.ToUser() ?? throw ApiException.Unauthorized();
    }

    private UserInfo? FromCertificate(X509Certificate2 certificate)
    {
        if (!authority.Issued(certificate))
        {
            return null;
        }

        var name = "";
        List<string> groups = [];
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            var type = part.GetSingleElementType().Value;
            if (type == "2.5.4.3")
            {
                name = part.GetSingleElementValue() ?? "";
            }
            else if (type == "2.5.4.10")
            {
                groups.Add(part.GetSingleElementValue() ?? "");
            }
        }

        groups.Add("system:authenticated");
        return name.Length == 0 ? null : new UserInfo(name, "", groups);
    }
}
