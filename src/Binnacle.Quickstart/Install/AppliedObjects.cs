using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Install;

/// <summary>
/// Applies objects and remembers those that were not there before: they are what is deleted at the end, the last first.
/// </summary>
internal sealed class AppliedObjects(IKubernetesClient client, TimeProvider time)
{
    public const string FieldManager = "binnacle-quickstart";

    // A server answers 404 for a new kind for a moment after it said that the kind is established.
    private static readonly TimeSpan KindPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan GonePatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    private readonly List<(ResourceType Type, ObjectKey Key)> created = [];

    /// <summary>Applies an object, typed or not.</summary>
    public async Task ApplyAsync(KubernetesObject value, CancellationToken cancellation)
    {
        var type = await Polling.UntilAsync(
            token => client.DiscoverAsync(value.ApiVersion, value.Kind, token),
            KindPatience,
            Period,
            () => $"The cluster does not serve {value.Kind} of {value.ApiVersion}",
            time,
            cancellation
        );
        var existed = await client.FindAsync(type, value.Key, cancellation) is not null;
        if (!existed)
        {
            // Before it is there: a cancelled request may have been carried out all the same.
            created.Add((type, value.Key));
        }

        await Polling.UntilAsync(
            token => TryApplyAsync(value, token),
            KindPatience,
            Period,
            () => $"The cluster does not take {value.Kind} {value.Key} yet",
            time,
            cancellation
        );
    }

    /// <summary>Deletes what was created, the last first, and waits until it is gone.</summary>
    /// <returns>What is still there, because something holds it.</returns>
    public async Task<IReadOnlyList<string>> DeleteAsync(Func<ResourceType, bool> which, CancellationToken cancellation)
    {
        var doomed = created.Where(item => which(item.Type)).Reverse().ToList();
        foreach (var (type, key) in doomed)
        {
            await client.DeleteAsync(type, key, new DeleteRequest(), cancellation);
        }

        var stuck = new List<string>();
        foreach (var (type, key) in doomed)
        {
            try
            {
                await Polling.UntilAsync(
                    async token => await client.FindAsync(type, key, token) is null ? "gone" : null,
                    GonePatience,
                    Period,
                    () => $"{type.Kind} {key} is not gone",
                    time,
                    cancellation
                );
                created.Remove((type, key));
            }
            catch (QuickstartException e)
            {
                stuck.Add(e.Message);
            }
        }

        return stuck;
    }

    private async Task<KubernetesObject?> TryApplyAsync(KubernetesObject value, CancellationToken cancellation)
    {
        try
        {
            return await client.ApplyAsync(
                value,
                new WriteOptions { FieldManager = FieldManager, Force = true },
                cancellation
            );
        }
        catch (KubernetesApiException e) when (e.Kind == KubernetesErrorKind.NotFound)
        {
            return null;
        }
    }
}
