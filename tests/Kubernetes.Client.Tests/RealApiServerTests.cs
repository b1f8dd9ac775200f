using System.Globalization;
using System.Text.Json;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

/// <summary>What the client does with objects, on a real server.</summary>
public sealed class RealApiServerTests : RealApiServer
{
    [Fact]
    public async Task Create_read_replace_patch_and_delete()
    {
        var key = new ObjectKey(Ns, "settings");
        var created = await Client.CreateAsync(Settings("a"), new WriteOptions(), Token);
        created.Metadata.Uid.ShouldNotBeNullOrEmpty();

        var taken = await Should.ThrowAsync<KubernetesApiException>(() =>
            Client.CreateAsync(Settings("a"), new WriteOptions(), Token)
        );
        taken.Kind.ShouldBe(KubernetesErrorKind.AlreadyExists);

        var read = await Client.GetAsync<ConfigMap>(key, Token);
        read.Data.ShouldBe(created.Data);

        var replaced = await Client.ReplaceAsync(
            read with
            {
                Data = new Dictionary<string, string> { ["key"] = "b" },
            },
            new WriteOptions(),
            Token
        );
        replaced.Data!["key"].ShouldBe("b");

        var stale = await Should.ThrowAsync<KubernetesApiException>(() =>
            Client.ReplaceAsync(read, new WriteOptions(), Token)
        );
        stale.Kind.ShouldBe(KubernetesErrorKind.Conflict);

        var patched = await Client.PatchAsync<ConfigMap>(
            key,
            Patch.Merge("""{"data":{"other":"c"}}"""u8.ToArray()),
            new WriteOptions(),
            Token
        );
        patched.Data!.Keys.Order().ShouldBe(["key", "other"]);

        var wrongUid = await Should.ThrowAsync<KubernetesApiException>(() =>
            Client.DeleteAsync<ConfigMap>(key, new DeleteRequest { Uid = "another" }, Token)
        );
        wrongUid.Kind.ShouldBe(KubernetesErrorKind.Conflict);
        (
            await Client.DeleteAsync<ConfigMap>(key, new DeleteRequest { Uid = created.Metadata.Uid }, Token)
        ).ShouldBeTrue();
        (await Client.DeleteAsync<ConfigMap>(key, new DeleteRequest(), Token)).ShouldBeFalse();
        (await Client.FindAsync<ConfigMap>(key, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Lists_in_pages_and_by_label()
    {
        for (var i = 0; i < 7; i++)
        {
            await Client.CreateAsync(Named($"page-{i}", "app", i % 2 == 0 ? "even" : "odd"), new WriteOptions(), Token);
        }
        var first = await Client.ListPageAsync<ConfigMap>(new ListRequest { Namespace = Ns, Limit = 3 }, Token);
        first.Items.Count.ShouldBe(3);
        first.Continue.ShouldNotBeNull();

        var all = await Client.ListAsync<ConfigMap>(new ListRequest { Namespace = Ns, Limit = 3 }, Token);
        all.Items.Count(item => item.Metadata.Name!.StartsWith("page-", StringComparison.Ordinal)).ShouldBe(7);
        all.Items.ShouldAllBe(item => item.Kind == "ConfigMap" && item.ApiVersion == "v1");

        var selector = new LabelSelector
        {
            MatchExpressions =
            [
                new LabelSelectorRequirement
                {
                    Key = "app",
                    Operator = "In",
                    Values = ["even", "none"],
                },
            ],
        };
        var even = await Client.ListAsync<ConfigMap>(
            new ListRequest { Namespace = Ns, LabelSelector = selector.ToSelectorString() },
            Token
        );
        even.Items.Count.ShouldBe(4);
        even.Items.ShouldAllBe(item => selector.Matches(item.Metadata.Labels));
    }

    [Fact]
    public async Task Watch_tells_what_happens()
    {
        var start = await Client.ListAsync<ConfigMap>(new ListRequest { Namespace = Ns }, Token);
        var seen = new List<(WatchEventType, string)>();
        await Client.CreateAsync(Named("watched", "step", "1"), new WriteOptions(), Token);
        await foreach (
            var change in Client.WatchAsync<ConfigMap>(
                new WatchRequest
                {
                    Namespace = Ns,
                    ResourceVersion = start.ResourceVersion,
                    FieldSelector = "metadata.name=watched",
                },
                Token
            )
        )
        {
            change.ResourceVersion.ShouldNotBeEmpty();
            if (change.Object is not { } changed)
            {
                continue;
            }
            seen.Add((change.Type, changed.Metadata.Labels!["step"]));
            if (change.Type == WatchEventType.Added)
            {
                await Client.ApplyAsync(Named("watched", "step", "2"), Forced, Token);
            }
            else if (change.Type == WatchEventType.Modified)
            {
                await Client.DeleteAsync<ConfigMap>(changed.Key, new DeleteRequest(), Token);
            }
            else
            {
                break;
            }
        }
        seen.ShouldBe([(WatchEventType.Added, "1"), (WatchEventType.Modified, "2"), (WatchEventType.Deleted, "2")]);
    }

    [Fact]
    public async Task A_version_that_the_server_has_not_reached_asks_for_a_new_list()
    {
        var request = new ListRequest
        {
            Namespace = Ns,
            ResourceVersion = "4000000000",
            Limit = null,
        };
        var e = await Should.ThrowAsync<KubernetesApiException>(() => Client.ListPageAsync<ConfigMap>(request, Token));
        e.Kind.ShouldBe(KubernetesErrorKind.Expired, e.Message);
    }

    [Fact]
    public async Task Watch_ends_when_its_time_is_over()
    {
        var start = await Client.ListAsync<Secret>(new ListRequest { Namespace = Ns }, Token);
        var request = new WatchRequest
        {
            Namespace = Ns,
            ResourceVersion = start.ResourceVersion,
            Timeout = TimeSpan.FromSeconds(1),
        };
        var added = 0;
        await foreach (var change in Client.WatchAsync<Secret>(request, Token))
        {
            added += change.Type == WatchEventType.Modified ? 1 : 0;
        }
        added.ShouldBe(0);
    }

    [Fact]
    public async Task Apply_owns_what_it_sends_and_conflicts_where_others_own()
    {
        var first = await Client.ApplyAsync(Settings("a"), new WriteOptions { FieldManager = "one" }, Token);
        var again = await Client.ApplyAsync(Settings("a"), new WriteOptions { FieldManager = "one" }, Token);
        again.Metadata.ResourceVersion.ShouldBe(first.Metadata.ResourceVersion);

        var conflict = await Should.ThrowAsync<KubernetesApiException>(() =>
            Client.ApplyAsync(Settings("b"), new WriteOptions { FieldManager = "two" }, Token)
        );
        conflict.Kind.ShouldBe(KubernetesErrorKind.Conflict);
        conflict.Causes.ShouldContain(cause => cause.Field == ".data.key");

        // A whole object as it was read, with all that the server had set, may be applied as it is.
        var taken = await Client.ApplyAsync(
            first with
            {
                Data = new Dictionary<string, string> { ["key"] = "b" },
            },
            new WriteOptions { FieldManager = "two", Force = true },
            Token
        );
        taken.Data!["key"].ShouldBe("b");

        var dry = await Client.ApplyAsync(
            Settings("dry"),
            new WriteOptions
            {
                FieldManager = "two",
                Force = true,
                DryRun = true,
            },
            Token
        );
        dry.Data!["key"].ShouldBe("dry");
        (await Client.GetAsync<ConfigMap>(first.Key, Token)).Data!["key"].ShouldBe("b");
    }

    [Fact]
    public async Task Manifests_of_any_kind_are_applied_custom_resources_too()
    {
        var group = $"{Ns}.example.org";
        var crd = Manifests.Parse(
            $$"""
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: gadgets.{{group}}
            spec:
              group: {{group}}
              names: {kind: Gadget, listKind: GadgetList, plural: gadgets, singular: gadget}
              scope: Namespaced
              versions:
                - name: v1
                  served: true
                  storage: true
                  subresources: {status: {} }
                  schema:
                    openAPIV3Schema:
                      type: object
                      properties:
                        spec: {type: object, properties: {size: {type: integer, minimum: 1}, note: {type: string} } }
                        status: {type: object, properties: {phase: {type: string} } }
            """
        );
        try
        {
            await Client.ApplyAsync(crd.Single(), Forced, Token);
            var gadget = Manifests
                .Parse(
                    $$"""{ apiVersion: {{group}}/v1, kind: Gadget, metadata: {name: g, namespace: {{Ns}} }, spec: {size: 2, note: "007"} }"""
                )
                .Single();
            var applied = await UntilServed(() => Client.ApplyAsync(gadget, Forced, Token));
            applied["spec"]!.Value.GetProperty("note").GetString().ShouldBe("007");

            var type = (await Client.DiscoverAsync($"{group}/v1", "Gadget", Token)).ShouldNotBeNull();
            type.ShouldBe(new ResourceType(group, "v1", "Gadget", "gadgets", Namespaced: true));

            var withStatus = gadget with
            {
                Type = type,
                ExtensionFields = new Dictionary<string, JsonElement>
                {
                    ["status"] = JsonElement.Parse("""{"phase":"Ready"}"""u8),
                },
            };
            await Client.ApplyAsync(
                withStatus,
                new WriteOptions { FieldManager = "client-test-status", Subresource = "status" },
                Token
            );
            var read = (await Client.FindAsync(type, gadget.Key, Token)).ShouldNotBeNull();
            read["status"]!.Value.GetProperty("phase").GetString().ShouldBe("Ready");

            var invalid = gadget with
            {
                ExtensionFields = new Dictionary<string, JsonElement>
                {
                    ["spec"] = JsonElement.Parse("""{"size":0}"""u8),
                },
            };
            var refused = await Should.ThrowAsync<KubernetesApiException>(() =>
                Client.ApplyAsync<KubernetesObject>(invalid, Forced, Token)
            );
            refused.Kind.ShouldBe(KubernetesErrorKind.Invalid);
            refused.Causes.ShouldContain(cause => cause.Field == "spec.size");

            var undeclared = gadget with
            {
                ExtensionFields = new Dictionary<string, JsonElement>
                {
                    ["spec"] = JsonElement.Parse("""{"sise":1}"""u8),
                },
            };
            var unknown = await Should.ThrowAsync<KubernetesApiException>(() =>
                Client.ApplyAsync(undeclared, Forced, Token)
            );
            unknown.Kind.ShouldBe(KubernetesErrorKind.Invalid);

            (await Client.DeleteAsync(type, gadget.Key, new DeleteRequest(), Token)).ShouldBeTrue();
        }
        finally
        {
            await Client.DeleteAsync<CustomResourceDefinition>(
                new ObjectKey("", $"gadgets.{group}"),
                new DeleteRequest(),
                CancellationToken.None
            );
        }
    }

    [Fact]
    public async Task Discovery_finds_what_is_there_and_null_for_the_rest()
    {
        (await Client.DiscoverAsync("apps/v1", "Deployment", Token)).ShouldBe(Deployment.ResourceType);
        (await Client.DiscoverAsync("v1", "Namespace", Token)).ShouldBe(Namespace.ResourceType);
        (await Client.DiscoverAsync("v1", "Nothing", Token)).ShouldBeNull();
        (await Client.DiscoverAsync("nobody.example.org/v1", "Nothing", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task What_the_server_says_is_told_apart()
    {
        await Client.CreateAsync(Settings("a"), new WriteOptions(), Token);

        (await ReasonAsync(() => Client.GetAsync<ConfigMap>(new ObjectKey(Ns, "none"), Token))).ShouldBe(
            KubernetesStatusReason.NotFound
        );
        (await ReasonAsync(() => Client.CreateAsync(Settings("a"), new WriteOptions(), Token))).ShouldBe(
            KubernetesStatusReason.AlreadyExists
        );
        (
            await ReasonAsync(() =>
                Client.PatchAsync<ConfigMap>(
                    new ObjectKey(Ns, "settings"),
                    new Patch("text/plain", "x"u8.ToArray()),
                    new WriteOptions(),
                    Token
                )
            )
        ).ShouldBe(KubernetesStatusReason.UnsupportedMediaType);
        (
            await ReasonAsync(() =>
                Client.PatchAsync<ConfigMap>(
                    new ObjectKey(Ns, "settings"),
                    Patch.Json("{"u8.ToArray()),
                    new WriteOptions(),
                    Token
                )
            )
        ).ShouldBe(KubernetesStatusReason.BadRequest);

        static async Task<KubernetesStatusReason> ReasonAsync(Func<Task> call) =>
            (await Should.ThrowAsync<KubernetesApiException>(call)).Reason;
    }

    [Fact]
    public async Task An_update_is_made_on_top_of_what_others_wrote()
    {
        await Client.CreateAsync(Settings("0"), new WriteOptions(), Token);
        var key = new ObjectKey(Ns, "settings");

        // All read the same at first; all but one are too late, and try again.
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Client.UpdateAsync<ConfigMap>(
                        key,
                        read =>
                            read with
                            {
                                Data = new Dictionary<string, string>
                                {
                                    ["key"] = $"{int.Parse(read.Data!["key"], CultureInfo.InvariantCulture) + 1}",
                                },
                            },
                        new WriteOptions(),
                        Token
                    )
                )
        );

        (await Client.GetAsync<ConfigMap>(key, Token)).Data!["key"].ShouldBe("4");
    }

    [Fact]
    public async Task Plain_requests_are_authenticated_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/version");
        using var response = await Client.SendAsync(request, Token);
        response.EnsureSuccessStatusCode();
        (await response.Content.ReadAsStringAsync(Token)).ShouldContain("gitVersion");
    }

    [Fact]
    public async Task Large_answers_which_the_server_compresses_arrive_whole()
    {
        var value = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"{i} "));
        await Client.CreateAsync(Settings(value), new WriteOptions(), Token);
        (await Client.GetAsync<ConfigMap>(new ObjectKey(Ns, "settings"), Token)).Data!["key"].ShouldBe(value);
    }

    [Fact]
    public async Task Too_much_data_is_told_apart_from_other_faults()
    {
        var big = Settings(new string('x', 1_100_000));
        var e = await Should.ThrowAsync<KubernetesApiException>(() =>
            Client.CreateAsync(big, new WriteOptions(), Token)
        );
        e.Kind.ShouldBe(KubernetesErrorKind.TooLarge, e.Message);

        var badName = Named("Not_A_Name", "a", "b");
        var invalid = await Should.ThrowAsync<KubernetesApiException>(() =>
            Client.CreateAsync(badName, new WriteOptions(), Token)
        );
        invalid.Kind.ShouldBe(KubernetesErrorKind.Invalid);
        invalid.Causes.ShouldContain(cause => cause.Field == "metadata.name");
    }

    private static WriteOptions Forced => new() { FieldManager = "client-test", Force = true };

    private ConfigMap Named(string name, string label, string value) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = name,
                Namespace = Ns,
                Labels = new Dictionary<string, string> { [label] = value },
            },
        };

    /// <summary>A new kind is served some time after its definition is accepted.</summary>
    private async Task<T> UntilServed<T>(Func<Task<T>> call)
    {
        const int MostTries = 300;
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await call();
            }
            catch (KubernetesApiException e) when (e.Kind == KubernetesErrorKind.NotFound && tries < MostTries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), Token);
            }
        }
    }
}
