using System.Text;
using Kubernetes.Client.Tests.Support;

namespace Kubernetes.Client.Tests;

public sealed class KubeconfigTests : IDisposable
{
    private const string Certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> variables = [];

    private ConfigurationEnvironment Environment =>
        new(
            name => variables.GetValueOrDefault(name),
            Path.Combine(folder.Path, "home"),
            Path.Combine(folder.Path, "serviceaccount")
        );

    public void Dispose() => folder.Dispose();

    [Fact]
    [Trait("Guarantee", "K2")]
    public void Reads_all_that_it_knows()
    {
        folder.Write("pki/ca.crt", Certificate);
        folder.Write("pki/me.crt", Certificate);
        folder.Write("pki/me.key", "key");
        var path = folder.Write(
            "config",
            """
            apiVersion: v1
            kind: Config
            current-context: dev
            clusters:
            - name: c
              cluster:
                server: https://10.0.0.1:6443/k8s/clusters/x
                certificate-authority: pki/ca.crt
                tls-server-name: api.internal
                insecure-skip-tls-verify: false
            users:
            - name: u
              user: {client-certificate: pki/me.crt, client-key: pki/me.key, token: abc, tokenFile: token}
            contexts:
            - name: dev
              context: {cluster: c, user: u, namespace: team-a}
            """
        );

        var loaded = Load(path);

        loaded.Server.ShouldBe(new Uri("https://10.0.0.1:6443/k8s/clusters/x"));
        loaded.Namespace.ShouldBe("team-a");
        loaded.TlsServerName.ShouldBe("api.internal");
        loaded.InsecureSkipTlsVerify.ShouldBeFalse();
        loaded.CertificateAuthority!.Path.ShouldBe(Path.Combine(folder.Path, "pki", "ca.crt"));
        loaded.ClientCertificate!.Path.ShouldBe(Path.Combine(folder.Path, "pki", "me.crt"));
        loaded.ClientKey!.Path.ShouldBe(Path.Combine(folder.Path, "pki", "me.key"));
        loaded.Token.ShouldBe("abc");
        loaded.TokenFile.ShouldBe(Path.Combine(folder.Path, "token"));
        loaded.ToString().ShouldNotContain("abc");
    }

    [Fact]
    [Trait("Guarantee", "K9")]
    [Trait("Guarantee", "K12")]
    [Trait("Guarantee", "K13")]
    public void Reads_how_to_get_there_and_as_whom_to_act()
    {
        var loaded = Load(
            folder.Write(
                "config",
                Minimal(
                    cluster: ", proxy-url: 'socks5://me:hidden@proxy:1080', disable-compression: true",
                    user: "username: me, password: hidden, as: other, as-uid: '7', as-groups: [a, b], "
                        + "as-user-extra: {scopes: [x, y]}"
                )
            )
        );

        loaded.ProxyUrl.ShouldBe(new Uri("socks5://me:hidden@proxy:1080"));
        loaded.DisableCompression.ShouldBeTrue();
        loaded.Username.ShouldBe("me");
        loaded.Password.ShouldBe("hidden");
        var acting = loaded.Impersonate.ShouldNotBeNull();
        (acting.User, acting.Uid).ShouldBe(("other", "7"));
        acting.Groups.ShouldBe(["a", "b"]);
        acting.Extra["scopes"].ShouldBe(["x", "y"]);
        loaded.ToString().ShouldNotContain("hidden");
    }

    [Fact]
    [Trait("Guarantee", "K10")]
    public void A_proxy_of_the_kubeconfig_wins_over_the_environment()
    {
        variables["HTTPS_PROXY"] = "http://environment:3128";
        variables["NO_PROXY"] = "excepted";
        PretendToBeAPod("10.96.0.1");

        Load(folder.Write("own", Minimal(cluster: ", proxy-url: 'http://own:3128'")))
            .ProxyUrl.ShouldBe(new Uri("http://own:3128"));
        Load(folder.Write("other", Minimal())).ProxyUrl.ShouldBe(new Uri("http://environment:3128"));
        Load(folder.Write("excepted", Minimal(server: "https://excepted"))).ProxyUrl.ShouldBeNull();
        ConfigurationLoader.InCluster(Environment).ProxyUrl.ShouldBe(new Uri("http://environment:3128"));
        variables["NO_PROXY"] = "10.96.0.0/12";
        ConfigurationLoader.InCluster(Environment).ProxyUrl.ShouldBeNull();
    }

