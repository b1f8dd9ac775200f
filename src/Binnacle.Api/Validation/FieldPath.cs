using System.Text;

namespace Binnacle.Api.Validation;

/// <summary>Paths of C# properties as paths of the JSON document: <c>Spec.Channels[0].Email.RequireTls</c> → <c>spec.channels[0].email.requireTLS</c>.</summary>
internal static class FieldPath
{
    public static string ToJson(string path)
    {
        var json = new StringBuilder(path.Length);
        var inKey = false;
        for (var i = 0; i < path.Length; i++)
        {
            // Keys of maps stand in brackets and stay as they are.
            inKey = path[i] switch
            {
                '[' => true,
                ']' => false,
                _ => inKey,
            };
            var startsName = !inKey && (i == 0 || path[i - 1] == '.');
            json.Append(startsName ? char.ToLowerInvariant(path[i]) : path[i]);
        }
        return json.Replace("requireTls", "requireTLS").Replace("oAuth2", "oauth2").ToString();
    }
}
