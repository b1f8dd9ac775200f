using Kubernetes.Models;
using LocalCluster.Node.Network;
using LocalCluster.Node.Pods;
using LocalCluster.Node.Probes;

namespace LocalCluster.Tests.Node;

public sealed class CountersTests
{
    // s: success, f: failure; T, F, -: what the probe says after it.
    [Theory]
    [InlineData(1, 3, "ff", "--")]
    [InlineData(1, 3, "fff", "--F")]
    [InlineData(1, 3, "sffs", "TTTT")]
    [InlineData(1, 3, "sfffs", "TTTFT")]
    [InlineData(2, 1, "ssfss", "-TFFT")]
    public void Probes_change_their_verdict_at_the_thresholds(
        int successes,
        int failures,
        string outcomes,
        string verdicts
    )
    {
        var state = new ProbeState(new Probe { SuccessThreshold = successes, FailureThreshold = failures });
        var seen = outcomes.Select(o =>
        {
            state.Count(o == 's');
            return state.Verdict switch
            {
                true => 'T',
                false => 'F',
                null => '-',
            };
        });
        string.Concat(seen).ShouldBe(verdicts);
    }

    [Fact]
    public void Restarts_back_off_after_the_first_and_forget_after_a_long_run()
    {
        var backOff = new RestartBackOff(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
        Seconds(5, 5, 5, 5, 5, 61, 5).ShouldBe([0, 10, 20, 30, 30, 0, 10]);

        IEnumerable<double> Seconds(params int[] runs) =>
            [.. runs.Select(r => backOff.After(TimeSpan.FromSeconds(r)).TotalSeconds)];
    }

    [Fact]
    public void Addresses_are_used_again_as_late_as_possible()
    {
        var addresses = new PodAddresses("127.97.0.0/29", "PodCidr");
        var first = addresses.Rent();
        first.ShouldBe("127.97.0.1");
        addresses.Return(first);
        var rented = Enumerable.Range(0, 6).Select(_ => addresses.Rent()).ToList();
        rented.ShouldBe(["127.97.0.2", "127.97.0.3", "127.97.0.4", "127.97.0.5", "127.97.0.6", "127.97.0.1"]);
        Should.Throw<InvalidOperationException>(addresses.Rent).Message.ShouldContain("127.97.0.1");
        addresses.Return("127.97.0.4");
        addresses.Rent().ShouldBe("127.97.0.4");
    }

    [Theory]
    [InlineData("127.97.0.0")]
    [InlineData("127.97.0.0/31")]
    [InlineData("pods/16")]
    [InlineData("::1/64")]
    public void A_range_without_sense_is_refused_by_name(string cidr) =>
        Should
            .Throw<ArgumentException>(() => new PodAddresses(cidr, "PodCidr"))
            .Message.ShouldContain($"PodCidr '{cidr}'");

    [Theory]
    [InlineData("250m", 0.25)]
    [InlineData("1.5Gi", 1.5 * 1024 * 1024 * 1024)]
    [InlineData("2k", 2000)]
    [InlineData("3", 3)]
    public void Reads_quantities(string quantity, double value) => ResourceQuantities.Parse(quantity).ShouldBe(value);
}
