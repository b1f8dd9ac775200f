using Kubernetes.Models;
using Kubernetes.Runtime.Apply;

namespace Kubernetes.Runtime.Tests.Apply;

public sealed class ClaimPlanTests
{
    private const string SizeField = "spec.volumeClaimTemplates[data].spec.resources.requests.storage";

    [Theory]
    [InlineData("1Gi", "2Gi", true, null)]
    [InlineData("1Gi", "1024Mi", false, null)]
    [InlineData("1Gi", "1Gi", false, null)]
    [InlineData("2Gi", "1Gi", false, ApplyReasons.StorageShrinkRefused)]
    [InlineData("1Ti", "999Gi", false, ApplyReasons.StorageShrinkRefused)]
    [InlineData("1G", "1Gi", true, null)]
    [InlineData("1Gi", "1e28Ei", false, null)]
    [Trait("Guarantee", "A9")]
    [Trait("Guarantee", "A10")]
    public void Sizes_are_compared_by_what_they_mean(string from, string to, bool grows, string? refusal)
    {
        var plan = ClaimPlan.Of(Set(Claim("data", from)), Set(Claim("data", to)));

        plan.Growths.ShouldBe(grows ? [new ClaimGrowth("data", to)] : []);
        plan.Deviations.Select(it => it.Reason).ShouldBe(refusal is null ? [] : [refusal]);
        plan.Deviations.ShouldAllBe(it => it.Field == SizeField);
        plan.KeepsPods.ShouldBeTrue();
    }

    [Fact]
    [Trait("Guarantee", "A10")]
    public void What_claims_cannot_have_is_left_out_of_the_intent_and_the_rest_stays()
    {
        var live = Set(Claim("data", "2Gi"), Claim("wal", "1Gi"));
        var desired = Set(Claim("data", "1Gi"), Claim("wal", "3Gi"));
        var plan = ClaimPlan.Of(live, desired);

        var intent = ClaimPlan.Without(plan.Deviations, live, desired);

        intent.Spec!.VolumeClaimTemplates!.Select(it => ClaimPlan.Size(it.Spec)).ShouldBe(["2Gi", "3Gi"]);
        plan.Growths.ShouldHaveSingleItem().Template.ShouldBe("wal");
        ClaimPlan.Without([], live, desired).ShouldBeSameAs(desired);
    }

    public static TheoryData<string, PersistentVolumeClaimSpec, string?> Specs() =>
        new()
        {
            {
                "the default class",
                new() { StorageClassName = null },
                null
            },
            {
                "another class",
                new() { StorageClassName = "fast" },
                "storageClassName"
            },
            {
                "the same modes",
                new() { AccessModes = ["ReadWriteOnce"] },
                null
            },
            {
                "other modes",
                new() { AccessModes = ["ReadWriteMany"] },
                "accessModes"
            },
            {
                "the mode that is the default",
                new() { VolumeMode = "Filesystem" },
                null
            },
            {
                "another mode",
                new() { VolumeMode = "Block" },
                "volumeMode"
            },
        };

    [Theory, MemberData(nameof(Specs))]
    [Trait("Guarantee", "A10")]
    public void What_else_differs_is_named_and_stays(string what, PersistentVolumeClaimSpec wanted, string? field)
    {
        var live = Set(
            new PersistentVolumeClaim
            {
                Metadata = new ObjectMeta { Name = "data" },
                Spec = new PersistentVolumeClaimSpec { AccessModes = ["ReadWriteOnce"], StorageClassName = "slow" },
            }
        );
        var desired = Set(
            new PersistentVolumeClaim
            {
                Metadata = new ObjectMeta { Name = "data" },
                Spec = wanted,
            }
        );

        var plan = ClaimPlan.Of(live, desired);

        plan.Deviations.Select(it => it.Field)
            .ShouldBe(field is null ? [] : [$"spec.volumeClaimTemplates[data].spec.{field}"], what);
        plan.Deviations.ShouldAllBe(it => it.Reason == ApplyReasons.ImmutableField);
    }

    public static TheoryData<string, StatefulSet, StatefulSet, bool> Pods() =>
        new()
        {
            { "nothing", Set(), Set(), true },
            { "a claim more", Set(), Set(Claim("data", "1Gi")), false },
            { "a claim less", Set(Claim("data", "1Gi")), Set(), false },
            { "a claim renamed", Set(Claim("data", "1Gi")), Set(Claim("db", "1Gi")), false },
            { "a selector that finds them", Set(), Select(("app", "db")), true },
            { "a selector that finds them by less", Set(), Select(), true },
            { "a selector that misses them", Set(), Select(("app", "other")), false },
            { "a selector that asks for more", Set(), Select(("app", "db"), ("tier", "x")), false },
        };

    [Theory, MemberData(nameof(Pods))]
    [Trait("Guarantee", "A11")]
    public void Pods_stay_where_they_fit(string what, StatefulSet live, StatefulSet desired, bool keeps) =>
        ClaimPlan.Of(live, desired).KeepsPods.ShouldBe(keeps, what);

    private static StatefulSet Select(params (string Name, string Value)[] labels) =>
        Set() with
        {
            Spec = Set().Spec! with
            {
                Selector = new LabelSelector { MatchLabels = labels.ToDictionary(it => it.Name, it => it.Value) },
            },
        };

    private static StatefulSet Set(params PersistentVolumeClaim[] claims)
    {
        var labels = new Dictionary<string, string> { ["app"] = "db" };
        return new StatefulSet
        {
            Metadata = new ObjectMeta { Namespace = "ns", Name = "db" },
            Spec = new StatefulSetSpec
            {
                Selector = new LabelSelector { MatchLabels = labels },
                Template = new PodTemplateSpec { Metadata = new ObjectMeta { Labels = labels } },
                VolumeClaimTemplates = claims,
            },
        };
    }

    private static PersistentVolumeClaim Claim(string name, string size) =>
        new()
        {
            Metadata = new ObjectMeta { Name = name },
            Spec = new PersistentVolumeClaimSpec
            {
                Resources = new ResourceRequirements
                {
                    Requests = new Dictionary<string, string> { ["storage"] = size },
                },
            },
        };
}
