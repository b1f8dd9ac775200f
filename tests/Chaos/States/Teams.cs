using Chaos.Running;
using Kubernetes.Client;

namespace Chaos.States;

/// <summary>Those who write resources while things break.</summary>
internal sealed class Teams(IKubernetesClient client, Workload workload)
{
    private static readonly ParallelOptions AtOnce = new() { MaxDegreeOfParallelism = 8 };

    /// <summary>Makes the resources those of a version: applies what is in it and deletes what is not.</summary>
    public async Task BecomeAsync(int version, CancellationToken cancellation)
    {
        var wishes = workload.Version(version);
        var wanted = wishes.Select(wish => (wish.Kind, wish.Key)).ToHashSet();
        var others = workload.Version(1 - version).Where(wish => !wanted.Contains((wish.Kind, wish.Key)));
        await Parallel.ForEachAsync(wishes, AtOnce, async (wish, _) => await ApplyAsync(wish, cancellation));
        await Parallel.ForEachAsync(others, AtOnce, async (wish, _) => await DeleteAsync(wish, cancellation));
    }

    /// <summary>Changes, deletes and creates one resource after the other until cancelled, and leaves whatever it is then.</summary>
    public async Task ChangeAsync(Random random, CancellationToken stop, CancellationToken cancellation)
    {
        while (!stop.IsCancellationRequested)
        {
            var wish = workload.Other(random);
            await (random.Next(5) == 0 ? DeleteAsync(wish, cancellation) : ApplyAsync(wish, cancellation));
            await Task.Delay(random.Next(20, 150), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task ApplyAsync(Wish wish, CancellationToken cancellation) =>
        Retry.Async(token => client.ApplyAsync(wish.Manifest, Installation.Write, token), cancellation);

    private Task DeleteAsync(Wish wish, CancellationToken cancellation) =>
        Retry.Async(
            token =>
                client.DeleteAsync(
                    Binnacle.Api.BinnacleResources.All.First(type => type.Kind == wish.Kind),
                    wish.Key,
                    new DeleteRequest(),
                    token
                ),
            cancellation
        );
}