    [Fact]
    public void Inline_data_wins_over_a_file()
    {
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(Certificate));
        var path = folder.Write(
            "config",
            Minimal(cluster: $", certificate-authority: nowhere, certificate-authority-data: {data}")
        );

        var authority = Load(path).CertificateAuthority.ShouldNotBeNull();

        authority.Path.ShouldBeNull();
        authority.Read().ShouldBe(Certificate);
    }

    [Theory]
    [InlineData(null, "https://a")]
    [InlineData("b", "https://b")]
    public void A_named_context_wins_over_the_current_one(string? context, string server)
    {
        var path = folder.Write(
            "config",
            """
            current-context: a
            clusters: [{name: a, cluster: {server: https://a}}, {name: b, cluster: {server: https://b}}]
            contexts: [{name: a, context: {cluster: a}}, {name: b, context: {cluster: b}}]
            """
        );
        Load(path, context).Server.ShouldBe(new Uri(server));
    }

    [Fact]
    [Trait("Guarantee", "K2")]
    public void Files_are_merged_and_the_first_wins()
    {
        var first = folder.Write(
            "one/config",
            "users: [{name: u, user: {tokenFile: t}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
        );
        var second = folder.Write(
            "two/config",
            """
            current-context: x
            clusters: [{name: c, cluster: {server: https://second}}]
            users: [{name: u, user: {token: other}}]
            contexts: [{name: x, context: {cluster: other}}]
            """
        );
        var missing = Path.Combine(folder.Path, "missing");
        variables["KUBECONFIG"] = string.Join(Path.PathSeparator, first, missing, second);

        var loaded = Load();

        loaded.Server.ShouldBe(new Uri("https://second"));
        loaded.Token.ShouldBeNull();
        loaded.TokenFile.ShouldBe(Path.Combine(folder.Path, "one", "t"));
    }

    [Fact]
    [Trait("Guarantee", "K1")]
    public void Sources_have_an_order()
    {
        PretendToBeAPod("10.0.0.1");
        Load().Server.ShouldBe(new Uri("https://10.0.0.1:443"));

        folder.Write("home/.kube/config", Minimal("https://home"));
        Load().Server.ShouldBe(new Uri("https://home"));

        variables["KUBECONFIG"] = folder.Write("variable", Minimal("https://variable"));
        Load().Server.ShouldBe(new Uri("https://variable"));

        Load(folder.Write("explicit", Minimal("https://explicit"))).Server.ShouldBe(new Uri("https://explicit"));
    }

    [Fact]
    [Trait("Guarantee", "K1")]
    public void An_empty_file_is_no_source()
    {
        folder.Write("home/.kube/config", "apiVersion: v1\nkind: Config\nclusters: null\ncontexts: []\n");
        PretendToBeAPod("10.0.0.1");
        Load().Server.ShouldBe(new Uri("https://10.0.0.1:443"));
    }

    [Theory]
    [InlineData("10.96.0.1", "https://10.96.0.1:443")]
    [InlineData("fd00::1", "https://[fd00::1]:443")]
    [Trait("Guarantee", "K3")]
    public void A_pod_finds_its_cluster(string host, string server)
    {
        PretendToBeAPod(host);

        var loaded = InClusterConfiguration.Load(Environment);

        loaded.Server.ShouldBe(new Uri(server));
        loaded.Namespace.ShouldBe("team-b");
        loaded.TokenFile.ShouldBe(Path.Combine(folder.Path, "serviceaccount", "token"));
        loaded.CertificateAuthority!.Path.ShouldBe(Path.Combine(folder.Path, "serviceaccount", "ca.crt"));
    }

    [Fact]
    [Trait("Guarantee", "K3")]
    public void What_is_no_pod_says_so()
    {
        Should
            .Throw<KubernetesConfigurationException>(() => InClusterConfiguration.Load(Environment))
            .Message.ShouldBe("not running in a pod: KUBERNETES_SERVICE_HOST is not set");
        Should.Throw<KubernetesConfigurationException>(() => Load()).Message.ShouldContain("set KUBECONFIG");
    }

    [Fact]
    [Trait("Guarantee", "K14")]
    public void Byte_order_marks_are_no_trouble()
    {
        foreach (var encoding in (Encoding[])[new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            var path = Path.Combine(folder.Path, encoding.WebName);
            File.WriteAllText(path, Minimal(), encoding);
            Load(path).Server.ShouldBe(new Uri("https://host"));
        }
    }

    [Fact]
    public void A_user_without_credentials_is_nobody()
    {
        var path = folder.Write(
            "config",
            """
            current-context: x
            clusters: [{name: c, cluster: {server: http://localhost:8001}}]
            users: [{name: u, user: null}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """
        );
        Load(path).Token.ShouldBeNull();
    }

    [Theory]
    [InlineData("auth-provider: {name: gcp}", "users[u].user.auth-provider ('gcp') is not supported, ")]
    [InlineData("auth-provider: {name: oidc, config: {}}", "use an exec plugin for OpenID Connect")]
    [InlineData("auth-provider: {name: azure}", "kubelogin convert-kubeconfig")]
    [InlineData("auth-provider: x", "use an exec plugin, a client certificate, a token or a tokenFile")]
    [InlineData("password: secret", "users[u].user.username is missing: there is a password")]
    [InlineData("token: secret, username: me", "users[u].user.username contradicts the token")]
    [InlineData("token: t, as-uid: u", "users[u].user.as-uid needs 'as'")]
    [InlineData("token: t, as-groups: [g]", "users[u].user.as-groups needs 'as'")]
    [InlineData("token: t, as-user-extra: {}", "users[u].user.as-user-extra needs 'as'")]
    [InlineData("token: t, as: a, as-groups: g", "users[u].user.as-groups must be a list")]
    [InlineData("token: t, as: a, as-groups: [1]", "users[u].user.as-groups[0] must be a string")]
    [InlineData("token: t, as: a, as-user-extra: {k: v}", "users[u].user.as-user-extra.k must be a list")]
    [InlineData("exec: aws", "users[u].user.exec must be an object")]
    [InlineData("exec: {command: aws}", "users[u].user.exec.apiVersion is missing, expected client.auth")]
    [InlineData(
        "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: aws}",
        "users[u].user.exec.apiVersion is 'client.authentication.k8s.io/v1alpha1', expected client.authentication.k8s.io/v1 or"
    )]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1beta1}", "users[u].user.exec.command is missing")]
    [InlineData(
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}",
        "users[u].user.exec.interactiveMode is missing, expected Never, IfAvailable or Always"
    )]
    [InlineData(
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Maybe}",
        "users[u].user.exec.interactiveMode is 'Maybe', expected Never"
    )]
    [InlineData(
        "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: x}",
        "users[u].user.exec.args must be a list"
    )]
    [InlineData(
        "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, env: [{value: x}]}",
        "users[u].user.exec.env[0].name is missing"
    )]
    [InlineData("token: 12345", "users[u].user.token must be a string")]
    [InlineData("client-certificate-data: AAAA", "users[u].user.client-key is missing")]
    [InlineData("client-key-data: AAAA", "users[u].user.client-certificate is missing")]
    [InlineData("client-certificate-data: '*'", "users[u].user.client-certificate-data is not base64")]
    [InlineData("client-certificate: no.crt", "users[u].user.client-certificate names")]
    [Trait("Guarantee", "K15")]
    public void Says_what_is_wrong_with_a_user(string user, string expected)
    {
        var message = Fault(Minimal(user: user));
        message.ShouldStartWith(Path.Combine(folder.Path, "config: users[u].user."));
        message.ShouldContain(expected);
        message.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData(", proxy-url: 'ftp://me:secret@p'", "clusters[c].cluster.proxy-url is no proxy: expected an address")]
    [InlineData(", proxy-url: 'p:3128'", "clusters[c].cluster.proxy-url is no proxy: expected an address")]
    [InlineData(
        ", insecure-skip-tls-verify: true, certificate-authority-data: AAAA",
        "clusters[c].cluster.insecure-skip-tls-verify contradicts certificate-authority"
    )]
    [InlineData(", extensions: {}", "clusters[c].cluster.extensions must be a list")]
    [InlineData(
        ", insecure-skip-tls-verify: maybe",
        "clusters[c].cluster.insecure-skip-tls-verify must be true or false"
    )]
    [Trait("Guarantee", "K15")]
    public void Says_what_is_wrong_with_a_cluster(string cluster, string expected)
    {
        // Extensions are for plugins only.
        const string Plugin = "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x}";
        var message = Fault(Minimal(cluster: cluster, user: Plugin));
        message.ShouldContain($"config: {expected}");
        message.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("[1, 2]", "is not a kubeconfig")]
    [InlineData("clusters: {a: b}", "kubeconfig.clusters must be a list")]
    [InlineData("clusters: [a]", "kubeconfig.clusters[0] must be {name, cluster}")]
    [InlineData("clusters: [{cluster: {}}]", "clusters[0].name is missing")]
    [InlineData("clusters: [{name: c, cluster: x}]", "clusters[0].cluster must be an object")]
    [InlineData("a: [", "config, line 2: ")]
    [InlineData("clusters: []", "current-context is not set; name a context (there are none)")]
    [InlineData("current-context: a\ncontexts: [{name: b, context: {}}]", "no context 'a' (there are b)")]
    [InlineData("current-context: a\ncontexts: [{name: a, context: {}}]", "contexts[a].context.cluster is missing")]
    [InlineData(
        "current-context: a\ncontexts: [{name: a, context: {cluster: z}}]",
        "contexts[a].context.cluster is 'z', but clusters has no entry of that name"
    )]
    [InlineData(
        "current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\nclusters: [{name: c, cluster: {}}]",
        "clusters[c].cluster.server is missing"
    )]
    [InlineData(
        "current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: 'a:1'}}]",
        "clusters[c].cluster.server is 'a:1', expected an address such as https://host:6443"
    )]
    [InlineData(
        "current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: 'https://me:hidden@host'}}]",
        "clusters[c].cluster.server holds a user, which belongs into users[].user.username and password"
    )]
    [Trait("Guarantee", "K15")]
    public void Says_what_is_wrong_with_a_file(string yaml, string expected) => Fault(yaml).ShouldContain(expected);

    [Fact]
    [Trait("Guarantee", "K15")]
    public void An_address_that_code_gives_is_shown_without_its_password() =>
        new KubernetesClientConfiguration { Server = new Uri("https://me:hidden@host/base?token=hidden") }
            .ToString()
            .ShouldBe("https://host/base (code)");

    [Fact]
    public void A_named_file_must_be_there() =>
        Should
            .Throw<KubernetesConfigurationException>(() => Load(Path.Combine(folder.Path, "missing")))
            .Message.ShouldContain("missing");

    private static string Minimal(string server = "https://host", string user = "token: t", string cluster = "") =>
        $$"""
            current-context: x
            clusters: [{name: c, cluster: {server: '{{server}}'{{cluster}} } }]
            users: [{name: u, user: { {{user}} } }]
            contexts: [{name: x, context: {cluster: c, user: u} }]
            """;

    private KubernetesClientConfiguration Load(string? path = null, string? context = null) =>
        ConfigurationLoader.Load(Environment, path, context);

    private string Fault(string yaml) =>
        Should.Throw<KubernetesConfigurationException>(() => Load(folder.Write("config", yaml))).Message;

    private void PretendToBeAPod(string host)
    {
        variables["KUBERNETES_SERVICE_HOST"] = host;
        variables["KUBERNETES_SERVICE_PORT"] = "443";
        folder.Write("serviceaccount/token", "t");
        folder.Write("serviceaccount/ca.crt", Certificate);
        folder.Write("serviceaccount/namespace", "team-b\n");
    }
}
