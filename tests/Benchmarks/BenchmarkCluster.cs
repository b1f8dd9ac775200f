using Kubernetes.Client;

namespace Binnacle.Benchmarks;

/// <summary>What all benchmarks need of a cluster before they begin.</summary>
internal static class BenchmarkCluster
{
    /// <summary>Applies config/crd.</summary>
    public static async Task InstallDefinitionsAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        var write = new WriteOptions { FieldManager = "bench", Force = true };
        var folder = Path.Join(RepositoryRoot(), "config", "crd");
        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml"))
        {
            foreach (var crd in Manifests.Parse(await File.ReadAllTextAsync(file, cancellationToken), file))
            {
                await client.ApplyAsync(crd, write, cancellationToken);
            }
        }
    }

    /// <summary>A new kind's endpoint takes a moment.</summary>
    public static async Task WhenServedAsync(Func<Task> write, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                await write();
                return;
            }
            catch (KubernetesApiException early) when (early.Kind == KubernetesErrorKind.NotFound && tries < 50)
            {
                await Task.Delay(200, cancellationToken);
            }
        }
    }

    /// <summary>The folder of the solution.</summary>
    public static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Join(folder.FullName, "Operator.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("run it inside the repository");
    }
}
