using Kubernetes.Client;
using Kubernetes.Runtime.Leases;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Tests.Leases;

/// <summary>Each rule of the election by itself; what follows from them together is the model test's.</summary>
public sealed class LeaderElectorTests
{
    [Fact]
    [Trait("Guarantee", "L2")]
    public void The_record_says_who_leads_since_when_and_for_how_long() =>
        Run(election =>
        {
            election.Start("one_uid-1");
            var first = election.Server.Stored!.Spec!;
            first.HolderIdentity.ShouldBe("one_uid-1");
            first.LeaseDurationSeconds.ShouldBe(15);
            first.LeaseTransitions.ShouldBe(0);
            first.AcquireTime.ShouldNotBeNull();
            first.RenewTime.ShouldBe(first.AcquireTime);
            election.Pass(5);
            var renewed = election.Server.Stored!.Spec!;
            renewed.AcquireTime.ShouldBe(first.AcquireTime);
            renewed.RenewTime.ShouldBe(first.RenewTime!.Value.AddSeconds(4));
            renewed.LeaseTransitions.ShouldBe(0);
        });

    [Fact]
    [Trait("Guarantee", "L2")]
    public void A_leader_renews_every_two_seconds_with_one_request() =>
        Run(election =>
        {
            var leader = election.Start("a");
            election.Pass(20.5);
            leader.Line.Requests.ShouldBe(["find", "create", .. Enumerable.Repeat("replace", 10)]);
        });

    [Theory]
    [InlineData(0.0, 7)]
    [InlineData(1.0, 3)]
    [Trait("Guarantee", "L2")]
    public void A_candidate_looks_after_two_seconds_and_up_to_1_2_times_more(double jitter, int looks) =>
        Run(election =>
        {
            election.Start("leader");
            var candidate = election.Start("b", jitter: jitter);
            election.Pass(13);
            candidate.Line.Requests.ShouldBe(Enumerable.Repeat("find", looks));
        });

    [Fact]
    [Trait("Guarantee", "L3")]
    public void A_leader_that_was_killed_is_followed_when_its_record_has_not_changed_for_its_duration() =>
        Run(election =>
        {
            var leader = election.Start("a");
            var next = election.Start("b");
            election.Pass(10.5);
            leader.Kill();
            var took = election.Until(() => next.IsWorking);
            // The last renewal was at 10 s, and was seen at most one look later.
            took.ShouldBeInRange(14.5, 15 + (2 * 2.2));
            election.Server.Stored!.Spec!.LeaseTransitions.ShouldBe(1);
        });

    [Fact]
    [Trait("Guarantee", "L3")]
    public void The_times_in_the_record_decide_nothing() =>
        Run(election =>
        {
            election.Start("a");
            election.Server.Edit(lease =>
                lease with
                {
                    Spec = lease.Spec! with
                    {
                        HolderIdentity = "another",
                        RenewTime = DateTimeOffset.UnixEpoch,
                        AcquireTime = DateTimeOffset.UnixEpoch,
                    },
                }
            );
            var next = election.Start("b");
            election.Pass(14.8);
            next.IsWorking.ShouldBeFalse("the record was first seen less than 15 s ago");
            election.Pass(0.5);
            next.IsWorking.ShouldBeTrue();
        });

    [Fact]
    [Trait("Guarantee", "L4")]
    public void A_leader_that_cannot_renew_gives_up_ten_seconds_after_it_sent_its_last_renewal() =>
        Run(election =>
        {
            var leader = election.Start("a");
            leader.Line.Delay = () => TimeSpan.FromSeconds(1);
            election.Pass(2.5);
            // The renewal of 2 s arrives at 3 s; its answer would have come at 4 s.
            leader.Line.IsCut = true;
            election.Pass(7.4);
            leader.IsWorking.ShouldBeTrue();
            leader.Elector.IsLeader.ShouldBeTrue();
            election.Pass(0.2);
            leader.IsWorking.ShouldBeFalse("the creation was sent at 0 s");
            leader.Elector.IsLeader.ShouldBeFalse();
            leader.Run.Exception!.InnerException.ShouldBeOfType<LeadershipLostException>();
            leader.Log.At(LogLevel.Critical).ShouldHaveSingleItem().ShouldContain("no renewal succeeded for 10 s");
        });

