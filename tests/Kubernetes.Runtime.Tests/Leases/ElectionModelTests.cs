using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Runtime.Leases;

namespace Kubernetes.Runtime.Tests.Leases;

/// <summary>
/// Candidates with clocks that run apart, on lines that are slow, cut and restored at random, killed, stopped and
/// started anew, and a Lease that people edit and delete.
/// </summary>
public sealed class ElectionModelTests
{
    /// <summary>Clocks run up to this much fast or slow: together less than what duration and deadline leave.</summary>
    private const double Skew = 0.15;

    private enum Happening
    {
        Cut,
        Restore,
        Kill,
        Stop,
        Start,
        Slow,
        Fast,
        Failing,
        Rename,
        Wipe,
        Annotate,
        Delete,
    }

    [Fact]
    [Trait("Guarantee", "L1")]
    public void Never_do_two_lead_at_a_time_and_one_leads_again_once_it_can()
    {
        var happening =
            from what in Gen.Elements(Enum.GetValues<Happening>())
            from who in Gen.Choose(0, 2)
            from amount in Gen.Choose(1, 40)
            from wait in Gen.Choose(0, 120)
            select new Step(what, who, amount, wait / 10.0);
        var changes = 0;
        var history = happening.ListOf().Resize(40).ToArbitrary();
        var skews = Gen.Choose(-100, 100).Select(percent => 1 + (percent / 100.0 * Skew)).ArrayOf(3).ToArbitrary();
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(400),
            Prop.ForAll(history, skews, (steps, rates) => SingleThread.Run(t => changes += Play(t, [.. steps], rates)))
        );
        // A model in which nobody ever leads would hold as well.
        changes.ShouldBeGreaterThan(600);
    }

    private static int Play(SingleThread thread, IReadOnlyList<Step> steps, double[] rates)
    {
        using var election = new Election(thread);
        var terms = 0;
        Candidate? last = null;
        void Check()
        {
            var leaders = election.Leaders;
            leaders.Count.ShouldBeLessThan(2, string.Join(", ", leaders.Select(leader => leader.Name)));
            if (leaders.Count == 1 && leaders[0] != last)
            {
                last = leaders[0];
                terms++;
            }
        }

        var random = new Random(steps.Count);
        var alive = new Candidate?[3];
        var noStartBefore = DateTimeOffset.MinValue;
        Candidate Begin(int who) =>
            election.Start($"{(char)('a' + who)}{election.Candidates.Count}", rates[who], random.NextDouble());
        for (var i = 0; i < alive.Length; i++)
        {
            alive[i] = Begin(i);
        }

        foreach (var step in steps)
        {
            var who = alive[step.Who];
            switch (step.What)
            {
                case Happening.Cut when who is not null:
                    who.Line.IsCut = true;
                    break;
                case Happening.Restore when who is not null:
                    who.Line.IsCut = false;
                    break;
                case Happening.Kill when who is not null:
                    who.Kill();
                    alive[step.Who] = null;
                    break;
                case Happening.Stop when who is not null:
                    who.Drain = TimeSpan.FromSeconds(step.Amount / 2.0);
                    who.Stop();
                    alive[step.Who] = null;
                    break;
                case Happening.Start when who is null && election.Time.GetUtcNow() > noStartBefore:
                    alive[step.Who] = Begin(step.Who);
                    break;
                case Happening.Slow when who is not null:
                    who.Line.Delay = () => TimeSpan.FromSeconds(random.NextDouble() * step.Amount / 5.0);
                    break;
                case Happening.Fast when who is not null:
                    who.Line.Delay = () => TimeSpan.FromMilliseconds(random.Next(20));
                    break;
                case Happening.Failing when who is not null:
                    who.Line.Fault = _ =>
                        random.Next(60) < step.Amount ? new HttpRequestException("connection reset") : null;
                    break;
                case Happening.Rename when election.Server.Stored is not null:
                    election.Server.Edit(it =>
                        it with
                        {
                            Spec = it.Spec! with { HolderIdentity = "somebody", LeaseDurationSeconds = 1 },
                        }
                    );
                    break;
                case Happening.Wipe when election.Server.Stored is { Spec.LeaseDurationSeconds: > 1 }:
                    election.Server.Edit(it => it with { Spec = it.Spec! with { HolderIdentity = null } });
                    break;
                case Happening.Annotate when election.Server.Stored is not null:
                    election.Server.Edit(it =>
                        it with
                        {
                            Metadata = it.Metadata with
                            {
                                Annotations = new Dictionary<string, string> { ["note"] = $"{step.Wait}" },
                            },
                        }
                    );
                    break;
                case Happening.Delete when election.Server.Stored is not null && EverybodyHasLooked(election):
                    // One that starts and has never seen the Lease cannot know that there was one.
                    election.Server.Edit(_ => null);
                    noStartBefore = election.Time.GetUtcNow() + TimeSpan.FromSeconds(30);
                    break;
            }

            election.Pass(step.Wait, Check);
            Reap(alive);
        }

        foreach (var candidate in alive)
        {
            if (candidate is not null)
            {
                candidate.Line.IsCut = false;
                candidate.Line.Delay = () => TimeSpan.FromMilliseconds(1);
                candidate.Line.Fault = _ => null;
            }
        }

        election.Pass(30, Check);
        Reap(alive);
        alive[0] ??= Begin(0);
        // A whole duration after the last change, however the clocks run, and a pause or two.
        election.Pass(40, Check);
        election.Leaders.Count.ShouldBe(1, "nobody leads");
        return terms;
    }

    private static void Reap(Candidate?[] alive)
    {
        for (var i = 0; i < alive.Length; i++)
        {
            if (alive[i] is { Run.IsCompleted: true } ended)
            {
                // Nothing but a lost term ends one that was not told to.
                ended.Run.Exception!.InnerException.ShouldBeOfType<LeadershipLostException>();
                alive[i] = null;
            }
        }
    }

    private static bool EverybodyHasLooked(Election election) =>
        election.Leaders is [var leader]
        && election.Server.Holder == leader.Name
        && election
            .Candidates.Where(candidate => !candidate.IsDead && !candidate.Run.IsCompleted && candidate != leader)
            .All(candidate =>
                candidate
                    .Log.Lines.LastOrDefault(line => line.Message.Contains("is held by"))
                    .Message?.EndsWith(leader.Name) == true
            );

    private sealed record Step(Happening What, int Who, int Amount, double Wait);
}
