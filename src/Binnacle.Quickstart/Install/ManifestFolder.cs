using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Install;

/// <summary>Reads a folder of manifests in the order of its file names.</summary>
internal static class ManifestFolder
{
    /// <summary>Reads all of a folder.</summary>
    /// <exception cref="ManifestException">A file is no manifest.</exception>
    /// <exception cref="QuickstartException">There is no manifest.</exception>
    public static async Task<IReadOnlyList<DynamicObject>> ReadAsync(string folder, CancellationToken cancellation)
    {
        var objects = new List<DynamicObject>();
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.yaml") : [];
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            objects.AddRange(Manifests.Parse(await File.ReadAllTextAsync(file, cancellation), file));
        }

        return objects.Count > 0
            ? objects
            : throw new QuickstartException($"There is no manifest (*.yaml) in {folder}.");
    }
}
