using System.Text.Json;
using Binnacle.Testing;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Status;
using Kubernetes.Runtime.Tests.Fakes;

namespace Kubernetes.Runtime.Tests.Status;

public sealed class StatusWriterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeApiServer _server = new();
    private readonly ManualTimeProvider _time = new();
    private readonly StatusWriter _writer;

    public StatusWriterTests() => _writer = new StatusWriter(_server, "tester-status", _time);

    [Fact]
    [Trait("Guarantee", "A21")]
    public async Task Writes_once_and_then_nothing()
    {
        var live = _server.Put(Set(null));
        var wanted = new StatefulSetStatus { ReadyReplicas = 1, Conditions = [Ready("True", Noon)] };

        (await WriteAsync(live, wanted)).ShouldBeTrue();
        live = _server.All<StatefulSet>().Single();
        live.Status!.ReadyReplicas.ShouldBe(1);
        _server.ForgetRequests();

        (await WriteAsync(live, wanted)).ShouldBeFalse();
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_written_is_remembered_for_a_minute_and_not_for_ever()
    {
        foreach (var round in Enumerable.Range(0, 2))
        {
            var live = _server.Put(Set(null) with { Metadata = Set(null).Metadata with { Name = $"set-{round}" } });
            await WriteAsync(live, new StatefulSetStatus { ReadyReplicas = 1 });
            _writer.Remembered.ShouldBe(1);

            // Nobody asks about it again.
            await _time.AdvanceUntilAsync(() => _writer.Remembered == 0, TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    [Trait("Guarantee", "A21")]
    public async Task The_transition_time_alone_is_nothing_new()
    {
        var live = _server.Put(Set(new StatefulSetStatus { Conditions = [Ready("True", Noon)] }));

        (
            await WriteAsync(live, new StatefulSetStatus { Conditions = [Ready("True", Noon.AddHours(1))] })
        ).ShouldBeFalse();

        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    [Trait("Guarantee", "A21")]
    public async Task The_patch_has_only_differing_fields_and_keeps_transition_times()
    {
        var old = new StatefulSetStatus
        {
            Replicas = 3,
            ReadyReplicas = 1,
            CollisionCount = 7,
            Conditions = [Ready("True", Noon)],
        };
        var live = _server.Put(Set(old));
        var wanted = new StatefulSetStatus
        {
            Replicas = 3,
            ReadyReplicas = 2,
            Conditions = [Ready("True", Noon.AddHours(1)) with { Message = "new words" }],
        };

        (await WriteAsync(live, wanted)).ShouldBeTrue();

        var patch = JsonElement.Parse(_server.Writes.Single().Detail).GetProperty("status");
        patch
            .EnumerateObject()
            .Select(it => it.Name)
            .ShouldBe(["readyReplicas", "conditions", "collisionCount"], ignoreOrder: true);
        patch.GetProperty("collisionCount").ValueKind.ShouldBe(JsonValueKind.Null);
        var condition = patch.GetProperty("conditions")[0];
        condition.GetProperty("lastTransitionTime").GetString().ShouldBe("2026-01-01T12:00:00Z");
        condition.GetProperty("message").GetString().ShouldBe("new words");
    }

    [Fact]
    [Trait("Guarantee", "A21")]
    public async Task A_flip_brings_its_own_transition_time()
    {
        var live = _server.Put(Set(new StatefulSetStatus { Conditions = [Ready("True", Noon)] }));

        await WriteAsync(live, new StatefulSetStatus { Conditions = [Ready("False", Noon.AddHours(1))] });

        _server.All<StatefulSet>().Single().Status!.Conditions!.Single().LastTransitionTime.ShouldBe(Noon.AddHours(1));
    }

    [Fact]
    public async Task An_object_that_is_gone_is_no_failure()
    {
        var live = _server.Put(Set(null));
        _server.Remove(StatefulSet.ResourceType, live.Key);

        (await WriteAsync(live, new StatefulSetStatus { Replicas = 1 })).ShouldBeFalse();
    }

    /// <summary>Otherwise going back to the old status before the cache caught up would look like nothing to do.</summary>
    [Fact]
    [Trait("Guarantee", "A21")]
    public async Task Compares_with_what_it_wrote_itself_until_the_cache_has_caught_up()
    {
        var cached = _server.Put(Set(new StatefulSetStatus { Replicas = 1 }));
        (await WriteAsync(cached, new StatefulSetStatus { Replicas = 2 })).ShouldBeTrue();

        (await WriteAsync(cached, new StatefulSetStatus { Replicas = 2 })).ShouldBeFalse();
        (await WriteAsync(cached, new StatefulSetStatus { Replicas = 1 })).ShouldBeTrue();

        _server.All<StatefulSet>().Single().Status!.Replicas.ShouldBe(1);
    }

    [Fact]
    [Trait("Guarantee", "A21")]
    public async Task What_somebody_else_wrote_meanwhile_is_not_overwritten_unseen()
    {
        var cached = _server.Put(Set(new StatefulSetStatus { Replicas = 1 }));
        var theirs = _server.Put(cached with { Status = new StatefulSetStatus { Replicas = 9 } });

        var refused = await Should.ThrowAsync<KubernetesApiException>(
            WriteAsync(cached, new StatefulSetStatus { Replicas = 2 })
        );

        refused.Kind.ShouldBe(KubernetesErrorKind.Conflict);
        _server.All<StatefulSet>().Single().Status!.Replicas.ShouldBe(9);
        (await WriteAsync(theirs, new StatefulSetStatus { Replicas = 2 })).ShouldBeTrue();
    }

    [Fact]
    public async Task Others_changes_count_once_the_cache_has_caught_up()
    {
        var cached = _server.Put(Set(new StatefulSetStatus { Replicas = 1 }));
        await WriteAsync(cached, new StatefulSetStatus { Replicas = 2 });
        cached = _server.Put(
            _server.All<StatefulSet>().Single() with
            {
                Status = new StatefulSetStatus { Replicas = 9 },
            }
        );

        (await WriteAsync(cached, new StatefulSetStatus { Replicas = 2 })).ShouldBeTrue();
    }

    /// <summary>Versions start again from an earlier one when the server's store is restored from a backup.</summary>
    [Fact]
    [Trait("Guarantee", "A21")]
    public async Task A_server_that_went_back_to_older_versions_is_believed_after_a_minute()
    {
        var live = _server.Put(Set(new StatefulSetStatus { Replicas = 1 }));
        await WriteAsync(live, new StatefulSetStatus { Replicas = 2 });
        _server.Restore(live, 50);
        live = _server.All<StatefulSet>().Single();
        await Should.ThrowAsync<KubernetesApiException>(WriteAsync(live, new StatefulSetStatus { Replicas = 3 }));

        _time.Advance(TimeSpan.FromMinutes(1));

        (await WriteAsync(live, new StatefulSetStatus { Replicas = 3 })).ShouldBeTrue();
        _server.All<StatefulSet>().Single().Status!.Replicas.ShouldBe(3);
    }

    public static TheoryData<string, string, string, string?> Diffs =>
        new()
        {
            { "key order", """{"a":1,"b":2}""", """{"b":2,"a":1}""", null },
            { "null against missing", """{"a":1}""", """{"a":1,"b":null}""", null },
            { "null in live", """{"a":1,"b":null}""", """{"a":1}""", null },
            { "nested null", """{"a":{"x":1}}""", """{"a":{"x":1,"y":null}}""", null },
            { "null in a list", """{"a":[{"x":1}]}""", """{"a":[{"x":1,"y":null}]}""", null },
            { "changed", """{"a":1,"b":2}""", """{"a":1,"b":3}""", """{"status":{"b":3}}""" },
            { "removed", """{"a":1,"b":2}""", """{"a":1}""", """{"status":{"b":null}}""" },
            {
                "removed in an object",
                """{"a":{"x":1,"y":2}}""",
                """{"a":{"x":1}}""",
                """{"status":{"a":{"y":null}}}"""
            },
            { "object for a scalar", """{"a":1}""", """{"a":{"x":1}}""", """{"status":{"a":{"x":1}}}""" },
            { "lists are whole", """{"a":[1,2]}""", """{"a":[1]}""", """{"status":{"a":[1]}}""" },
            { "order in lists", """{"a":[1,2]}""", """{"a":[2,1]}""", """{"status":{"a":[2,1]}}""" },
            {
                "a condition's generation",
                """{"conditions":[{"type":"R","status":"True","lastTransitionTime":"t","observedGeneration":1}]}""",
                """{"conditions":[{"type":"R","status":"True","lastTransitionTime":"u","observedGeneration":2}]}""",
                """{"status":{"conditions":[{"type":"R","status":"True","observedGeneration":2,"lastTransitionTime":"t"}]}}"""
            },
            {
                "a condition less",
                """{"conditions":[{"type":"R","status":"True"},{"type":"S","status":"True"}]}""",
                """{"conditions":[{"type":"R","status":"True"}]}""",
                """{"status":{"conditions":[{"type":"R","status":"True"}]}}"""
            },
        };

    [Theory]
    [MemberData(nameof(Diffs))]
    [Trait("Guarantee", "A21")]
    public void Differences_are_semantic(string what, string live, string desired, string? expected)
    {
        var diff = StatusDiff.Of(JsonElement.Parse(live), JsonElement.Parse(desired), version: null);
        (diff is null ? null : System.Text.Encoding.UTF8.GetString(diff.Value.Span)).ShouldBe(expected, what);
    }

    [Fact]
    public void Conditions_keep_their_transition_time_unless_the_status_flips()
    {
        var first = Conditions.Set(null, Ready("Unknown"), Noon);
        first.ShouldHaveSingleItem().LastTransitionTime.ShouldBe(Noon);

        var same = Conditions.Set(first, Ready("Unknown"), Noon.AddMinutes(1));
        same.ShouldBeSameAs(first);

        var words = Conditions.Set(first, Ready("Unknown") with { Message = "m" }, Noon.AddMinutes(2));
        words.Single().LastTransitionTime.ShouldBe(Noon);

        var flipped = Conditions.Set(words, Ready("True"), Noon.AddMinutes(3));
        flipped.Single().LastTransitionTime.ShouldBe(Noon.AddMinutes(3));
        first.Single().Status.ShouldBe("Unknown");

        var second = Conditions.Set(flipped, new Condition { Type = "Degraded", Status = "False" }, Noon);
        second.Select(it => it.Type).ShouldBe(["Ready", "Degraded"]);
        Conditions.IsTrue(second, "Ready").ShouldBeTrue();
        Conditions.IsTrue(second, "Degraded").ShouldBeFalse();
        Conditions.Find(second, "Other").ShouldBeNull();
        Conditions.Remove(second, "Ready").Select(it => it.Type).ShouldBe(["Degraded"]);
        Conditions.Remove(second, "Other").ShouldBeSameAs(second);
    }

    private Task<bool> WriteAsync(StatefulSet live, StatefulSetStatus status) =>
        _writer.WriteAsync(
            live,
            status,
            KubernetesJsonContext.Default.StatefulSetStatus,
            TestContext.Current.CancellationToken
        );

    private static StatefulSet Set(StatefulSetStatus? status) =>
        new()
        {
            Metadata = new ObjectMeta { Namespace = "ns", Name = "web" },
            Status = status,
        };

    private static WorkloadCondition Ready(string status, DateTimeOffset at) =>
        new()
        {
            Type = "Ready",
            Status = status,
            LastTransitionTime = at,
        };

    private static Condition Ready(string status) => new() { Type = "Ready", Status = status };
}
