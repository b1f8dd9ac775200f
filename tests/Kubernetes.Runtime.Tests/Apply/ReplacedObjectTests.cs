using Kubernetes.Models;
using Kubernetes.Runtime.Apply;
using Kubernetes.Runtime.Tests.Fakes;

namespace Kubernetes.Runtime.Tests.Apply;

/// <summary>The cache shows an object that is no more, or is another one by now.</summary>
public sealed class ReplacedObjectTests : ApplySetScene
{
    /// <summary>Ours was deleted, and the cache has not heard of it: it is made anew at once, and that is no failure.</summary>
    [Theory, InlineData(false), InlineData(true)]
    [Trait("Guarantee", "A29")]
    public async Task What_is_gone_before_the_cache_knows_is_made_anew_and_not_looked_at_again(bool isMadeByAnother)
    {
        await ApplyAsync(Mine("a"));
        Sync();
        _server.Remove(ConfigMap.ResourceType, Make.Key("a"));
        if (isMadeByAnother)
        {
            _server.Put(Mine("a", "of another process"));
        }

        _server.ForgetRequests();

        var result = await ApplyAsync(Mine("a", "2"));

        result.Failures.ShouldBeEmpty();
        (isMadeByAnother ? result.Updated : result.Created).ShouldHaveSingleItem();
        _server.All<ConfigMap>().ShouldHaveSingleItem().Data!["key"].ShouldBe("2");
        _server.Requests.Select(it => it.Verb).ShouldBe(["apply", "get", "apply"]);
        _server.ForgetRequests();
        (await ApplyAsync(Mine("a", "2"))).Unchanged.ShouldHaveSingleItem();
        Sync();
        (await ApplyAsync(Mine("a", "2"))).Unchanged.ShouldHaveSingleItem();
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    [Trait("Guarantee", "A29")]
    public async Task A_name_that_somebody_deletes_and_makes_anew_all_the_time_is_a_failure_after_five_attempts()
    {
        await ApplyAsync(Mine("a"));
        Sync();
        _server.Gate = request =>
        {
            if (request.Verb == "apply")
            {
                _server.Remove(ConfigMap.ResourceType, Make.Key("a"));
                _server.Put(Mine("a", "theirs"));
            }

            return Task.CompletedTask;
        };
        _server.ForgetRequests();

        var result = await ApplyAsync(Mine("a", "2"));

        var failure = result.Failures.ShouldHaveSingleItem();
        failure.Exception.ShouldBeOfType<ReplacedObjectException>();
        failure.Text.ShouldContain("deleted and made anew by somebody else");
        _server.Writes.Count.ShouldBe(5);
        _server.All<ConfigMap>().ShouldHaveSingleItem().Data!["key"].ShouldBe("theirs");
    }

    /// <summary>While a StatefulSet is away to be made anew, and between two looks, its name is free for others.</summary>
    [Fact]
    [Trait("Guarantee", "A29")]
    public async Task A_StatefulSet_whose_name_is_taken_while_it_is_made_anew_stays_anothers()
    {
        await ApplyAsync(Workload("web"));
        Sync();
        _server.HoldDeletions = true;
        var applying = ApplyAsync(Workload("web", serviceName: "other"));
        await Eventually.TrueAsync(() => _time.PendingTimers == 1, "it waits for the deletion");
        _server.Remove(StatefulSet.ResourceType, Make.Key("web"));
        var theirs = _server.Put(Theirs("svc"));
        await _time.AdvanceUntilAsync(() => applying.IsCompleted, TimeSpan.FromSeconds(30));

        (await applying).Failures.ShouldHaveSingleItem().Reason.ShouldBe(ApplyReasons.ForeignObject);
        _server.All<StatefulSet>().ShouldHaveSingleItem().ShouldBe(theirs);
    }

    /// <summary>Its fields differ in any way, immutable ones too: nothing of it is deleted for that.</summary>
    [Fact]
    [Trait("Guarantee", "A29")]
    public async Task A_StatefulSet_of_another_that_took_the_name_is_not_deleted_to_be_made_anew()
    {
        await ApplyAsync(Workload("web"));
        Sync();
        _server.Remove(StatefulSet.ResourceType, Make.Key("web"));
        _server.Put(Theirs("theirs"));

        var result = await ApplyAsync(Workload("web", serviceName: "other"));

        result.Failures.ShouldHaveSingleItem().Reason.ShouldBe(ApplyReasons.ForeignObject);
        _server.Writes.ShouldNotContain(it => it.Verb == "delete");
        _server.All<StatefulSet>().ShouldHaveSingleItem().Spec!.ServiceName.ShouldBe("theirs");
    }

    private static StatefulSet Theirs(string serviceName) =>
        Workload("web", serviceName) with
        {
            Metadata = new ObjectMeta { Namespace = "ns", Name = "web" },
        };
}
