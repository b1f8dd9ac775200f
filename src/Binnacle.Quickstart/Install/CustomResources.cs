using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Install;

/// <summary>Makes the cluster serve the kinds of the project.</summary>
internal static class CustomResources
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    public static async Task InstallAsync(
        string folder,
        IKubernetesClient client,
        AppliedObjects applied,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var definitions = await ManifestFolder.ReadAsync(folder, cancellation);
        foreach (var definition in definitions)
        {
            await applied.ApplyAsync(definition, cancellation);
        }

        foreach (var definition in definitions)
        {
            await Polling.UntilAsync(
                async token =>
                {
                    var found = await client.FindAsync<CustomResourceDefinition>(definition.Key, token);
                    return found?.Status?.Conditions?.FirstOrDefault(c => c is { Type: "Established", Status: "True" });
                },
                Patience,
                Period,
                () => $"CustomResourceDefinition {definition.Key} is not established",
                time,
                cancellation
            );
        }
    }
}
