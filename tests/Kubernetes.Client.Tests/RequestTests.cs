using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

public sealed class RequestTests
{
    private static readonly ObjectKey Key = new("n", "a");
    private static readonly ConfigMap Value = new()
    {
        Metadata = new ObjectMeta { Name = "a", Namespace = "n" },
    };

    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    public static TheoryData<string, string, Func<KubernetesClient, CancellationToken, Task>> Calls() =>
        new()
        {
            { "GET", "/api/v1/namespaces/n/configmaps/a", (c, t) => c.GetAsync<ConfigMap>(Key, t) },
            { "GET", "/api/v1/namespaces/n", (c, t) => c.GetAsync<Namespace>(new ObjectKey("", "n"), t) },
            { "GET", "/apis/apps/v1/namespaces/n/deployments/a", (c, t) => c.GetAsync<Deployment>(Key, t) },
            { "GET", "/api/v1/configmaps?limit=500", (c, t) => c.ListPageAsync<ConfigMap>(new ListRequest(), t) },
            {
                "GET",
                "/api/v1/namespaces/n/configmaps?labelSelector=a%3Db&fieldSelector=c%3Dd&limit=7&continue=x%2By%3D&resourceVersion=0",
                (c, t) =>
                    c.ListPageAsync<ConfigMap>(
                        new ListRequest
                        {
                            Namespace = "n",
                            LabelSelector = "a=b",
                            FieldSelector = "c=d",
                            Limit = 7,
                            Continue = "x+y=",
                            ResourceVersion = "0",
                        },
                        t
                    )
            },
            {
                "POST",
                "/api/v1/namespaces/n/configmaps?fieldManager=client-tests",
                (c, t) => c.CreateAsync(Value, new WriteOptions(), t)
            },
            {
                "PUT",
                "/api/v1/namespaces/n/configmaps/a/status?fieldManager=me&dryRun=All",
                (c, t) =>
                    c.ReplaceAsync(
                        Value,
                        new WriteOptions
                        {
                            FieldManager = "me",
                            DryRun = true,
                            Subresource = "status",
                        },
                        t
                    )
            },
            {
                "PATCH",
                "/api/v1/namespaces/n/configmaps/a?fieldManager=me&force=true",
                (c, t) => c.ApplyAsync(Value, new WriteOptions { FieldManager = "me", Force = true }, t)
            },
            {
                "PATCH",
                "/api/v1/namespaces/n/configmaps/a?fieldManager=me",
                (c, t) => c.ApplyAsync(Value, new WriteOptions { FieldManager = "me" }, t)
            },
            {
                "PATCH",
                "/api/v1/namespaces/n/configmaps/a/scale?fieldManager=client-tests",
                (c, t) =>
                    c.PatchAsync<ConfigMap>(
                        Key,
                        Patch.Json("[]"u8.ToArray()),
                        // Only server-side apply knows force.
                        new WriteOptions { Subresource = "scale", Force = true },
                        t
                    )
            },
            {
                "DELETE",
                "/api/v1/namespaces/n/configmaps/a",
                (c, t) => c.DeleteAsync<ConfigMap>(Key, new DeleteRequest(), t)
            },
            {
                "POST",
                "/api/v1/namespaces/n/serviceaccounts/a/token?fieldManager=client-tests",
                (c, t) => c.CreateSubresourceAsync<ServiceAccount, TokenRequest>(Key, "token", new TokenRequest(), t)
            },
            {
                "POST",
                "/version?x=y",
                (c, t) => c.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/version?x=y"), t)
            },
        };

    [Theory]
    [MemberData(nameof(Calls))]
    [Trait("Guarantee", "C11")]
    public async Task A_call_is_this_request(
        string method,
        string path,
        Func<KubernetesClient, CancellationToken, Task> call
    )
    {
        await using var server = await TestApiServer.StartAsync(200, """{"metadata":{}}""");
        // Some servers live below a path, as behind Rancher.
        foreach (var prefix in (string[])["", "/k8s/clusters/c-1", "/k8s/clusters/c-1/"])
        {
            var configuration = server.Configuration with { Server = new Uri(server.Configuration.Server, prefix) };
            using var client = new KubernetesClient(configuration);
            await call(client, token);
            var seen = server.Requests[^1];
            seen.Method.ShouldBe(method);
            (seen.Path + seen.Query).ShouldBe(prefix.TrimEnd('/') + path);
            seen.UserAgent.ShouldBe("client-tests/1.0");
        }
    }

    [Fact]
    public async Task Bodies_say_what_they_are()
    {
        await using var server = await TestApiServer.StartAsync(200, """{"metadata":{}}""");
        using var client = new KubernetesClient(server.Configuration);
        var options = new WriteOptions { FieldManager = "me" };

        await client.CreateAsync(Value, options, token);
        await client.ApplyAsync(Value with { Metadata = Value.Metadata with { Uid = "u" } }, options, token);
        await client.PatchAsync<ConfigMap>(Key, Patch.Merge("{}"u8.ToArray()), options, token);
        await client.PatchAsync<ConfigMap>(Key, Patch.Strategic("{}"u8.ToArray()), options, token);
        await client.PatchAsync<ConfigMap>(Key, Patch.Json("[]"u8.ToArray()), options, token);
        await client.DeleteAsync<ConfigMap>(
            Key,
            new DeleteRequest
            {
                Uid = "u",
                ResourceVersion = "7",
                PropagationPolicy = "Foreground",
                GracePeriodSeconds = 0,
            },
            token
        );

        const string Map = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"n"}}""";
        server
            .Requests.Select(request => (request.ContentType, request.Body))
            .ShouldBe([
                ("application/json", Map),
                ("application/apply-patch+yaml", Map),
                ("application/merge-patch+json", "{}"),
                ("application/strategic-merge-patch+json", "{}"),
                ("application/json-patch+json", "[]"),
                (
                    "application/json",
                    """{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground","gracePeriodSeconds":0,"preconditions":{"uid":"u","resourceVersion":"7"}}"""
                ),
            ]);
    }

    [Fact]
    public async Task Calls_that_cannot_be_right_are_not_made()
    {
        await using var server = await TestApiServer.StartAsync(200, "{}");
        using var client = new KubernetesClient(server.Configuration);
        var nowhere = new ConfigMap { Metadata = new ObjectMeta { Name = "a" } };

        await Should.ThrowAsync<ArgumentException>(() => client.GetAsync<ConfigMap>(new ObjectKey("", "a"), token));
        await Should.ThrowAsync<ArgumentException>(() => client.GetAsync<ConfigMap>(new ObjectKey("n", ""), token));
        await Should.ThrowAsync<ArgumentException>(() => client.CreateAsync(nowhere, new WriteOptions(), token));
        await Should.ThrowAsync<ArgumentException>(() =>
            client.ApplyAsync(nowhere, new WriteOptions { FieldManager = "me" }, token)
        );
        await Should.ThrowAsync<ArgumentException>(() => client.ApplyAsync(Value, new WriteOptions(), token));
        server.Requests.ShouldBeEmpty();
    }
}
