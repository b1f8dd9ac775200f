using LocalCluster;
using Testing;

namespace EndToEnd.Tests.Harness;

/// <summary>A cluster to test on.</summary>
/// <param name="kubeconfig">An administrator's.</param>
/// <param name="patience">How long to wait for something that takes seconds.</param>
/// <param name="started">The cluster, if we started it.</param>
internal sealed class TestCluster(string kubeconfig, TimeSpan patience, IAsyncDisposable? started) : IAsyncDisposable
{
    private const string Variable = "BINNACLE_TEST_KUBECONFIG";

    private static readonly string[] Programs = ["prometheus", "alertmanager", "blackbox_exporter"];

    /// <summary>An administrator's kubeconfig.</summary>
    public string Kubeconfig => kubeconfig;

    /// <summary>How long to wait for something that takes seconds.</summary>
    public TimeSpan Patience => patience;

    /// <summary>The cluster that is offered, else a LocalCluster; or the reason why this machine can have none.</summary>
    public static async Task<(TestCluster? Cluster, string? Unavailable)> StartAsync(
        string folder,
        CancellationToken cancellation
    )
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } offered)
        {
            return (new TestCluster(offered, TimeSpan.FromSeconds(90), started: null), null);
        }

        if (Array.Find(Programs, program => Tools.Find(program) is null) is { } missing)
        {
            return (null, $"{missing} is not on this machine: run 'make tools', or name a cluster in {Variable}");
        }

        var programs = Programs.Select(program => Path.GetDirectoryName(Tools.Find(program))!).Distinct();
        var local = await LocalClusterHost.StartAsync(
            new LocalClusterOptions
            {
                DataDirectory = folder,
                Parts = [new ControllersPart(), new NodePart([.. programs])],
            },
            cancellation
        );
        return (new TestCluster(local.KubeconfigPath, TimeSpan.FromSeconds(45), local), null);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => started?.DisposeAsync() ?? ValueTask.CompletedTask;
}
