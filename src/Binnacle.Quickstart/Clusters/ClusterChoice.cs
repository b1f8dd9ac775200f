using Binnacle.Quickstart.Views;

namespace Binnacle.Quickstart.Clusters;

/// <summary>Uses the cluster that the user names, else starts one.</summary>
internal static class ClusterChoice
{
    private const string Variable = "KUBECONFIG";

    public static async Task<RunCluster> StartAsync(
        QuickstartOptions options,
        RepositoryFiles files,
        RunFolder folder,
        IView view,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var isGiven = options.Kubeconfig is not null || Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };
        var cluster = isGiven
            ? await view.StepAsync(
                $"Connecting to the cluster of {(options.Kubeconfig is null ? Variable : "--kubeconfig")}",
                () => GivenCluster.ConnectAsync(options.Kubeconfig, options.HostAddress, time, cancellation)
            )
            : await view.StepAsync(
                "Starting a local cluster",
                () => OwnCluster.StartAsync(files.Tools, folder, time, cancellation)
            );
        view.Line(cluster.Description);
        return cluster;
    }
}
