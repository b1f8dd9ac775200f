using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;

namespace LocalCluster.ApiServer.Http;

/// <summary>Where the next page of a list begins: opaque to clients.</summary>
internal static class ContinueToken
{
    public static string Write(long version, ObjectKey last) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{version}\n{last.Namespace}\n{last.Name}"));

    /// <summary>Reads a token.</summary>
    /// <exception cref="ApiException">400: not one of ours.</exception>
    public static (long Version, ObjectKey Last) Read(string token)
    {
        try
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)).Split('\n');
            if (parts.Length == 3 && long.TryParse(parts[0], CultureInfo.InvariantCulture, out var version))
            {
                return (version, new(parts[1], parts[2]));
            }
        }
        catch (FormatException)
        {
            // Said below.
        }

        throw ApiException.BadRequest("continue key is not valid: it is no token of this server");
    }
}
