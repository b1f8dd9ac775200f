using System.ComponentModel.DataAnnotations;
using Kubernetes.Models;
using Kubernetes.Runtime.Leases;

namespace Kubernetes.Runtime.Tests.Leases;

public sealed class LeaderElectionOptionsTests
{
    private static readonly LeaderElectionOptions Good = new()
    {
        Lease = new ObjectKey("system", "leader"),
        Identity = "pod_uid",
    };

    [Fact]
    [Trait("Guarantee", "L8")]
    public void The_defaults_are_those_of_client_go()
    {
        Should.NotThrow(Good.Validate);
        Good.LeaseDuration.ShouldBe(TimeSpan.FromSeconds(15));
        Good.RenewDeadline.ShouldBe(TimeSpan.FromSeconds(10));
        Good.RetryPeriod.ShouldBe(TimeSpan.FromSeconds(2));
        Good.RequestTimeout.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(10, 10, 2, "the lease duration (10 s) must be greater than the renew deadline (10 s)")]
    [InlineData(15, 2.4, 2, "the renew deadline (2.4 s) must be greater than 1.2 times the retry period (2 s)")]
    [InlineData(15.5, 10, 2, "the lease duration must be whole seconds, at least one, not 15.5 s")]
    [InlineData(0, -1, -2, "the lease duration must be whole seconds, at least one, not 0 s")]
    [InlineData(15, 10, 0, "the retry period must be positive, not 0 s")]
    [Trait("Guarantee", "L8")]
    public void Values_that_do_not_fit_together_are_refused(
        double duration,
        double deadline,
        double retry,
        string words
    )
    {
        var options = Good with
        {
            LeaseDuration = TimeSpan.FromSeconds(duration),
            RenewDeadline = TimeSpan.FromSeconds(deadline),
            RetryPeriod = TimeSpan.FromSeconds(retry),
        };
        Should.Throw<ValidationException>(options.Validate).Message.ShouldBe($"Leader election: {words}");
    }

    [Fact]
    [Trait("Guarantee", "L8")]
    public void A_Lease_and_a_candidate_need_names()
    {
        Should
            .Throw<ValidationException>((Good with { Identity = "" }).Validate)
            .Message.ShouldContain("a candidate needs an identity");
        Should
            .Throw<ValidationException>((Good with { Lease = new ObjectKey("", "leader") }).Validate)
            .Message.ShouldContain("namespace and a name");
        Should
            .Throw<ValidationException>((Good with { RequestTimeout = TimeSpan.Zero }).Validate)
            .Message.ShouldContain("request timeout");
    }
}
