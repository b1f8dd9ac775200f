using System.Globalization;
using Kubernetes.Models;

namespace LocalCluster.Controllers;

/// <summary>
/// How far each ReplicaSet of a Deployment is scaled in one step of a rolling update. Source: kubernetes
/// pkg/controller/deployment/rolling.go.
/// </summary>
internal static class RollingUpdatePlan
{
    /// <summary>What a plan needs of a ReplicaSet.</summary>
    public readonly record struct Set(int Wanted, int Available);

    /// <summary>
    /// <c>maxSurge</c> rounds up and <c>maxUnavailable</c> down; both 25 % by default. Where both come out as 0, one pod may
    /// be unavailable, because nothing could move otherwise.
    /// </summary>
    public static (int Surge, int Unavailable) Limits(DeploymentStrategy? strategy, int replicas)
    {
        var surge = Resolve(strategy?.RollingUpdate?.MaxSurge ?? "25%", replicas, roundUp: true);
        var unavailable = Resolve(strategy?.RollingUpdate?.MaxUnavailable ?? "25%", replicas, roundUp: false);
        return (surge, surge == 0 && unavailable == 0 ? 1 : unavailable);
    }

    /// <summary>The new ReplicaSet's size after this step.</summary>
    public static int ScaleNew(int replicas, int surge, Set current, IReadOnlyList<Set> old)
    {
        if (current.Wanted >= replicas)
        {
            return replicas;
        }

        var room = replicas + surge - current.Wanted - old.Sum(o => o.Wanted);
        return room <= 0 ? current.Wanted : current.Wanted + Math.Min(room, replicas - current.Wanted);
    }

    /// <summary>The old ReplicaSets' sizes after this step, in the order given: oldest first.</summary>
    public static int[] ScaleOld(int replicas, int unavailable, Set current, IReadOnlyList<Set> old)
    {
        var sizes = old.Select(o => o.Wanted).ToArray();
        var least = replicas - unavailable;
        var removable = current.Wanted + sizes.Sum() - least - (current.Wanted - current.Available);
        // Pods that serve nobody go first: that costs nothing.
        for (var i = 0; i < sizes.Length && removable > 0; i++)
        {
            var remove = Math.Min(removable, Math.Max(0, sizes[i] - old[i].Available));
            sizes[i] -= remove;
            removable -= remove;
        }

        var spare = current.Available + old.Select((o, i) => Math.Min(o.Available, sizes[i])).Sum() - least;
        for (var i = 0; i < sizes.Length && spare > 0; i++)
        {
            var remove = Math.Min(spare, sizes[i]);
            sizes[i] -= remove;
            spare -= remove;
        }

        return sizes;
    }

    internal static int Resolve(IntOrString value, int total, bool roundUp)
    {
        if (value.Number is { } number)
        {
            return number;
        }

        var percent = int.Parse((value.Text ?? "0").TrimEnd('%'), CultureInfo.InvariantCulture);
        var exact = percent * total / 100d;
        return (int)(roundUp ? Math.Ceiling(exact) : Math.Floor(exact));
    }
}