    [Fact]
    [Trait("Guarantee", "L4")]
    public void A_request_is_given_up_after_five_seconds_and_the_next_follows_at_once() =>
        Run(election =>
        {
            var leader = election.Start("a");
            leader.Line.IsCut = true;
            election.Pass(6.9);
            leader.Line.Requests.Count(verb => verb == "replace").ShouldBe(1);
            leader.Line.IsCut = false;
            election.Pass(0.2);
            leader.Line.Requests.Count(verb => verb == "replace").ShouldBe(2);
            election.Pass(20);
            leader.IsWorking.ShouldBeTrue();
        });

    [Fact]
    [Trait("Guarantee", "L4")]
    public void A_leader_whose_Lease_is_taken_stops_as_soon_as_it_is_told() =>
        Run(election =>
        {
            var leader = election.Start("a");
            election.Server.Edit(lease => lease with { Spec = lease.Spec! with { HolderIdentity = "thief" } });
            election.Pass(2.1);
            leader.IsWorking.ShouldBeFalse();
            leader
                .Run.Exception!.InnerException.ShouldBeOfType<LeadershipLostException>()
                .Message.ShouldContain("held by 'thief'");
            election.Server.Holder.ShouldBe("thief", "what is lost is not released");
        });

    [Fact]
    [Trait("Guarantee", "L4")]
    public void Work_that_does_not_heed_the_loss_does_not_keep_the_process_alive() =>
        Run(election =>
        {
            var leader = election.Start("a");
            leader.IsDeaf = true;
            leader.Line.IsCut = true;
            election.Pass(12.6);
            leader.Run.IsFaulted.ShouldBeTrue("half of what is left before another may lead");
        });

    [Fact]
    [Trait("Guarantee", "L5")]
    public void Told_to_stop_a_leader_gives_the_Lease_back_when_its_work_has_ended_and_renews_until_then() =>
        Run(election =>
        {
            var leader = election.Start("a");
            var next = election.Start("b");
            leader.Drain = TimeSpan.FromSeconds(25);
            election.Pass(1);
            leader.Stop();
            election.Pass(24.9);
            leader.IsWorking.ShouldBeTrue();
            election.Server.Holder.ShouldBe("a");
            election.Pass(0.2);
            leader.Run.IsCompletedSuccessfully.ShouldBeTrue();
            var released = election.Server.Stored!.Spec!;
            released.HolderIdentity.ShouldBe("");
            released.LeaseDurationSeconds.ShouldBe(1);
            election.Until(() => next.IsWorking).ShouldBeLessThan(4.4);
        });

    [Fact]
    [Trait("Guarantee", "L5")]
    public void A_release_finds_the_newest_version_when_the_last_answer_was_lost() =>
        Run(election =>
        {
            var leader = election.Start("a");
            leader.Line.Delay = () => TimeSpan.FromSeconds(1);
            // The renewal of 2 s is on its way; it will be served, and nobody waits for the answer.
            election.Pass(2.5);
            leader.Stop();
            election.Pass(8);
            leader.Run.IsCompletedSuccessfully.ShouldBeTrue();
            election.Server.Holder.ShouldBe("");
        });

    [Fact]
    [Trait("Guarantee", "L5")]
    public void Work_that_fails_gives_the_Lease_back_too() =>
        Run(election =>
        {
            var leader = election.Start("a");
            leader.Failure.SetException(new InvalidOperationException("broken"));
            election.Pass(0.1);
            leader.Run.Exception!.InnerException.ShouldBeOfType<InvalidOperationException>();
            election.Server.Holder.ShouldBe("");
        });

