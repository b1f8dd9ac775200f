using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LocalCluster;

/// <summary>
/// The folder that a cluster is kept in from one run to the next: its objects, its keys, and where it listens. One
/// process has it at a time.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private readonly string path;
    private readonly FileStream claim;

    private DataFolder(string path, FileStream claim)
    {
        this.path = path;
        this.claim = claim;
        Settings = ReadSettings();
    }

    /// <summary>What the last run had; null for a new folder.</summary>
    public ClusterSettings? Settings { get; }

    /// <summary>The file of the objects.</summary>
    public string Objects => Path.Join(path, "objects.log");

    /// <summary>Opens the folder, which is there.</summary>
    /// <exception cref="IOException">Another cluster runs in it.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            // The system frees it whatever way the process ends.
            var held = new FileStream(
                Path.Join(path, "lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
            return new(path, held);
        }
        catch (IOException e)
        {
            throw new IOException(
                $"the data directory {path} is in use by another cluster: stop it, or name another directory",
                e
            );
        }
    }

    /// <summary>A PEM file of that name, made where there is none.</summary>
    public string Pem(string name, Func<string> make)
    {
        var file = Path.Join(path, name);
        if (File.Exists(file))
        {
            return File.ReadAllText(file);
        }

        var made = make();
        Write(file, made);
        return made;
    }

    /// <summary>Keeps the settings for the next run.</summary>
    public void Save(ClusterSettings settings)
    {
        if (settings != Settings)
        {
            Write(
                Path.Join(path, "settings.json"),
                JsonSerializer.Serialize(settings, ClusterSettingsJson.Default.ClusterSettings)
            );
        }
    }

    /// <inheritdoc />
    public void Dispose() => claim.Dispose();

    private ClusterSettings? ReadSettings()
    {
        var file = Path.Join(path, "settings.json");
        try
        {
            return File.Exists(file)
                ? JsonSerializer.Deserialize(File.ReadAllText(file), ClusterSettingsJson.Default.ClusterSettings)
                : null;
        }
        catch (JsonException e)
        {
            throw new IOException($"{file} is not what a cluster wrote: {e.Message}; remove it to begin anew", e);
        }
    }

    /// <summary>Writes a file that only its owner may read, whole or not at all.</summary>
    private static void Write(string file, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var temporary = file + ".new";
        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
    }
}

/// <summary>Where a cluster listens, and the ranges its objects have addresses of.</summary>
/// <param name="Port">Port of the API server.</param>
/// <param name="ServiceCidr">Cluster IPs of Services.</param>
/// <param name="PodCidr">Addresses of pods.</param>
internal sealed record ClusterSettings(int Port, string ServiceCidr, string PodCidr);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ClusterSettings))]
internal sealed partial class ClusterSettingsJson : JsonSerializerContext;
