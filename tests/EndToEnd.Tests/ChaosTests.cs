using Chaos;
using Chaos.Clusters;
using EndToEnd.Tests.Harness;

namespace EndToEnd.Tests;

/// <summary>
/// The drills of <c>make chaos</c>, each for seconds only and compared once: what they find, this finds later. On
/// LocalCluster they have one of their own, whose API server can be killed.
/// </summary>
[Collection(SharedStackTests.Name)]
public sealed class ChaosTests(ClusterFixture cluster) : EndToEndTest(cluster)
{
    [Fact]
    [Trait("Guarantee", "X1")]
    [Trait("Guarantee", "X2")]
    [Trait("Guarantee", "X3")]
    [Trait("Guarantee", "X4")]
    [Trait("Guarantee", "X5")]
    [Trait("Guarantee", "X6")]
    [Trait("Guarantee", "X7")]
    [Trait("Guarantee", "X8")]
    public async Task Whatever_is_hurt_everything_is_as_in_a_clean_run_in_the_end()
    {
        var folder = Directory.CreateTempSubdirectory("binnacle-chaos-");
        var options = new ChaosOptions { Seed = Random.Shared.Next(1, 1_000_000) }.Quick();
        Print($"seed {options.Seed}");
        // It would look after the stack of the drills too.
        await Cluster.Operator.StopAsync(Cancellation);
        try
        {
            if (Environment.GetEnvironmentVariable("BINNACLE_TEST_KUBECONFIG") is { Length: > 0 } given)
            {
                // Its API server may run anywhere: it is left alone.
                await using var theirs = new GivenChaosCluster(given);
                string[] drills = ["kill", "cut", "prometheus", "quota", "permission", "storm"];
                await RunAsync(options with { Drills = drills }, theirs, folder.FullName);
            }
            else
            {
                await using var own = await LocalChaosCluster.StartAsync(folder.FullName, Cancellation);
                await RunAsync(options, own, folder.FullName);
            }

            folder.Delete(recursive: true);
        }
        finally
        {
            await Cluster.Operator.StartAsync(CancellationToken.None);
        }
    }

    private static async Task RunAsync(ChaosOptions options, IChaosCluster cluster, string folder)
    {
        var results = await new ChaosRun(options, cluster, folder, Print).RunAsync(Cancellation);
        Print(DrillResult.Table(results));
        results
            .Select(result => result.Shortfall)
            .Where(shortfall => shortfall.Length > 0)
            .ShouldBeEmpty($"seed {options.Seed}, logs in {folder}");
    }
}
