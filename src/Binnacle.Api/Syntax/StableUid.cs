using System.Security.Cryptography;
using System.Text;

namespace Binnacle.Api.Syntax;

/// <summary>Identifiers for Grafana (at most 40 of <c>a-z A-Z 0-9 _ -</c>) that follow from namespace and name alone.</summary>
public static class StableUid
{
    private const int MaxLength = 40;
    private const int HashLength = 12;

    /// <summary>
    /// A readable identifier that stays the same for ever: the name, shortened, and a hash of namespace and name, since
    /// <c>a-b/c</c> and <c>a/b-c</c> would look alike without it. Example: <c>checkout-overview-3f1c0a9be2d4</c>.
    /// </summary>
    public static string Of(string namespaceName, string name)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{namespaceName}/{name}")));
        var readable = new string([
            .. name.Take(MaxLength - HashLength - 1).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'),
        ]);
        return $"{readable}-{hash[..HashLength]}";
    }

    /// <summary>The dashboard's identifier: spec.uid, or what follows from namespace and name.</summary>
    public static string Of(Dashboard dashboard) =>
        dashboard.Spec.Uid is { Length: > 0 } given
            ? given
            : Of(dashboard.Metadata.Namespace ?? "", dashboard.Metadata.Name ?? "");
}
