using System.Text.Json;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

/// <summary>
/// The client against the API server that <c>BINNACLE_TEST_KUBECONFIG</c> names. Everything is made in a namespace of
/// the test's own, and removed.
/// </summary>
public sealed class RealApiServerTests : IAsyncLifetime
{
    private const string Variable = "BINNACLE_TEST_KUBECONFIG";

    private static readonly string? Kubeconfig = Environment.GetEnvironmentVariable(Variable);

    private readonly string ns = $"client-test-{Guid.NewGuid():N}"[..24];
    private readonly CancellationTokenSource deadline = new(TimeSpan.FromMinutes(2));
    private KubernetesClient client = null!;

    private CancellationToken Token => deadline.Token;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(Kubeconfig),
            $"{Variable} names no kubeconfig of a cluster to test against"
        );
        client = new KubernetesClient(KubernetesClientConfiguration.Load(Kubeconfig));
        await client.CreateAsync(new Namespace { Metadata = new ObjectMeta { Name = ns } }, new WriteOptions(), Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (client is not null)
        {
            await client.DeleteAsync<Namespace>(new ObjectKey("", ns), new DeleteRequest(), CancellationToken.None);
            client.Dispose();
        }
        deadline.Dispose();
    }

    [Fact]
    public async Task Create_read_replace_patch_and_delete()
    {
        var key = new ObjectKey(ns, "settings");
        var created = await client.CreateAsync(Settings("a"), new WriteOptions(), Token);
        created.Metadata.Uid.ShouldNotBeNullOrEmpty();

        var taken = await Should.ThrowAsync<KubernetesApiException>(() =>
            client.CreateAsync(Settings("a"), new WriteOptions(), Token)
        );
        taken.Kind.ShouldBe(KubernetesErrorKind.AlreadyExists);

        var read = await client.GetAsync<ConfigMap>(key, Token);
        read.Data.ShouldBe(created.Data);

        var replaced = await client.ReplaceAsync(
            read with
            {
                Data = new Dictionary<string, string> { ["key"] = "b" },
            },
            new WriteOptions(),
            Token
        );
        replaced.Data!["key"].ShouldBe("b");

        var stale = await Should.ThrowAsync<KubernetesApiException>(() =>
            client.ReplaceAsync(read, new WriteOptions(), Token)
        );
        stale.Kind.ShouldBe(KubernetesErrorKind.Conflict);

        var patched = await client.PatchAsync<ConfigMap>(
            key,
            Patch.Merge("""{"data":{"other":"c"}}"""u8.ToArray()),
            new WriteOptions(),
            Token
        );
        patched.Data!.Keys.Order().ShouldBe(["key", "other"]);

        var wrongUid = await Should.ThrowAsync<KubernetesApiException>(() =>
            client.DeleteAsync<ConfigMap>(key, new DeleteRequest { Uid = "another" }, Token)
        );
        wrongUid.Kind.ShouldBe(KubernetesErrorKind.Conflict);
        (
            await client.DeleteAsync<ConfigMap>(key, new DeleteRequest { Uid = created.Metadata.Uid }, Token)
        ).ShouldBeTrue();
        (await client.DeleteAsync<ConfigMap>(key, new DeleteRequest(), Token)).ShouldBeFalse();
        (await client.FindAsync<ConfigMap>(key, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Lists_in_pages_and_by_label()
    {
        for (var i = 0; i < 7; i++)
        {
            await client.CreateAsync(Named($"page-{i}", "app", i % 2 == 0 ? "even" : "odd"), new WriteOptions(), Token);
        }
        var first = await client.ListPageAsync<ConfigMap>(new ListRequest { Namespace = ns, Limit = 3 }, Token);
        first.Items.Count.ShouldBe(3);
        first.Continue.ShouldNotBeNull();

        var all = await client.ListAsync<ConfigMap>(new ListRequest { Namespace = ns, Limit = 3 }, Token);
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
        var even = await client.ListAsync<ConfigMap>(
            new ListRequest { Namespace = ns, LabelSelector = selector.ToSelectorString() },
            Token
        );
        even.Items.Count.ShouldBe(4);
        even.Items.ShouldAllBe(item => selector.Matches(item.Metadata.Labels));
    }

    [Fact]
    public async Task Watch_tells_what_happens()
    {
        var start = await client.ListAsync<ConfigMap>(new ListRequest { Namespace = ns }, Token);
        var seen = new List<(WatchEventType, string)>();
        await client.CreateAsync(Named("watched", "step", "1"), new WriteOptions(), Token);
        await foreach (
            var change in client.WatchAsync<ConfigMap>(
                new WatchRequest
                {
                    Namespace = ns,
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
                await client.ApplyAsync(Named("watched", "step", "2"), Forced, Token);
            }
            else if (change.Type == WatchEventType.Modified)
            {
                await client.DeleteAsync<ConfigMap>(changed.Key, new DeleteRequest(), Token);
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
            Namespace = ns,
            ResourceVersion = "4000000000",
            Limit = null,
        };
        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.ListPageAsync<ConfigMap>(request, Token));
        e.Kind.ShouldBe(KubernetesErrorKind.Expired, e.Message);
    }

    [Fact]
    public async Task Watch_ends_when_its_time_is_over()
    {
        var start = await client.ListAsync<Secret>(new ListRequest { Namespace = ns }, Token);
        var request = new WatchRequest
        {
            Namespace = ns,
            ResourceVersion = start.ResourceVersion,
            Timeout = TimeSpan.FromSeconds(1),
        };
        var added = 0;
        await foreach (var change in client.WatchAsync<Secret>(request, Token))
        {
            added += change.Type == WatchEventType.Modified ? 1 : 0;
        }
        added.ShouldBe(0);
    }

    [Fact]
    public async Task Apply_owns_what_it_sends_and_conflicts_where_others_own()
    {
        var first = await client.ApplyAsync(Settings("a"), new WriteOptions { FieldManager = "one" }, Token);
        var again = await client.ApplyAsync(Settings("a"), new WriteOptions { FieldManager = "one" }, Token);
        again.Metadata.ResourceVersion.ShouldBe(first.Metadata.ResourceVersion);

        var conflict = await Should.ThrowAsync<KubernetesApiException>(() =>
            client.ApplyAsync(Settings("b"), new WriteOptions { FieldManager = "two" }, Token)
        );
        conflict.Kind.ShouldBe(KubernetesErrorKind.Conflict);
        conflict.Causes.ShouldContain(cause => cause.Field == ".data.key");

        // A whole object as it was read, with all that the server had set, may be applied as it is.
        var taken = await client.ApplyAsync(
            first with
            {
                Data = new Dictionary<string, string> { ["key"] = "b" },
            },
            new WriteOptions { FieldManager = "two", Force = true },
            Token
        );
        taken.Data!["key"].ShouldBe("b");

        var dry = await client.ApplyAsync(
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
        (await client.GetAsync<ConfigMap>(first.Key, Token)).Data!["key"].ShouldBe("b");
    }

    [Fact]
    public async Task Manifests_of_any_kind_are_applied_custom_resources_too()
    {
        var group = $"{ns}.example.org";
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
            await client.ApplyAsync(crd.Single(), Forced, Token);
            var gadget = Manifests
                .Parse(
                    $$"""{ apiVersion: {{group}}/v1, kind: Gadget, metadata: {name: g, namespace: {{ns}} }, spec: {size: 2, note: "007"} }"""
                )
                .Single();
            var applied = await UntilServed(() => client.ApplyAsync(gadget, Forced, Token));
            applied["spec"]!.Value.GetProperty("note").GetString().ShouldBe("007");

            var type = (await client.DiscoverAsync($"{group}/v1", "Gadget", Token)).ShouldNotBeNull();
            type.ShouldBe(new ResourceType(group, "v1", "Gadget", "gadgets", Namespaced: true));

            var withStatus = gadget with
            {
                Type = type,
                ExtensionFields = new Dictionary<string, JsonElement>
                {
                    ["status"] = JsonElement.Parse("""{"phase":"Ready"}"""u8),
                },
            };
            await client.ApplyAsync(
                withStatus,
                new WriteOptions { FieldManager = "client-test-status", Subresource = "status" },
                Token
            );
            var read = (await client.FindAsync(type, gadget.Key, Token)).ShouldNotBeNull();
            read["status"]!.Value.GetProperty("phase").GetString().ShouldBe("Ready");

            var invalid = gadget with
            {
                ExtensionFields = new Dictionary<string, JsonElement>
                {
                    ["spec"] = JsonElement.Parse("""{"size":0}"""u8),
                },
            };
            var refused = await Should.ThrowAsync<KubernetesApiException>(() =>
                client.ApplyAsync<KubernetesObject>(invalid, Forced, Token)
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
                client.ApplyAsync(undeclared, Forced, Token)
            );
            unknown.Kind.ShouldBe(KubernetesErrorKind.Invalid);

            (await client.DeleteAsync(type, gadget.Key, new DeleteRequest(), Token)).ShouldBeTrue();
        }
        finally
        {
            await client.DeleteAsync<CustomResourceDefinition>(
                new ObjectKey("", $"gadgets.{group}"),
                new DeleteRequest(),
                CancellationToken.None
            );
        }
    }

    [Fact]
    public async Task Discovery_finds_what_is_there_and_null_for_the_rest()
    {
        (await client.DiscoverAsync("apps/v1", "Deployment", Token)).ShouldBe(Deployment.ResourceType);
        (await client.DiscoverAsync("v1", "Namespace", Token)).ShouldBe(Namespace.ResourceType);
        (await client.DiscoverAsync("v1", "Nothing", Token)).ShouldBeNull();
        (await client.DiscoverAsync("nobody.example.org/v1", "Nothing", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_token_of_a_service_account_is_a_credential_with_its_own_rights()
    {
        var account = new ServiceAccount
        {
            Metadata = new ObjectMeta { Name = "robot", Namespace = ns },
        };
        await client.CreateAsync(account, new WriteOptions(), Token);
        var issued = await client.CreateSubresourceAsync<ServiceAccount, TokenRequest>(
            account.Key,
            "token",
            new TokenRequest { Spec = new TokenRequestSpec { ExpirationSeconds = 600 } },
            Token
        );
        var token = issued.Status!.Token.ShouldNotBeNull();

        using var robot = new KubernetesClient(
            KubernetesClientConfiguration.Load(Kubeconfig) with
            {
                ClientCertificate = null,
                ClientKey = null,
                Token = token,
            }
        );
        var e = await Should.ThrowAsync<KubernetesApiException>(() =>
            robot.GetAsync<ConfigMap>(new ObjectKey(ns, "settings"), Token)
        );
        e.Kind.ShouldBe(KubernetesErrorKind.Forbidden);
        e.Message.ShouldContain("robot");

        using var nobody = new KubernetesClient(
            KubernetesClientConfiguration.Load(Kubeconfig) with
            {
                ClientCertificate = null,
                ClientKey = null,
                Token = "not-a-token",
            }
        );
        var refused = await Should.ThrowAsync<KubernetesApiException>(() =>
            nobody.GetAsync<ConfigMap>(new ObjectKey(ns, "settings"), Token)
        );
        refused.Kind.ShouldBe(KubernetesErrorKind.Unauthorized);
    }

    [Fact]
    public async Task Plain_requests_are_authenticated_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/version");
        using var response = await client.SendAsync(request, Token);
        response.EnsureSuccessStatusCode();
        (await response.Content.ReadAsStringAsync(Token)).ShouldContain("gitVersion");
    }

    [Fact]
    public async Task Large_answers_which_the_server_compresses_arrive_whole()
    {
        var value = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"{i} "));
        await client.CreateAsync(Settings(value), new WriteOptions(), Token);
        (await client.GetAsync<ConfigMap>(new ObjectKey(ns, "settings"), Token)).Data!["key"].ShouldBe(value);
    }

    [Fact]
    public async Task Too_much_data_is_told_apart_from_other_faults()
    {
        var big = Settings(new string('x', 1_100_000));
        var e = await Should.ThrowAsync<KubernetesApiException>(() =>
            client.CreateAsync(big, new WriteOptions(), Token)
        );
        e.Kind.ShouldBe(KubernetesErrorKind.TooLarge, e.Message);

        var badName = Named("Not_A_Name", "a", "b");
        var invalid = await Should.ThrowAsync<KubernetesApiException>(() =>
            client.CreateAsync(badName, new WriteOptions(), Token)
        );
        invalid.Kind.ShouldBe(KubernetesErrorKind.Invalid);
        invalid.Causes.ShouldContain(cause => cause.Field == "metadata.name");
    }

    private static WriteOptions Forced => new() { FieldManager = "client-test", Force = true };

    private ConfigMap Settings(string value) =>
        new()
        {
            Metadata = new ObjectMeta { Name = "settings", Namespace = ns },
            Data = new Dictionary<string, string> { ["key"] = value },
        };

    private ConfigMap Named(string name, string label, string value) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = name,
                Namespace = ns,
                Labels = new Dictionary<string, string> { [label] = value },
            },
        };

    /// <summary>A new kind is served some time after its definition is accepted.</summary>
    private async Task<T> UntilServed<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (KubernetesApiException e) when (e.Kind == KubernetesErrorKind.NotFound)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), Token);
            }
        }
    }
}
