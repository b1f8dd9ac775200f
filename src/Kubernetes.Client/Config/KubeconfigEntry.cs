using System.Text;
using System.Text.Json;

namespace Kubernetes.Client;

/// <summary>
/// A named entry of a kubeconfig (a cluster, a user or a context), with the file that it came from, against whose
/// folder relative paths are meant.
/// </summary>
/// <param name="File">The file.</param>
/// <param name="Place">Where in it: <c>users[admin].user</c>.</param>
/// <param name="Json">The fields.</param>
internal sealed record KubeconfigEntry(string File, string Place, JsonElement Json)
{
    public bool Has(string field) => Json.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null;

    public string? Text(string field)
    {
        if (!Has(field))
        {
            return null;
        }
        var value = Json.GetProperty(field);
        if (value.ValueKind != JsonValueKind.String)
        {
            throw Fault(field, $"must be a string, it is {value.ValueKind}; quote it");
        }
        return value.GetString() is { Length: > 0 } text ? text : null;
    }

    public bool Flag(string field) =>
        Has(field)
        && Json.GetProperty(field).ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Fault(field, "must be true or false"),
        };

    /// <summary>A path, made absolute.</summary>
    public string? FilePath(string field) =>
        Text(field) is { } path ? Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(File))!) : null;

    /// <summary>PEM in <c>FIELD-data</c> (base64, wins) or in the file of <c>FIELD</c>.</summary>
    public PemSource? Pem(string field)
    {
        if (Text($"{field}-data") is { } data)
        {
            try
            {
                return PemSource.FromText(Encoding.UTF8.GetString(Convert.FromBase64String(data)));
            }
            catch (FormatException e)
            {
                throw Fault($"{field}-data", "is not base64", e);
            }
        }
        if (FilePath(field) is not { } path)
        {
            return null;
        }
        return System.IO.File.Exists(path)
            ? PemSource.FromFile(path)
            : throw Fault(field, $"names {path}, which is not there");
    }

    public KubernetesConfigurationException Fault(string field, string message, Exception? inner = null) =>
        new($"{File}: {Place}.{field} {message}", inner);
}
