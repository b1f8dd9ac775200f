namespace LocalCluster.Tests.Node;

/// <summary>A folder that is gone at the end of a test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("local-cluster-").FullName;

    public string Of(params string[] parts) => System.IO.Path.Join([Path, .. parts]);

    public string Write(string name, string text)
    {
        var file = Of(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
