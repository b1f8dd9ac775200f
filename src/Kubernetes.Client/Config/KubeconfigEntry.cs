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
    public string? FilePath(string field) => Text(field) is { } path ? Absolute(path) : null;

    public string Absolute(string path) => Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(File))!);

    /// <summary>An object in a field; null when it is not there.</summary>
    public KubeconfigEntry? Child(string field) =>
        !Has(field) ? null
        : Json.GetProperty(field) is { ValueKind: JsonValueKind.Object } child
            ? new KubeconfigEntry(File, $"{Place}.{field}", child)
        : throw Fault(field, "must be an object");

    /// <summary>A list of objects in a field; empty when it is not there.</summary>
    public IEnumerable<KubeconfigEntry> Children(string field) =>
        Items(field)
            .Select(
                (item, index) =>
                    item.ValueKind == JsonValueKind.Object
                        ? new KubeconfigEntry(File, $"{Place}.{field}[{index}]", item)
                        : throw Fault($"{field}[{index}]", "must be an object")
            );

    /// <summary>A list of strings in a field; empty when it is not there.</summary>
    public IReadOnlyList<string> Texts(string field) =>
        [
            .. Items(field)
                .Select(
                    (item, index) =>
                        item.ValueKind == JsonValueKind.String
                            ? item.GetString()!
                            : throw Fault($"{field}[{index}]", $"must be a string, it is {item.ValueKind}; quote it")
                ),
        ];

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

    private IEnumerable<JsonElement> Items(string field) =>
        !Has(field) ? []
        : Json.GetProperty(field) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray()
        : throw Fault(field, "must be a list");

    public KubernetesConfigurationException Fault(string field, string message, Exception? inner = null) =>
        new($"{File}: {Place}.{field} {message}", inner);
}
