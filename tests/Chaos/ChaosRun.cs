using System.Diagnostics;
using System.Net;
using Chaos.Clusters;
using Chaos.Drills;
using Chaos.Gates;
using Chaos.Running;
using Chaos.States;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Chaos;

/// <summary>
/// Loads a cluster, notes what a run without faults makes of both versions of the workload, and then hurts the whole in
/// one way after the other, each time on the way from one version to the other: in the end everything must be as if
/// nothing had happened.
/// </summary>
internal sealed class ChaosRun(ChaosOptions options, IChaosCluster cluster, string folder, Action<string> tell)
{
    private static readonly TimeSpan Word = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    /// <summary>Runs the drills; the results are in their order.</summary>
    public async Task<IReadOnlyList<DrillResult>> RunAsync(CancellationToken cancellation)
    {
        var unknown = options.Drills.Except(AllDrills.All.Select(drill => drill.Name)).ToList();
        if (unknown.Count > 0)
        {
            throw new ArgumentException(
                $"there is no drill {string.Join(", ", unknown)}; there are {string.Join(", ", AllDrills.All.Select(drill => drill.Name))}"
            );
        }

        using var client = new KubernetesClient(KubernetesClientConfiguration.Load(cluster.Kubeconfig));
        var installation = new Installation(client);
        var token = await installation.InstallAsync(cancellation);
        await using var site = await Site.StartAsync(await NodeAsync(client, cancellation), cancellation);
        await using var gate = await ApiServerGate.OpenAsync(cluster.Kubeconfig, cancellation, asCaller: true);
        var kubeconfig = Path.Combine(folder, "operator.kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, gate.Kubeconfig(token), cancellation);
        await using var program = new OperatorRun(kubeconfig, Path.Combine(folder, "operator.log"));
        var workload = new Workload(options, Guid.NewGuid().ToString("N")[..5], site.Address);
        var context = new DrillContext
        {
            Options = options,
            Random = new Random(options.Seed),
            Cluster = cluster,
            Client = client,
            Gate = gate,
            Operator = program,
            Installation = installation,
            Workload = workload,
        };
        try
        {
            return await DrillAsync(context, cancellation);
        }
        finally
        {
            await CleanAsync(context);
        }
    }

    private async Task<IReadOnlyList<DrillResult>> DrillAsync(DrillContext context, CancellationToken cancellation)
    {
        var teams = new Teams(context.Client, context.Workload);
        context.Operator.Start();
        foreach (var parsed in Manifests.Parse(context.Workload.Base()))
        {
            await context.Client.ApplyAsync(parsed, Installation.Write, cancellation);
        }

        var clean = new ClusterState[2];
        for (var version = 0; version < clean.Length; version++)
        {
            var watch = Stopwatch.StartNew();
            await teams.BecomeAsync(version, cancellation);
            clean[version] = await RestedAsync(context, cancellation);
            tell(
                $"clean run, version {version}: {clean[version].Objects.Count} objects at rest after {watch.Elapsed.TotalSeconds:0} s"
            );
        }

        var results = new List<DrillResult>();
        var current = 1;
        var picked = AllDrills.All.Where(drill => IsPicked(drill.Name)).ToList();
        foreach (var drill in options.Together ? [new SeriesOfDrills(picked)] : picked)
        {
            current = 1 - current;
            tell($"{drill.Name}: begins");
            var random = new Random(unchecked((options.Seed * 31) + results.Count));
            var result = await OneAsync(
                drill,
                context with
                {
                    Random = random,
                },
                teams,
                current,
                clean[current],
                cancellation
            );
            results.Add(result);
            foreach (var line in result.Differences.Concat(result.Pods).Take(20))
            {
                tell($"  {line}");
            }

            tell($"{drill.Name}: {(result.Holds ? "holds" : "DOES NOT HOLD")}");
        }

        return results;
    }

    private async Task<DrillResult> OneAsync(
        IDrill drill,
        DrillContext context,
        Teams teams,
        int version,
        ClusterState clean,
        CancellationToken cancellation
    )
    {
        var pods = (await ReadAsync(context, cancellation)).Pods;
        var (writes, crashes) = (context.Gate.Writes.Count, context.Operator.Crashes);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var changes = teams.ChangeAsync(new Random(context.Random.Next()), enough.Token, cancellation);
        string done;
        try
        {
            done = await drill.RunAsync(context, cancellation);
        }
        catch (Exception e)
            when (e is KubernetesApiException or InvalidOperationException or TimeoutException or HttpRequestException)
        {
            // A fault that could not be made proves nothing.
            tell($"  {drill.Name} could not be done: {e.Message}");
            return new DrillResult
            {
                Drill = drill.Name,
                Cluster = context.Cluster.Name,
                Done = $"could not be done: {e.Message}",
            };
        }
        finally
        {
            await enough.CancelAsync();
            await changes;
        }

        // From here on nothing is broken.
        context.Operator.Ensure();
        var watch = Stopwatch.StartNew();
        await teams.BecomeAsync(version, cancellation);
        var (converged, differences) = await ConvergedAsync(context, clean, watch, cancellation);
        var after = (await ReadAsync(context, cancellation)).Pods;
        return new DrillResult
        {
            Drill = drill.Name,
            Cluster = context.Cluster.Name,
            Done = done,
            Converged = converged,
            Writes = context.Gate.Writes.Count - writes,
            Differences = differences,
            Pods =
            [
                .. pods.Except(after).Select(pod => $"before: {pod}"),
                .. after.Except(pods).Select(pod => $"now: {pod}"),
            ],
            Crashes = context.Operator.Crashes - crashes,
        };
    }

    /// <summary>Waits until all is as in a clean run, and stays so while nothing is written.</summary>
    private async Task<(TimeSpan? Took, IReadOnlyList<string> Differences)> ConvergedAsync(
        DrillContext context,
        ClusterState clean,
        Stopwatch watch,
        CancellationToken cancellation
    )
    {
        var told = TimeSpan.Zero;
        while (true)
        {
            var writes = Work(context);
            var differences = (await ReadAsync(context, cancellation)).DifferencesFrom(clean);
            var at = watch.Elapsed;
            if (differences.Count == 0)
            {
                await Task.Delay(Rest, cancellation);
                if (Work(context) == writes)
                {
                    return (at, []);
                }
            }
            else if (at > options.Patience)
            {
                return (null, differences);
            }
            else
            {
                if (at - told > Word)
                {
                    told = at;
                    tell($"  after {at.TotalSeconds:0} s {differences.Count} differences, the first: {differences[0]}");
                }

                await Task.Delay(500, cancellation);
            }
        }
    }

    /// <summary>Waits until nothing is written any more and every status is that of the newest spec.</summary>
    private async Task<ClusterState> RestedAsync(DrillContext context, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var writes = Work(context);
            await Task.Delay(options.Rest, cancellation);
            var state = await ReadAsync(context, cancellation);
            if (Work(context) == writes && await IsReadyAsync(context, cancellation) && state.IsCurrent)
            {
                return state;
            }

            if (context.Operator.Crashes > 0)
            {
                throw new InvalidOperationException("the operator ended by itself, see its log");
            }

            if (watch.Elapsed > options.Patience)
            {
                throw new TimeoutException(
                    $"without any fault, the stack did not come to rest within {options.Patience.TotalSeconds:0} s: {Work(context) - writes} writes in {options.Rest.TotalSeconds:0} s, {string.Join(", ", context.Gate.Writes.TakeLast(5).Select(write => $"{write.Method} {write.Path} {write.Status}"))}"
                );
            }
        }
    }

