using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace LocalCluster.Tests.ApiServer;

/// <summary>A running server: its certificates, its limits, its seams.</summary>
public sealed class HostTests : IAsyncLifetime
{
    private readonly CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
    private LocalClusterHost cluster = null!;
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        cluster = await LocalClusterHost.StartAsync(new(), deadline.Token);
        http = Connect(cluster, cluster.ClientCertificatePem, cluster.ClientKeyPem);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await cluster.DisposeAsync();
        deadline.Dispose();
    }

    [Fact]
    public async Task Two_clusters_run_side_by_side_and_leave_nothing()
    {
        string kubeconfig;
        await using (var second = await LocalClusterHost.StartAsync(new(), deadline.Token))
        {
            kubeconfig = second.KubeconfigPath;
            second.Url.Port.ShouldNotBe(cluster.Url.Port);
            if (OperatingSystem.IsLinux())
            {
                second.PodCidr.ShouldNotBe(cluster.PodCidr);
                second.ServiceCidr.ShouldNotBe(cluster.ServiceCidr);
                File.GetUnixFileMode(kubeconfig).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            // A certificate of one cluster is nobody in the other.
            using var stranger = Connect(second, cluster.ClientCertificatePem, cluster.ClientKeyPem);
            var refused = await stranger.GetAsync(new Uri("/api/v1/nodes", UriKind.Relative), deadline.Token);
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await refused.Content.ReadAsStringAsync(deadline.Token)).ShouldContain("system:anonymous");
        }

        Directory.Exists(Path.GetDirectoryName(kubeconfig)).ShouldBeFalse();
    }

    [Fact]
    public async Task Users_are_who_their_certificates_say()
    {
        var (certificate, key) = cluster.IssueClientCertificate("jane", "team-a", "team-b");
        using var jane = Connect(cluster, certificate, key);
        var (code, body) = await PostAsync(
            jane,
            "/apis/authentication.k8s.io/v1/selfsubjectreviews",
            """{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"""
        );
        code.ShouldBe(201);
        body["status"]!["userInfo"]!
            .ToJsonString()
            .ShouldBe("""{"username":"jane","groups":["team-a","team-b","system:authenticated"]}""");
    }

    [Fact]
    public async Task A_token_acts_for_its_account_until_the_account_goes()
    {
        const string Accounts = "/api/v1/namespaces/default/serviceaccounts";
        await PostAsync(http, Accounts, """{"metadata":{"name":"robot"}}""");
        var (_, made) = await PostAsync(http, $"{Accounts}/robot/token", """{"spec":{}}""");
        var token = made["status"]!["token"]!.GetValue<string>();
        using var robot = Connect(cluster, null, null);
        robot.DefaultRequestHeaders.Authorization = new("Bearer", token);
        (await CodeAsync(robot, "/api")).ShouldBe(200);
        var (code, body) = await ReadAsync(robot, "/api/v1/pods");
        code.ShouldBe(403);
        body["message"]!.GetValue<string>().ShouldContain("system:serviceaccount:default:robot");

        robot.DefaultRequestHeaders.Authorization = new("Bearer", token[..^2] + "AA");
        (await CodeAsync(robot, "/api")).ShouldBe(401);
        robot.DefaultRequestHeaders.Authorization = new("Bearer", token);
        await http.DeleteAsync(new Uri($"{Accounts}/robot", UriKind.Relative), deadline.Token);
        (await CodeAsync(robot, "/api")).ShouldBe(401);
    }

    [Fact]
    public async Task A_token_for_somebody_else_is_no_token_here()
    {
        var (_, made) = await PostAsync(
            http,
            "/api/v1/namespaces/default/serviceaccounts/default/token",
            """{"spec":{"audiences":["vault"]}}"""
        );
        using var client = Connect(cluster, null, null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", made["status"]!["token"]!.GetValue<string>());
        (await CodeAsync(client, "/api")).ShouldBe(401);
    }

    [Fact]
    public async Task What_is_too_long_or_unknown_is_said_so()
    {
        var (code, body) = await PostAsync(
            http,
            "/api/v1/namespaces/default/configmaps",
            $$$"""{"metadata":{"name":"a"},"data":{"k":"{{{new string('x', 3 << 20)}}}"}}"""
        );
        code.ShouldBe(413);
        body["reason"]!.GetValue<string>().ShouldBe("RequestEntityTooLarge");

        await PostAsync(
            http,
            "/api/v1/namespaces/default/pods",
            """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i:1"}]}}"""
        );
        (await PostAsync(http, "/api/v1/namespaces/default/pods/p/exec", "{}")).Code.ShouldBe(501);
        (await PostAsync(http, "/api/v1/namespaces/default/pods/p/nonsense", "{}")).Code.ShouldBe(404);
        (await CodeAsync(http, "/apis/node.k8s.io/v1/runtimeclasses")).ShouldBe(404);
    }

    [Fact]
    public async Task Logs_come_from_the_node_that_runs_the_pod()
    {
        const string Pods = "/api/v1/namespaces/default/pods";
        await PostAsync(
            http,
            Pods,
            """{"metadata":{"name":"p"},"spec":{"nodeName":"n1","containers":[{"name":"c","image":"i:1"},{"name":"d","image":"i:1"}]}}"""
        );
        (await ReadAsync(http, $"{Pods}/p/log?container=c")).Code.ShouldBe(500);
        var source = new FakeLogs();
        cluster.PodLogs.Register("n1", source);
        using var answer = await http.GetAsync(
            new Uri($"{Pods}/p/log?container=c&tailLines=5&timestamps=true&limitBytes=8", UriKind.Relative),
            deadline.Token
        );
        (await answer.Content.ReadAsStringAsync(deadline.Token)).ShouldBe("first\nse");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        var asked = source.Asked.ShouldNotBeNull();
        asked.ShouldBe(
            new PodLogRequest("default", "p", asked.PodUid, "c")
            {
                TailLines = 5,
                Timestamps = true,
                LimitBytes = 8,
            }
        );
        var (code, body) = await ReadAsync(http, $"{Pods}/p/log");
        code.ShouldBe(400);
        body["message"]!
            .GetValue<string>()
            .ShouldBe("a container name must be specified for pod p, choose one of: [c d]");
        (await ReadAsync(http, $"{Pods}/p/log?container=x")).Code.ShouldBe(400);
        (await ReadAsync(http, $"{Pods}/p/log?container=d")).Body["message"]!
            .GetValue<string>()
            .ShouldContain("waiting to start");
    }

    [Fact]
    public async Task A_watch_from_before_the_history_is_refused()
    {
        const string Leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
        var (_, first) = await PostAsync(http, Leases, """{"metadata":{"name":"a"},"spec":{}}""");
        var version = first["metadata"]!["resourceVersion"]!.GetValue<string>();
        var text = new string('x', 2_900_000);
        for (var i = 0; i < 50; i++)
        {
            using var content = new StringContent(
                $$$"""{"spec":{"holderIdentity":"{{{i}}}{{{text}}}"}}""",
                Encoding.UTF8,
                "application/merge-patch+json"
            );
            using var answer = await http.PatchAsync(new Uri($"{Leases}/a", UriKind.Relative), content, deadline.Token);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var (code, body) = await ReadAsync(http, $"{Leases}?watch=true&resourceVersion={version}");
        code.ShouldBe(200);
        body["type"]!.GetValue<string>().ShouldBe("ERROR");
        body["object"]!["code"]!.GetValue<int>().ShouldBe(410);
        body["object"]!["reason"]!.GetValue<string>().ShouldBe("Expired");
        body["object"]!["message"]!.GetValue<string>().ShouldStartWith($"too old resource version: {version} (");
    }

    private async Task<(int Code, JsonObject Body)> PostAsync(HttpClient client, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content, deadline.Token);
        return ((int)answer.StatusCode, await JsonAsync(answer));
    }

    private async Task<(int Code, JsonObject Body)> ReadAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), deadline.Token);
        return ((int)answer.StatusCode, await JsonAsync(answer));
    }

    private async Task<int> CodeAsync(HttpClient client, string path) => (await ReadAsync(client, path)).Code;

    private async Task<JsonObject> JsonAsync(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(deadline.Token))!.AsObject();

    private static HttpClient Connect(LocalClusterHost cluster, string? certificatePem, string? keyPem)
    {
        var authority = X509Certificate2.CreateFromPem(cluster.CertificateAuthorityPem);
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(authority);
        if (certificatePem is not null)
        {
            handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPem(certificatePem, keyPem)];
        }

        return new(handler) { BaseAddress = cluster.Url };
    }

    private sealed class FakeLogs : IPodLogSource
    {
        public PodLogRequest? Asked { get; private set; }

        public Task<Stream?> OpenAsync(PodLogRequest request, CancellationToken cancellationToken)
        {
            if (request.Container == "d")
            {
                return Task.FromResult<Stream?>(null);
            }

            Asked = request;
            return Task.FromResult<Stream?>(new MemoryStream("first\nsecond\n"u8.ToArray()));
        }
    }
}
