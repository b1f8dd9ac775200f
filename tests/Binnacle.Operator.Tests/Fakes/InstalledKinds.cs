using System.Net;
using Binnacle.Api;
using Kubernetes.Client;
using Testing;

namespace Binnacle.Operator.Tests.Fakes;

/// <summary>Installs the five kinds and waits until they are served.</summary>
internal static class InstalledKinds
{
    public static async Task InstallAsync(IKubernetesClient client, CancellationToken cancellationToken)
    {
        foreach (var file in Directory.EnumerateFiles(GoldenFile.Folder("config", "crd"), "*.yaml"))
        {
            foreach (var kind in Manifests.Parse(await File.ReadAllTextAsync(file, cancellationToken)))
            {
                var write = new WriteOptions { FieldManager = "test", Force = true };
                _ = await client.ApplyAsync(kind, write, cancellationToken);
            }
        }

        foreach (var type in BinnacleResources.All)
        {
            // A server says Established a moment before it serves the kind.
            while (true)
            {
                using var request = new HttpRequestMessage(
                    HttpMethod.Get,
                    new Uri($"apis/{type.ApiVersion}/{type.Plural}?limit=1", UriKind.Relative)
                );
                using var answer = await client.SendAsync(request, cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    break;
                }

                await Task.Delay(50, cancellationToken);
            }
        }
    }
}
