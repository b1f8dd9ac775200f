using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Models;
using static LocalCluster.Controllers.RollingUpdatePlan;

namespace LocalCluster.Tests.Controllers;

public sealed class RollingUpdatePlanTests
{
    [Theory]
    [InlineData(null, null, 1, 1, 0)]
    [InlineData(null, null, 3, 1, 0)]
    [InlineData(null, null, 10, 3, 2)]
    [InlineData("1", "0", 3, 1, 0)]
    [InlineData("0", "0", 3, 0, 1)]
    [InlineData("50%", "100%", 5, 3, 5)]
    public void Limits_are_resolved(
        string? surge,
        string? unavailable,
        int replicas,
        int expectedSurge,
        int expectedUnavailable
    )
    {
        var strategy = new DeploymentStrategy
        {
            RollingUpdate = new RollingUpdateDeployment
            {
                MaxSurge = Value(surge),
                MaxUnavailable = Value(unavailable),
            },
        };
        Limits(strategy, replicas).ShouldBe((expectedSurge, expectedUnavailable));

        static IntOrString? Value(string? text) =>
            text is null ? default(IntOrString?)
            : int.TryParse(text, out var number) ? new IntOrString(number)
            : new IntOrString(text);
    }

    [Fact]
    public void Unhealthy_old_pods_go_first()
    {
        // Ten wanted, two may be missing; the old one has eight of ten that serve.
        ScaleOld(10, 2, new Set(0, 0), [new Set(10, 8)]).ShouldBe([8]);
        // A new pod that does not serve yet keeps the old ones in place.
        ScaleOld(10, 2, new Set(3, 0), [new Set(8, 8)]).ShouldBe([8]);
        ScaleOld(10, 2, new Set(3, 3), [new Set(8, 8)]).ShouldBe([5]);
    }

    [Fact]
    public void A_rollout_ends_and_never_leaves_its_bounds()
    {
        var cases =
            from replicas in Gen.Choose(1, 12)
            from surge in Gen.Choose(0, 4)
            from unavailable in Gen.Choose(0, 4)
            from old in Gen.Choose(0, 12)
            from seed in Gen.Choose(0, 1000)
            select (
                replicas,
                surge,
                unavailable: surge + unavailable == 0 ? 1 : unavailable,
                old: Math.Min(old, replicas),
                seed
            );
        Prop.ForAll(cases.ToArbitrary(), c => Simulate(c.replicas, c.surge, c.unavailable, c.old, new Random(c.seed)))
            .QuickCheckThrowOnFailure();
    }

    private static bool Simulate(int replicas, int surge, int unavailable, int oldSize, Random random)
    {
        var current = new Set(0, 0);
        var old = new Set(oldSize, oldSize);
        for (var step = 0; step < 200; step++)
        {
            var before = current.Available + old.Available;
            current = current with { Wanted = ScaleNew(replicas, surge, current, [old]) };
            var size = ScaleOld(replicas, unavailable, current, [old])[0];
            old = new Set(size, Math.Min(size, old.Available));
            if (current.Wanted + old.Wanted > replicas + surge)
            {
                return false;
            }

            // What the plan takes away must not bring availability below the bound, unless it was there already.
            if (current.Available + old.Available < Math.Min(before, replicas - unavailable))
            {
                return false;
            }

            if (current == new Set(replicas, replicas) && old.Wanted == 0)
            {
                return true;
            }

            current = current with { Available = Math.Min(current.Wanted, current.Available + random.Next(0, 3)) };
        }

        return false;
    }
}