    [Fact]
    [Trait("Guarantee", "L5")]
    public void A_candidate_that_is_told_to_stop_just_ends() =>
        Run(election =>
        {
            election.Start("a");
            var candidate = election.Start("b");
            candidate.Stop();
            election.Pass(0.1);
            candidate.Run.IsCompletedSuccessfully.ShouldBeTrue();
            candidate.Line.Requests.ShouldBe(["find"]);
            election.Server.Holder.ShouldBe("a");
        });

    [Fact]
    [Trait("Guarantee", "L6")]
    public void Of_two_that_create_the_Lease_at_once_one_leads() =>
        Run(election =>
        {
            TimeSpan[] delays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)];
            var both = delays.Select((delay, i) => StartSlow(election, $"c{i}", delay)).ToList();
            election.Pass(8);
            both.Count(candidate => candidate.IsWorking).ShouldBe(1);
            both.ShouldAllBe(candidate => candidate.Line.Requests.Contains("create"));
        });

    [Fact]
    [Trait("Guarantee", "L6")]
    public void A_deleted_Lease_is_made_again_by_its_leader_and_left_alone_by_the_others() =>
        Run(election =>
        {
            var leader = election.Start("a");
            var other = election.Start("b", jitter: 0);
            election.Pass(1.9);
            election.Server.Edit(_ => null);
            election.Pass(30);
            leader.IsWorking.ShouldBeTrue();
            election.Server.Holder.ShouldBe("a");
            other.Line.Requests.ShouldNotContain("create");
        });

    [Fact]
    [Trait("Guarantee", "L6")]
    public void What_others_wrote_into_the_Lease_stays() =>
        Run(election =>
        {
            var leader = election.Start("a");
            election.Server.Edit(lease =>
                lease with
                {
                    Metadata = lease.Metadata with { Labels = new Dictionary<string, string> { ["team"] = "x" } },
                    Spec = lease.Spec! with { LeaseDurationSeconds = 3600 },
                }
            );
            election.Pass(5);
            leader.IsWorking.ShouldBeTrue();
            election.Server.Stored!.Metadata.Labels!["team"].ShouldBe("x");
            election.Server.Stored.Spec!.LeaseDurationSeconds.ShouldBe(15);
        });

    [Fact]
    [Trait("Guarantee", "L6")]
    public void A_name_that_was_wiped_out_is_waited_for_as_its_bearer_may_not_know() =>
        Run(election =>
        {
            var leader = election.Start("a");
            var other = election.Start("b");
            leader.Line.IsCut = true;
            election.Server.Edit(lease => lease with { Spec = lease.Spec! with { HolderIdentity = "" } });
            election.Pass(10.2);
            leader.IsWorking.ShouldBeFalse();
            other.IsWorking.ShouldBeFalse();
            election.Pass(10);
            other.IsWorking.ShouldBeTrue();
        });

    [Fact]
    [Trait("Guarantee", "L7")]
    public void A_server_that_refuses_is_told_of_and_asked_again() =>
        Run(election =>
        {
            var second = StartFailing(election, "b", "leases is forbidden");
            election.Pass(3);
            second.IsWorking.ShouldBeFalse();
            second.Log.At(LogLevel.Warning).ShouldNotBeEmpty();
            second.Log.At(LogLevel.Warning)[0].ShouldContain("system/leader");
            second.Log.At(LogLevel.Warning)[0].ShouldContain("leases is forbidden");
            second.Line.Fault = _ => null;
            election.Until(() => second.IsWorking, atMost: 5);
        });

    private static Candidate StartFailing(Election election, string name, string words)
    {
        var refusal = new KubernetesApiException(KubernetesErrorKind.Forbidden, words, 403);
        return election.Start(name, line: new Line { Fault = _ => refusal });
    }

    private static Candidate StartSlow(Election election, string name, TimeSpan delay) =>
        election.Start(name, line: new Line { Delay = () => delay });

    private static void Run(Action<Election> body) =>
        SingleThread.Run(thread =>
        {
            using var election = new Election(thread);
            body(election);
        });
}
