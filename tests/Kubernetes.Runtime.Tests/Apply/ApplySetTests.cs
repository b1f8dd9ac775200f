using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Apply;
using Kubernetes.Runtime.Tests.Fakes;

namespace Kubernetes.Runtime.Tests.Apply;

public sealed class ApplySetTests : ApplySetScene
{
    [Fact]
    [Trait("Guarantee", "A2")]
    public async Task Creates_what_is_not_there_and_then_writes_nothing()
    {
        ConfigMap[] wanted = [Mine("a"), Mine("b")];
        var first = await ApplyAsync(wanted);
        first.Created.Select(it => it.Key.Name).ShouldBe(["a", "b"]);
        first.Changed.ShouldBeTrue();
        _server.ForgetRequests();
        Sync();

        var second = await ApplyAsync(wanted);
        var third = await ApplyAsync(Mine("a"), Mine("b"));

        second.Unchanged.Count.ShouldBe(2);
        third.Unchanged.Count.ShouldBe(2);
        second.Changed.ShouldBeFalse();
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    [Trait("Guarantee", "A2")]
    public async Task Applies_only_what_differs()
    {
        await ApplyAsync(Mine("a"), Mine("b"));
        Sync();
        _server.ForgetRequests();

        var result = await ApplyAsync(Mine("a"), Mine("b", "changed"));

        result.Updated.ShouldHaveSingleItem().Key.Name.ShouldBe("b");
        _server.Requests.ShouldHaveSingleItem().Verb.ShouldBe("apply");
        _server.All<ConfigMap>().Single(it => it.Metadata.Name == "b").Data!["key"].ShouldBe("changed");
    }

    [Fact]
    public async Task An_instance_seen_before_is_not_serialised_again()
    {
        ConfigMap[] wanted = [Mine("a", new string('x', 500_000))];
        await ApplyAsync(wanted);
        Sync();
        await ApplyAsync(wanted);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var applying = ApplyAsync(wanted);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        (await applying).Unchanged.Count.ShouldBe(1);
        allocated.ShouldBeLessThan(50_000);
    }

    [Fact]
    [Trait("Guarantee", "A14")]
    public async Task Does_not_write_again_while_the_cache_lags_behind_its_own_write()
    {
        await ApplyAsync(Mine("a"));
        Sync();
        await ApplyAsync(Mine("a", "2"));
        _server.ForgetRequests();

        var result = await ApplyAsync(Mine("a", "2"));

        result.Unchanged.Count.ShouldBe(1);
        _server.Requests.ShouldBeEmpty();
    }

    /// <summary>Versions start again from an earlier one when the server's store is restored from a backup.</summary>
    [Fact]
    [Trait("Guarantee", "A14")]
    public async Task What_a_server_lost_when_it_went_back_to_older_versions_is_written_again()
    {
        await ApplyAsync(Mine("a"));
        Sync();
        var old = _server.All<ConfigMap>().Single();
        await ApplyAsync(Mine("a", "2"));
        Sync();
        await ApplyAsync(Mine("a", "2"));
        _server.Restore(old, 50);
        Sync();

        _time.Advance(TimeSpan.FromSeconds(5));
        var result = await ApplyAsync(Mine("a", "2"));

        result.Updated.ShouldHaveSingleItem();
        _server.All<ConfigMap>().Single().Data!["key"].ShouldBe("2");
    }

    [Fact]
    [Trait("Guarantee", "A14")]
    public async Task A_created_object_that_the_cache_does_not_show_is_trusted_for_five_seconds_and_then_looked_for()
    {
        await ApplyAsync(Mine("a"));
        _server.Remove(ConfigMap.ResourceType, Make.Key("a"));
        _server.ForgetRequests();

        var soon = await ApplyAsync(Mine("a"));
        soon.RecheckAfter.ShouldBe(TimeSpan.FromSeconds(5));
        _server.Requests.ShouldBeEmpty();

        _time.Advance(soon.RecheckAfter!.Value);
        var later = await ApplyAsync(Mine("a"));
        later.Created.Count.ShouldBe(1);
    }

    [Fact]
    [Trait("Guarantee", "A3")]
    public async Task What_somebody_deleted_or_changed_is_put_right()
    {
        await ApplyAsync(Mine("deleted"), Mine("changed"));
        Sync();
        await ApplyAsync(Mine("deleted"), Mine("changed"));
        _server.Remove(ConfigMap.ResourceType, Make.Key("deleted"));
        var changed = _server.All<ConfigMap>().Single(it => it.Metadata.Name == "changed");
        _server.Put(changed with { Data = new Dictionary<string, string> { ["key"] = "broken" } });
        Sync();

        var result = await ApplyAsync(Mine("deleted"), Mine("changed"));

        result.Created.ShouldHaveSingleItem().Key.Name.ShouldBe("deleted");
        result.Updated.ShouldHaveSingleItem().Key.Name.ShouldBe("changed");
        _server.All<ConfigMap>().ShouldAllBe(it => it.Data!["key"] == "v");
    }

    [Fact]
    [Trait("Guarantee", "A2")]
    public async Task After_a_restart_nothing_is_written_when_the_live_objects_still_say_all_that_is_wanted()
    {
        _server.Defaults = json => json["immutable"] ??= false;
        await ApplyAsync(Mine("a"), Workload("web"));
        Sync();
        _server.ForgetRequests();
        _set = NewProcess();

        var result = await ApplyAsync(Mine("a"), Workload("web"));

        result.Unchanged.Count.ShouldBe(2);
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    [Trait("Guarantee", "A2")]
    public async Task After_a_restart_a_field_that_was_taken_out_of_the_intent_is_removed()
    {
        var before = Mine("a") with
        {
            Data = new Dictionary<string, string> { ["key"] = "v", ["old"] = "x" },
        };
        await ApplyAsync(before);
        Sync();
        _set = NewProcess();

        var result = await ApplyAsync(Mine("a"));

        result.Updated.Count.ShouldBe(1);
        _server.All<ConfigMap>().Single().Data!.Keys.ShouldBe(["key"]);
    }

    [Fact]
    [Trait("Guarantee", "A2")]
    public async Task Status_updates_by_controllers_cause_no_writes()
    {
        _server.Defaults = json => json["metadata"]!["generation"] = 1;
        await ApplyAsync(Workload("web"));
        for (var i = 0; i < 3; i++)
        {
            var live = _server.All<StatefulSet>().Single();
            _server.Put(live with { Status = new StatefulSetStatus { ReadyReplicas = i } });
            Sync();
            _server.ForgetRequests();

            var result = await ApplyAsync(Workload("web"));

            result.Unchanged.Count.ShouldBe(1);
            _server.Requests.ShouldBeEmpty();
        }
    }

    /// <summary>
    /// The server shows the quantity in a form that no comparison here understands: one apply that changes nothing, and
    /// then silence.
    /// </summary>
    [Fact]
    [Trait("Guarantee", "A2")]
    public async Task A_difference_that_the_server_does_not_see_is_applied_once_and_not_for_ever()
    {
        _server.Defaults = json =>
        {
            json["metadata"]!["generation"] = 1;
            json["spec"]!["podManagementPolicy"] = "Normalised";
        };
        var wanted = Workload("web") with { Spec = Workload("web").Spec! with { PodManagementPolicy = "asWritten" } };
        await ApplyAsync(wanted);
        Sync();
        _set = NewProcess();
        (await ApplyAsync(wanted)).Unchanged.Count.ShouldBe(1);
        _server.ForgetRequests();

        for (var i = 0; i < 3; i++)
        {
            var live = _server.All<StatefulSet>().Single();
            _server.Put(live with { Status = new StatefulSetStatus { ReadyReplicas = i } });
            Sync();
            await ApplyAsync(wanted);
        }

        _server.Writes.ShouldBeEmpty();
    }

    [Fact]
    [Trait("Guarantee", "A5")]
    public async Task Foreign_objects_are_never_taken_over_and_named_as_failures()
    {
        _server.Put(Make.ConfigMap("seen", "theirs"));
        _server.Put(Make.ConfigMap("unseen", "theirs"));
        _configMaps.Set(_server.All<ConfigMap>().Single(it => it.Metadata.Name == "seen"));

        var result = await ApplyAsync(Mine("seen"), Mine("unseen"), Mine("free"));

        result.Created.ShouldHaveSingleItem().Key.Name.ShouldBe("free");
        result.Failures.Select(it => it.Object.Key.Name).ShouldBe(["seen", "unseen"]);
        result.Failures.ShouldAllBe(it => it.Exception is ForeignObjectException);
        result.Failures[0].Text.ShouldStartWith("ConfigMap ns/seen: a ConfigMap of this name exists");
        _server.All<ConfigMap>().Count(it => it.Data!["key"] == "theirs").ShouldBe(2);
    }

    [Fact]
    [Trait("Guarantee", "A4")]
    public async Task An_object_whose_label_was_taken_away_gets_it_back()
    {
        await ApplyAsync(Mine("a"));
        Sync();
        await ApplyAsync(Mine("a"));
        var live = _server.All<ConfigMap>().Single();
        _server.Put(live with { Metadata = live.Metadata with { Labels = null } });
        _configMaps.Remove(Make.Key("a"));

        var result = await ApplyAsync(Mine("a"));

        result.Failures.ShouldBeEmpty();
        _server.All<ConfigMap>().Single().Metadata.Labels!["set"].ShouldBe(Set);
    }

    [Fact]
    [Trait("Guarantee", "A7")]
    public async Task What_is_no_longer_wanted_is_deleted_after_everything_else_was_applied()
    {
        await ApplyAsync(Mine("old1"), Mine("old2"), Workload("oldWorkload"));
        Sync();
        _server.ForgetRequests();

        var result = await ApplyAsync(Mine("new"));

        result.Pruned.Select(it => it.Key.Name).ShouldBe(["old1", "old2", "oldWorkload"]);
        _server.Writes.Select(it => it.Verb).ShouldBe(["apply", "delete", "delete", "delete"]);
        _server.Writes[1].Resource.ShouldBe("statefulsets");
        _server.All<ConfigMap>().ShouldHaveSingleItem().Metadata.Name.ShouldBe("new");
    }

    [Fact]
    [Trait("Guarantee", "A7")]
    public async Task What_a_former_process_left_behind_is_found_by_its_owner_and_deleted()
    {
        _server.Put(Mine("left"));
        Sync();

        var result = await ApplyAsync(Mine("a"));

        result.Pruned.ShouldHaveSingleItem().Key.Name.ShouldBe("left");
    }

    [Fact]
    public async Task Objects_that_the_cache_has_not_shown_yet_are_pruned_by_memory()
    {
        await ApplyAsync(Mine("a"), Mine("b"));

        var result = await ApplyAsync(Mine("a"));

        result.Pruned.ShouldHaveSingleItem().Key.Name.ShouldBe("b");
    }

    [Fact]
    public async Task A_deletion_is_not_repeated_while_the_cache_still_shows_the_object()
    {
        await ApplyAsync(Mine("a"));
        Sync();
        await ApplyAsync();
        _server.ForgetRequests();

        await ApplyAsync();

        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    [Trait("Guarantee", "A27")]
    public async Task What_was_forbidden_is_not_asked_again_for_five_seconds_unless_it_is_something_else_now()
    {
        _server.Fault = request => request is { IsWrite: true, Key.Name: "bad" } ? Errors.Forbidden() : null;
        string[] Written() => [.. _server.Requests.Where(it => it.IsWrite).Select(it => it.Key.Name)];
        await ApplyAsync(Mine("bad"));
        _server.ForgetRequests();
        _time.Advance(TimeSpan.FromSeconds(4.9));

        var result = await ApplyAsync(Mine("bad"), Mine("good"));

        result.Failures.ShouldHaveSingleItem().Text.ShouldContain("forbidden");
        Written().ShouldBe(["good"]);
        await ApplyAsync(Mine("bad", "smaller"), Mine("good"));
        Written().ShouldBe(["good", "bad"], "something else may be allowed");

        _server.Fault = _ => null;
        (await ApplyAsync(Mine("bad", "smaller"), Mine("good"))).Failures.ShouldHaveSingleItem();
        _time.Advance(TimeSpan.FromSeconds(5));
        (await ApplyAsync(Mine("bad", "smaller"), Mine("good"))).Created.ShouldHaveSingleItem();
        _server.ForgetRequests();
        (await ApplyAsync(Mine("bad", "v"), Mine("good"))).Failures.ShouldBeEmpty("what was refused before is over");
    }

    [Fact]
    [Trait("Guarantee", "A7")]
    public async Task Nothing_is_pruned_while_an_apply_fails_and_the_others_go_on()
    {
        await ApplyAsync(Mine("old"));
        Sync();
        _server.Fault = request =>
            request is { Verb: "apply", Key.Name: "bad" }
                ? Errors.Invalid("data", "FieldValueInvalid", "must be small")
                : null;

        var result = await ApplyAsync(Mine("bad"), Mine("good"));

        result.Failures.ShouldHaveSingleItem().Object.Key.Name.ShouldBe("bad");
        result.Created.ShouldHaveSingleItem().Key.Name.ShouldBe("good");
        result.Pruned.ShouldBeEmpty();
        _server.All<ConfigMap>().ShouldContain(it => it.Metadata.Name == "old");

        _server.Fault = _ => null;
        (await ApplyAsync(Mine("bad"), Mine("good"))).Pruned.ShouldHaveSingleItem().Key.Name.ShouldBe("old");
    }

    [Fact]
    [Trait("Guarantee", "A7")]
    public async Task An_object_that_was_made_anew_by_somebody_else_survives_the_pruning_of_the_old_one()
    {
        await ApplyAsync(Mine("a"));
        Sync();
        _server.Remove(ConfigMap.ResourceType, Make.Key("a"));
        _server.Put(Make.ConfigMap("a", "theirs"));

        var result = await ApplyAsync();

        result.Pruned.ShouldBeEmpty();
        result.Failures.ShouldBeEmpty();
        _server.All<ConfigMap>().ShouldHaveSingleItem();
    }

    [Fact]
    [Trait("Guarantee", "A8")]
    public async Task Workloads_come_after_all_that_they_may_need_and_one_kind_at_a_time()
    {
        await ApplyAsync(Workload("web"), Mine("a"), Mine("b"));

        _server.Writes.Select(it => it.Resource).ShouldBe(["configmaps", "configmaps", "statefulsets"]);
    }

    [Fact]
    public async Task Eight_requests_are_under_way_at_once_and_no_more()
    {
        var inside = 0;
        var most = 0;
        var release = new TaskCompletionSource();
        _server.Gate = async request =>
        {
            if (request.Verb == "apply")
            {
                InterlockedMax(ref most, Interlocked.Increment(ref inside));
                await release.Task;
                Interlocked.Decrement(ref inside);
            }
        };

        var applying = ApplyAsync([.. Enumerable.Range(0, 30).Select(i => Mine($"o{i}"))]);
        await Eventually.TrueAsync(() => Volatile.Read(ref inside) == 8, "eight are under way");
        release.SetResult();
        (await applying).Created.Count.ShouldBe(30);

        most.ShouldBe(8);
    }

    [Fact]
    [Trait("Guarantee", "A11")]
    public async Task A_StatefulSet_whose_immutable_fields_change_is_made_anew_and_its_pods_orphaned()
    {
        await ApplyAsync(Workload("web"));
        Sync();
        var uid = _server.All<StatefulSet>().Single().Metadata.Uid;
        _server.ForgetRequests();

        var result = await ApplyAsync(Workload("web", serviceName: "other"));

        result.Recreated.ShouldHaveSingleItem().ToString().ShouldBe("StatefulSet ns/web");
        result.Succeeded.ShouldBeTrue();
        _server
            .Writes.Select(it => (it.Verb, it.Detail))
            .ShouldBe([("apply", ""), ("delete", "Orphan"), ("apply", "")]);
        var now = _server.All<StatefulSet>().Single();
        now.Metadata.Uid.ShouldNotBe(uid);
        now.Spec!.ServiceName.ShouldBe("other");
    }

    [Fact]
    [Trait("Guarantee", "A11")]
    public async Task A_StatefulSet_is_made_anew_only_when_the_old_one_is_gone()
    {
        await ApplyAsync(Workload("web"));
        Sync();
        _server.HoldDeletions = true;
        var applying = ApplyAsync(Workload("web", serviceName: "other"));
        await Eventually.TrueAsync(() => _time.PendingTimers == 1, "it waits for the deletion");
        _server.Remove(StatefulSet.ResourceType, Make.Key("web"));
        await _time.AdvanceUntilAsync(() => applying.IsCompleted, TimeSpan.FromSeconds(30));

        (await applying).Recreated.Count.ShouldBe(1);
        _server.All<StatefulSet>().Single().Spec!.ServiceName.ShouldBe("other");
    }

    [Fact]
    [Trait("Guarantee", "A11")]
    public async Task A_StatefulSet_that_does_not_go_away_is_a_failure_after_30_seconds()
    {
        await ApplyAsync(Workload("web"));
        Sync();
        _server.HoldDeletions = true;
        var applying = ApplyAsync(Workload("web", serviceName: "other"));

        await _time.AdvanceUntilAsync(() => applying.IsCompleted, TimeSpan.FromMinutes(1));

        (await applying).Failures.ShouldHaveSingleItem().Exception.Message.ShouldContain("metadata.finalizers");
    }

    [Fact]
    public async Task Other_refusals_of_a_StatefulSet_are_failures()
    {
        await ApplyAsync(Workload("web"));
        Sync();
        _server.Fault = request =>
            request.Verb == "apply" ? Errors.Invalid("spec.template.spec", "FieldValueRequired", "missing") : null;

        var result = await ApplyAsync(Workload("web", serviceName: "other"));

        result.Failures.ShouldHaveSingleItem().Exception.ShouldBeOfType<KubernetesApiException>();
        _server.All<StatefulSet>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_kind_without_a_store_is_a_failure_that_says_so()
    {
        var secret = new Secret { Metadata = Meta("s") };
        var result = await ApplyAsync(secret);
        result.Failures.ShouldHaveSingleItem().Exception.Message.ShouldContain("No store of secrets");
    }

    [Fact]
    [Trait("Guarantee", "A1")]
    public async Task Unnamed_and_repeated_objects_are_refused_by_name()
    {
        (await Should.ThrowAsync<ArgumentException>(ApplyAsync(Mine("a"), Mine("a")))).Message.ShouldContain(
            "ConfigMap ns/a is wanted twice"
        );
        (await Should.ThrowAsync<ArgumentException>(ApplyAsync(new ConfigMap()))).Message.ShouldContain(
            "metadata.name"
        );
    }

    [Fact]
    public async Task Cancellation_ends_it()
    {
        using var cancel = new CancellationTokenSource();
        _server.Gate = _ => Task.Delay(Timeout.Infinite, cancel.Token);
        var applying = _set.ApplyAsync(Set, [Mine("a")], _owned.Of(Set), cancel.Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(applying.InTime());
    }

    private static void InterlockedMax(ref int most, int value)
    {
        var seen = Volatile.Read(ref most);
        while (value > seen && Interlocked.CompareExchange(ref most, value, seen) is var now && now != seen)
        {
            seen = now;
        }
    }
}
