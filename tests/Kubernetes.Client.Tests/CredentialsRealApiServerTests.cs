using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

/// <summary>Who we are, and how we get there, on a real server.</summary>
public sealed class CredentialsRealApiServerTests : RealApiServer
{
    [Fact]
    public async Task A_token_of_a_service_account_is_a_credential_with_its_own_rights()
    {
        await Client.CreateAsync(Robot, new WriteOptions(), Token);

        using var robot = new KubernetesClient(Nobody with { Token = await TokenAsync() });
        var e = await Should.ThrowAsync<KubernetesApiException>(() =>
            robot.GetAsync<ConfigMap>(new ObjectKey(Ns, "settings"), Token)
        );
        e.Kind.ShouldBe(KubernetesErrorKind.Forbidden);
        e.Message.ShouldContain("robot");

        using var nobody = new KubernetesClient(Nobody with { Token = "not-a-token" });
        var refused = await Should.ThrowAsync<KubernetesApiException>(() =>
            nobody.GetAsync<ConfigMap>(new ObjectKey(Ns, "settings"), Token)
        );
        refused.Kind.ShouldBe(KubernetesErrorKind.Unauthorized);
    }

    [Fact]
    public async Task A_credential_plugin_is_a_credential_with_its_own_rights()
    {
        using var folder = new TemporaryFolder();
        await Client.CreateAsync(Robot, new WriteOptions(), Token);
        var good = await TokenAsync();
        // Refused at first, as when a server has revoked it; good from the second run on.
        var script = folder.Write(
            "plugin.sh",
            $$"""
            cd '{{folder.Path}}'
            echo run >> runs
            [ $(($(wc -l < runs))) = 1 ] && token=not-a-token || token={{good}}
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'$token'"} }'
            """
        );
        using var robot = new KubernetesClient(
            Nobody with
            {
                Exec = new ExecCredentialPlugin("client.authentication.k8s.io/v1", "sh") { Args = [script] },
            }
        );

        for (var i = 0; i < 2; i++)
        {
            var e = await Should.ThrowAsync<KubernetesApiException>(() =>
                robot.GetAsync<ConfigMap>(new ObjectKey(Ns, "settings"), Token)
            );
            e.Reason.ShouldBe(KubernetesStatusReason.Forbidden);
            e.Message.ShouldContain($"system:serviceaccount:{Ns}:robot");
        }
        (await File.ReadAllLinesAsync(Path.Combine(folder.Path, "runs"), Token)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_token_file_is_a_credential_and_is_read_again_when_it_is_refused()
    {
        using var folder = new TemporaryFolder();
        await Client.CreateAsync(Robot, new WriteOptions(), Token);
        using var robot = new KubernetesClient(Nobody with { TokenFile = folder.Write("token", "not-a-token") });
        var key = new ObjectKey(Ns, "settings");
        (await Should.ThrowAsync<KubernetesApiException>(() => robot.GetAsync<ConfigMap>(key, Token))).Kind.ShouldBe(
            KubernetesErrorKind.Unauthorized
        );

        folder.Write("token", await TokenAsync());

        (await Should.ThrowAsync<KubernetesApiException>(() => robot.GetAsync<ConfigMap>(key, Token))).Kind.ShouldBe(
            KubernetesErrorKind.Forbidden
        );
    }

    [Fact]
    [Trait("Guarantee", "K13")]
    public async Task Impersonation_gives_the_rights_of_the_other_and_of_each_of_the_groups()
    {
        await Client.CreateAsync(Settings("a"), new WriteOptions(), Token);
        var key = new ObjectKey(Ns, "settings");

        var refused = await Should.ThrowAsync<KubernetesApiException>(() => GetAsAsync(new Impersonation("jürgen")));
        refused.Kind.ShouldBe(KubernetesErrorKind.Forbidden);
        refused.Message.ShouldContain("jürgen");

        // The one that has the right is one of several, wherever it stands.
        foreach (
            var groups in (string[][])
                [
                    ["system:masters"],
                    ["a", "system:masters"],
                    ["system:masters", "b", "c"],
                ]
        )
        {
            (await GetAsAsync(new Impersonation("jürgen") { Groups = groups })).Data!["key"].ShouldBe("a");
        }
        var without = new Impersonation("jürgen")
        {
            Groups = ["a", "b"],
            Extra = new Dictionary<string, IReadOnlyList<string>> { ["example.org/scopes"] = ["x", "y"] },
        };
        (await Should.ThrowAsync<KubernetesApiException>(() => GetAsAsync(without))).Kind.ShouldBe(
            KubernetesErrorKind.Forbidden
        );

        async Task<ConfigMap> GetAsAsync(Impersonation other)
        {
            using var acting = new KubernetesClient(
                KubernetesClientConfiguration.Load(Kubeconfig) with
                {
                    Impersonate = other,
                }
            );
            return await acting.GetAsync<ConfigMap>(key, Token);
        }
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    public async Task A_proxy_is_on_the_way_for_requests_and_watches(string scheme)
    {
        await using RelayServer proxy = scheme == "http" ? new ConnectProxy() : new SocksProxy();
        proxy.Start();
        using var through = new KubernetesClient(
            KubernetesClientConfiguration.Load(Kubeconfig) with
            {
                ProxyUrl = new Uri($"{scheme}://127.0.0.1:{proxy.Port}"),
            }
        );
        await through.CreateAsync(Settings("a"), new WriteOptions(), Token);
        var list = await through.ListAsync<ConfigMap>(new ListRequest { Namespace = Ns }, Token);
        var request = new WatchRequest
        {
            Namespace = Ns,
            ResourceVersion = list.ResourceVersion,
            Timeout = TimeSpan.FromSeconds(1),
        };
        await foreach (var _ in through.WatchAsync<ConfigMap>(request, Token)) { }
        proxy.Targets.Count.ShouldBe(2);
    }

    private ServiceAccount Robot =>
        new()
        {
            Metadata = new ObjectMeta { Name = "robot", Namespace = Ns },
        };

    private static KubernetesClientConfiguration Nobody =>
        KubernetesClientConfiguration.Load(Kubeconfig) with
        {
            ClientCertificate = null,
            ClientKey = null,
            Token = null,
        };

    private async Task<string> TokenAsync()
    {
        var issued = await Client.CreateSubresourceAsync<ServiceAccount, TokenRequest>(
            Robot.Key,
            "token",
            new TokenRequest { Spec = new TokenRequestSpec { ExpirationSeconds = 600 } },
            Token
        );
        return issued.Status!.Token.ShouldNotBeNull();
    }
}
