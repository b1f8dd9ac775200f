using System.CommandLine;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Leases;

namespace Binnacle.Operator.Tests;

public sealed class LeaderElectionFlagsTests
{
    private readonly Dictionary<string, string> _environment = new()
    {
        ["POD_NAME"] = "binnacle-7d9f-x2x4k",
        ["POD_UID"] = "0c6b",
        ["POD_NAMESPACE"] = "binnacle-system",
    };

    [Fact]
    [Trait("Guarantee", "L10")]
    public void Election_is_off_unless_asked_for() => Read("").ShouldBeNull();

    [Fact]
    [Trait("Guarantee", "L10")]
    public void The_identity_is_the_pod_s()
    {
        var options = Read("--leader-elect")!;
        options.Identity.ShouldBe("binnacle-7d9f-x2x4k_0c6b");
        options.Lease.ShouldBe(new ObjectKey("binnacle-system", "binnacle-operator"));
        options.LeaseDuration.ShouldBe(TimeSpan.FromSeconds(15));
    }

    [Fact]
    [Trait("Guarantee", "L10")]
    public void Two_processes_that_are_no_pods_have_different_identities()
    {
        _environment.Remove("POD_NAME");
        _environment.Remove("POD_UID");
        var one = Read("--leader-elect")!.Identity;
        one.ShouldStartWith($"{Environment.MachineName}_");
        Read("--leader-elect")!.Identity.ShouldNotBe(one);
    }

    [Fact]
    public void The_Lease_and_the_times_can_be_named()
    {
        var options = Read(
            "--leader-elect --leader-elect-namespace ops --leader-elect-name other --leader-elect-lease-duration 1m"
                + " --leader-elect-renew-deadline 40s --leader-elect-retry-period 500ms"
        )!;
        options.Lease.ShouldBe(new ObjectKey("ops", "other"));
        options.LeaseDuration.ShouldBe(TimeSpan.FromMinutes(1));
        options.RenewDeadline.ShouldBe(TimeSpan.FromSeconds(40));
        options.RetryPeriod.ShouldBe(TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    [Trait("Guarantee", "L8")]
    public void Wrong_times_are_told_in_words()
    {
        Should
            .Throw<KubernetesConfigurationException>(() => Read("--leader-elect --leader-elect-renew-deadline 20s"))
            .Message.ShouldContain("the lease duration (15 s) must be greater than the renew deadline (20 s)");
        Parse("--leader-elect-retry-period soon")
            .Parsed.Errors.ShouldHaveSingleItem()
            .Message.ShouldContain("--leader-elect-retry-period must be a duration such as 2s");
    }

    private LeaderElectionOptions? Read(string line)
    {
        var (flags, parsed) = Parse(line);
        parsed.Errors.ShouldBeEmpty();
        return flags.Read(parsed, kubeconfig: null);
    }

    private (LeaderElectionFlags Flags, ParseResult Parsed) Parse(string line)
    {
        var flags = new LeaderElectionFlags(name => _environment.GetValueOrDefault(name));
        var command = new RootCommand();
        flags.AddTo(command);
        return (flags, command.Parse(line));
    }
}
