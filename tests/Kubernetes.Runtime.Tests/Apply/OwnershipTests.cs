using Binnacle.Testing;
using Kubernetes.Models;
using Kubernetes.Runtime.Apply;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Tests.Fakes;

namespace Kubernetes.Runtime.Tests.Apply;

/// <summary>Whose an object is, by label, by owner and by memory.</summary>
public sealed class OwnershipTests
{
    private const string Set = "main";

    private readonly FakeApiServer _server = new();
    private readonly Store<ConfigMap> _configMaps = new();
    private readonly OwnedObjects _owned;
    private readonly ApplySet _set;

    public OwnershipTests()
    {
        _owned = new OwnedObjects(metadata => metadata.Labels?.GetValueOrDefault("set") is { } set ? [set] : []).Add(
            _configMaps
        );
        _set = new ApplySet(_server, "tester", new ManualTimeProvider(), new RecordingLogger());
    }

    public static TheoryData<string, string?, OwnerReference?, bool> There() =>
        new()
        {
            { "ours by label and owner", Set, Owner("Stack", "main", "u1"), true },
            { "ours by label alone", Set, null, true },
            { "ours by owner alone", null, Owner("Stack", "main", "u1"), true },
            { "of the same owner before it was made anew", Set, Owner("Stack", "main", "u0"), true },
            { "nobody's", null, null, false },
            { "another set's", "other", null, false },
            { "another owner's of the same kind", Set, Owner("Stack", "other", "u2"), false },
            { "another kind's of the same name", Set, Owner("Chart", "main", "u2"), false },
            { "another group's", Set, Owner("Stack", "main", "u2") with { ApiVersion = "other.io/v1" }, false },
        };

    [Theory, MemberData(nameof(There))]
    [Trait("Guarantee", "A4")]
    [Trait("Guarantee", "A5")]
    public async Task Only_what_is_ours_is_written(string what, string? label, OwnerReference? owner, bool isOurs)
    {
        var there = _server.Put(Object("a", label, owner, "before"));
        _configMaps.Replace([there], initial: false);

        var result = await ApplyAsync(Object("a", Set, Owner("Stack", "main", "u1"), "after"));

        result.Failures.Count.ShouldBe(isOurs ? 0 : 1, what);
        _server.All<ConfigMap>().Single().Data!["key"].ShouldBe(isOurs ? "after" : "before", what);
        if (!isOurs)
        {
            result.Failures[0].Reason.ShouldBe(ApplyReasons.ForeignObject);
        }
    }

    /// <summary>Between the look whether a name is free and the write, somebody else may take it.</summary>
    [Fact]
    [Trait("Guarantee", "A5")]
    public async Task What_somebody_else_makes_in_the_last_moment_is_not_taken_over()
    {
        _server.Gate = request =>
        {
            if (request.Verb == "apply" && _server.All<ConfigMap>().Count == 0)
            {
                _server.Put(Object("a", label: null, owner: null, "theirs"));
            }

            return Task.CompletedTask;
        };
        var wanted = Object("a", Set, Owner("Stack", "main", "u1"), "ours");

        (await ApplyAsync(wanted)).Failures.ShouldHaveSingleItem();
        (await ApplyAsync(wanted)).Failures.ShouldHaveSingleItem().Reason.ShouldBe(ApplyReasons.ForeignObject);

        var there = _server.All<ConfigMap>().Single();
        there.Data!["key"].ShouldBe("theirs");
        there.Metadata.Labels.ShouldBeNull();
    }

    /// <summary>The object that the cache shows is gone, and somebody has taken its name.</summary>
    [Fact]
    [Trait("Guarantee", "A5")]
    [Trait("Guarantee", "A29")]
    public async Task What_took_the_name_of_ours_is_not_taken_over_while_the_cache_shows_ours()
    {
        var wanted = Object("a", Set, Owner("Stack", "main", "u1"), "ours");
        await ApplyAsync(wanted);
        _configMaps.Replace(_server.All<ConfigMap>(), initial: false);
        _server.Remove(ConfigMap.ResourceType, Make.Key("a"));
        var theirs = _server.Put(Object("a", label: null, owner: null, "theirs"));

        var result = await ApplyAsync(Object("a", Set, Owner("Stack", "main", "u1"), "changed"));

        result.Failures.ShouldHaveSingleItem().Reason.ShouldBe(ApplyReasons.ForeignObject);
        _server.All<ConfigMap>().ShouldHaveSingleItem().ShouldBe(theirs);
    }

    [Fact]
    [Trait("Guarantee", "A7")]
    public async Task A_copy_that_another_controller_owns_is_not_pruned()
    {
        _server.Put(Object("ours", Set, Owner("Stack", "main", "u1"), "x"));
        _server.Put(Object("copy", Set, Owner("Copier", "c", "u9"), "x"));
        _configMaps.Replace(_server.All<ConfigMap>(), initial: false);

        var result = await ApplyAsync(Object("a", Set, Owner("Stack", "main", "u1"), "x"));

        result.Pruned.ShouldHaveSingleItem().Key.Name.ShouldBe("ours");
        _server.All<ConfigMap>().Select(it => it.Metadata.Name).Order().ShouldBe(["a", "copy"]);
    }

    private Task<ApplyResult> ApplyAsync(params KubernetesObject[] desired) =>
        _set.ApplyAsync(Set, desired, _owned.Of(Set), TestContext.Current.CancellationToken);

    private static OwnerReference Owner(string kind, string name, string uid) =>
        new()
        {
            ApiVersion = "example.io/v1",
            Kind = kind,
            Name = name,
            Uid = uid,
            Controller = true,
        };

    private static ConfigMap Object(string name, string? label, OwnerReference? owner, string value) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Namespace = "ns",
                Name = name,
                Labels = label is null ? null : new Dictionary<string, string> { ["set"] = label },
                OwnerReferences = owner is null ? null : [owner],
            },
            Data = new Dictionary<string, string> { ["key"] = value },
        };
}
