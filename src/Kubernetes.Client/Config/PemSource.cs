namespace Kubernetes.Client;

/// <summary>Certificates or a key in PEM: as text, or in a file that may change while the program runs.</summary>
public sealed class PemSource
{
    private readonly string? text;

    private PemSource(string? text, string? path)
    {
        this.text = text;
        Path = path;
    }

    /// <summary>The file; null for a text.</summary>
    public string? Path { get; }

    /// <summary>Fixed content.</summary>
    public static PemSource FromText(string pem) => new(pem, path: null);

    /// <summary>A file, looked at again once a minute.</summary>
    public static PemSource FromFile(string path) => new(text: null, path);

    /// <summary>Says where the content comes from, never what it is.</summary>
    public override string ToString() => Path ?? "inline data";

    internal string Read() => text ?? File.ReadAllText(Path!);
}
