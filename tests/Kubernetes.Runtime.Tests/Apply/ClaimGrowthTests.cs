using Binnacle.Testing;
using Kubernetes.Models;
using Kubernetes.Runtime.Apply;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Tests.Fakes;

namespace Kubernetes.Runtime.Tests.Apply;

/// <summary>What is remembered of a StatefulSet whose claims could not be given what is wanted.</summary>
public sealed class ClaimGrowthTests
{
    private const string Set = "main";

    private readonly FakeApiServer _server = new();
    private readonly ManualTimeProvider _time = new();
    private readonly Store<StatefulSet> _statefulSets = new();
    private readonly OwnedObjects _owned;
    private ApplySet _set;

    public ClaimGrowthTests()
    {
        _owned = new OwnedObjects(_ => [Set]).Add(_statefulSets);
        _set = NewProcess();
    }

    [Fact]
    [Trait("Guarantee", "A10")]
    public async Task A_refused_growth_is_told_each_time_tried_again_after_five_minutes_and_has_no_further_cost()
    {
        await StartAsync();
        Refuse();
        (await ApplyAsync("2Gi")).Deviations.ShouldHaveSingleItem().Reason.ShouldBe(ApplyReasons.StorageNotExpandable);
        Sync();
        _server.ForgetRequests();

        var soon = await ApplyAsync("2Gi");
        soon.Deviations.ShouldHaveSingleItem();
        soon.Unchanged.Count.ShouldBe(1);
        soon.Succeeded.ShouldBeFalse();
        soon.RecheckAfter.ShouldBe(TimeSpan.FromMinutes(5));
        _server.Requests.ShouldBeEmpty();

        _time.Advance(soon.RecheckAfter!.Value);
        _server.Fault = _ => null;
        var later = await ApplyAsync("2Gi");
        later.Succeeded.ShouldBeTrue();
        later.Recreated.Count.ShouldBe(1);
        Claim("data-db-0").ShouldBe("2Gi");
    }

    [Fact]
    [Trait("Guarantee", "A10")]
    public async Task A_restarted_process_tells_of_it_too()
    {
        await StartAsync();
        Refuse();
        await ApplyAsync("2Gi");
        Sync();
        _set = NewProcess();

        (await ApplyAsync("2Gi")).Deviations.ShouldHaveSingleItem();
    }

    [Fact]
    [Trait("Guarantee", "A9")]
    public async Task Claims_of_replicas_that_are_away_grow_too_and_those_of_others_and_larger_ones_stay()
    {
        await StartAsync();
        PutClaim("data-db-7", "1Gi");
        PutClaim("data-db-8", "5Gi");
        PutClaim("data-db-x", "1Gi");
        PutClaim("data-dbs-0", "1Gi");
        PutClaim("wal-db-0", "1Gi");

        (await ApplyAsync("2Gi")).Succeeded.ShouldBeTrue();

        new[] { "data-db-0", "data-db-7", "data-db-8", "data-db-x", "data-dbs-0", "wal-db-0" }
            .Select(Claim)
            .ShouldBe(["2Gi", "2Gi", "5Gi", "1Gi", "1Gi", "1Gi"]);
    }

    [Fact]
    [Trait("Guarantee", "A9")]
    public async Task Claims_come_before_the_StatefulSet_so_that_a_crash_in_between_is_made_good()
    {
        await StartAsync();
        _server.Fault = request => request is { Verb: "delete", Resource: "statefulsets" } ? Errors.Transport() : null;
        (await ApplyAsync("2Gi")).Failures.ShouldHaveSingleItem();
        Claim("data-db-0").ShouldBe("2Gi");
        _server.Fault = _ => null;
        _set = NewProcess();

        (await ApplyAsync("2Gi")).Recreated.Count.ShouldBe(1);
    }

    private ApplySet NewProcess() => new(_server, "tester", _time, new RecordingLogger());

    private async Task StartAsync()
    {
        await ApplyAsync("1Gi");
        PutClaim("data-db-0", "1Gi");
        Sync();
    }

    private void Refuse() =>
        _server.Fault = request =>
            request is { Verb: "patch", Resource: "persistentvolumeclaims" } ? Errors.Forbidden() : null;

    private void Sync() => _statefulSets.Replace(_server.All<StatefulSet>(), initial: false);

    private string? Claim(string name) =>
        ClaimPlan.Size(_server.All<PersistentVolumeClaim>().Single(it => it.Metadata.Name == name).Spec);

    private void PutClaim(string name, string size) => _server.Put(MakeClaim(name, size));

    private Task<ApplyResult> ApplyAsync(string size) =>
        _set.ApplyAsync(
            Set,
            [
                new StatefulSet
                {
                    Metadata = new ObjectMeta { Namespace = "ns", Name = "db" },
                    Spec = new StatefulSetSpec
                    {
                        Replicas = 1,
                        VolumeClaimTemplates = [MakeClaim("data", size) with { Metadata = new() { Name = "data" } }],
                    },
                },
            ],
            _owned.Of(Set),
            TestContext.Current.CancellationToken
        );

    private static PersistentVolumeClaim MakeClaim(string name, string size) =>
        new()
        {
            Metadata = new ObjectMeta { Namespace = "ns", Name = name },
            Spec = new PersistentVolumeClaimSpec
            {
                Resources = new ResourceRequirements
                {
                    Requests = new Dictionary<string, string> { ["storage"] = size },
                },
            },
        };
}