    /// <summary>Writes, without those that tell a latency anew: on a busy machine it changes all the time.</summary>
    private static int Work(DrillContext context) =>
        context.Gate.Writes.Count(write => !write.Path.Contains("/healthprobes/", StringComparison.Ordinal));

    private static async Task<bool> IsReadyAsync(DrillContext context, CancellationToken cancellation)
    {
        var key = new ObjectKey(context.Workload.Home, Workload.Stack);
        var stack = await context.Client.GetAsync<Binnacle.Api.MonitoringStack>(key, cancellation);
        return stack.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;
    }

    private static Task<ClusterState> ReadAsync(DrillContext context, CancellationToken cancellation) =>
        ClusterState.ReadAsync(context.Client, context.Workload.Namespaces, cancellation);

    private static async Task<IPAddress> NodeAsync(IKubernetesClient client, CancellationToken cancellation)
    {
        IPAddress? address = null;
        await Retry.UntilAsync(
            async token =>
            {
                var nodes = await client.ListAsync<Node>(new ListRequest(), token);
                var internals = nodes.Items.SelectMany(node => node.Status?.Addresses ?? []);
                address = internals
                    .Where(one => one.Type == "InternalIP")
                    .Select(one => IPAddress.Parse(one.Address))
                    .FirstOrDefault();
                return address is not null;
            },
            TimeSpan.FromMinutes(2),
            "there is no node",
            cancellation
        );
        return address!;
    }

    /// <summary>The stack first, while the operator runs: what lies in other namespaces only it removes.</summary>
    private static async Task CleanAsync(DrillContext context)
    {
        var key = new ObjectKey(context.Workload.Home, Workload.Stack);
        try
        {
            await context.Client.DeleteAsync<Binnacle.Api.MonitoringStack>(
                key,
                new DeleteRequest(),
                CancellationToken.None
            );
            await Retry.UntilAsync(
                async token => await context.Client.FindAsync<Binnacle.Api.MonitoringStack>(key, token) is null,
                TimeSpan.FromSeconds(60),
                "the stack does not go",
                CancellationToken.None
            );
        }
        catch (Exception e) when (e is TimeoutException or KubernetesApiException)
        {
            // The namespaces go all the same.
        }

        foreach (var name in context.Workload.Namespaces)
        {
            try
            {
                await context.Client.DeleteAsync<Namespace>(
                    new ObjectKey("", name),
                    new DeleteRequest(),
                    CancellationToken.None
                );
            }
            catch (KubernetesApiException)
            {
                // The cluster may be gone; what is to be told has been told.
            }
        }
    }

    private bool IsPicked(string name) => options.Drills.Count == 0 || options.Drills.Contains(name);
}
