using System.Security.Cryptography.X509Certificates;
using Binnacle.Testing;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

public sealed class TlsTests
{
    private const string Map = """{"metadata":{"name":"a","namespace":"n"}}""";
    private static readonly ObjectKey Key = new("n", "a");

    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Trusts_the_named_authority()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        await AssertReaches(server.Configuration);
    }

    [Fact]
    public async Task Trusts_any_authority_of_a_bundle()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var other = new TestPki("other-ca");
        await AssertReaches(
            server.Configuration with
            {
                CertificateAuthority = PemSource.FromText(other.AuthorityPem + "\n" + server.Pki.AuthorityPem),
            }
        );
    }

    [Fact]
    public async Task Refuses_a_server_of_another_authority()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var other = new TestPki("test-ca");
        var e = await AssertRefused(
            server.Configuration with
            {
                CertificateAuthority = PemSource.FromText(other.AuthorityPem),
            }
        );
        e.Message.ShouldContain("certificate");
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Refuses_a_private_authority_when_none_is_named()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        await AssertRefused(server.Configuration with { CertificateAuthority = null });
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Refuses_a_certificate_for_another_host()
    {
        await using var server = await TestApiServer.StartAsync(
            (context, _) => TestApiServer.AnswerAsync(context, 200, Map),
            pki => pki.Issue("server", hosts: ["api.example.org"])
        );
        await AssertRefused(server.Configuration);
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Expects_the_tls_server_name_instead_of_the_host()
    {
        await using var server = await TestApiServer.StartAsync(
            (context, _) => TestApiServer.AnswerAsync(context, 200, Map),
            pki => pki.Issue("server", hosts: ["api.example.org"])
        );
        await AssertReaches(server.Configuration with { TlsServerName = "api.example.org" });
        await AssertRefused(server.Configuration with { TlsServerName = "other.example.org" });
    }

    [Fact]
    public async Task Takes_any_certificate_only_when_told_so()
    {
        await using var server = await TestApiServer.StartAsync(
            (context, _) => TestApiServer.AnswerAsync(context, 200, Map),
            pki => pki.Issue("server", hosts: ["api.example.org"])
        );
        await AssertReaches(server.Configuration with { CertificateAuthority = null, InsecureSkipTlsVerify = true });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Shows_its_own_certificate(bool rsa)
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var mine = server.Pki.Issue("operator", rsa: rsa);
        await AssertReaches(WithCertificate(server.Configuration, mine));
        server.Requests.Single().ClientCertificate.ShouldBe("CN=operator");
    }

    [Fact]
    public async Task Connects_anew_when_the_certificate_in_its_file_changes()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var folder = new TemporaryFolder();
        using var before = server.Pki.Issue("before");
        using var after = server.Pki.Issue("after");
        var certificate = folder.Write("tls.crt", before.ExportCertificatePem());
        var key = folder.Write("tls.key", TestPki.KeyPem(before));
        var clock = new ManualTimeProvider();
        using var client = new KubernetesClient(
            server.Configuration with
            {
                ClientCertificate = PemSource.FromFile(certificate),
                ClientKey = PemSource.FromFile(key),
            },
            clock
        );
        await client.GetAsync<ConfigMap>(Key, token);

        folder.Write("tls.crt", after.ExportCertificatePem());
        await client.GetAsync<ConfigMap>(Key, token);
        // The key does not fit yet: the writer is not done, the connections stay as they are.
        clock.Advance(ConnectionSource.Period);
        await client.GetAsync<ConfigMap>(Key, token);
        folder.Write("tls.key", TestPki.KeyPem(after));
        clock.Advance(ConnectionSource.Period);
        await client.GetAsync<ConfigMap>(Key, token);

        server
            .Requests.Select(request => request.ClientCertificate)
            .ShouldBe(["CN=before", "CN=before", "CN=before", "CN=after"]);
    }

    [Fact]
    public async Task Follows_a_new_authority_in_its_file()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var folder = new TemporaryFolder();
        using var other = new TestPki("old-ca");
        var file = folder.Write("ca.crt", other.AuthorityPem);
        var clock = new ManualTimeProvider();
        using var client = new KubernetesClient(
            server.Configuration with
            {
                CertificateAuthority = PemSource.FromFile(file),
            },
            clock
        );
        await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));

        folder.Write("ca.crt", server.Pki.AuthorityPem);
        clock.Advance(ConnectionSource.Period);

        (await client.GetAsync<ConfigMap>(Key, token)).Metadata.Name.ShouldBe("a");
    }

    [Fact]
    public void Says_which_material_is_wrong()
    {
        using var pki = new TestPki();
        using var one = pki.Issue("one");
        using var two = pki.Issue("two");
        var good = new KubernetesClientConfiguration { Server = new Uri("https://127.0.0.1") };

        Fault(good with { CertificateAuthority = PemSource.FromText("nothing") })
            .ShouldContain("certificate-authority (inline data) has no PEM block 'CERTIFICATE'");
        Fault(
                good with
                {
                    ClientCertificate = PemSource.FromText(one.ExportCertificatePem()),
                    ClientKey = PemSource.FromText(TestPki.KeyPem(two)),
                }
            )
            .ShouldContain("client-key (inline data) does not go with client-certificate");
        Fault(good with { CertificateAuthority = PemSource.FromFile("/nowhere/ca.crt") })
            .ShouldContain("/nowhere/ca.crt");

        static string Fault(KubernetesClientConfiguration configuration) =>
            Should.Throw<KubernetesConfigurationException>(() => new KubernetesClient(configuration)).Message;
    }

    private static KubernetesClientConfiguration WithCertificate(
        KubernetesClientConfiguration configuration,
        X509Certificate2 certificate
    ) =>
        configuration with
        {
            ClientCertificate = PemSource.FromText(certificate.ExportCertificatePem()),
            ClientKey = PemSource.FromText(TestPki.KeyPem(certificate)),
        };

    private async Task AssertReaches(KubernetesClientConfiguration configuration)
    {
        using var client = new KubernetesClient(configuration);
        (await client.GetAsync<ConfigMap>(Key, token)).Metadata.Name.ShouldBe("a");
    }

    private async Task<KubernetesApiException> AssertRefused(KubernetesClientConfiguration configuration)
    {
        using var client = new KubernetesClient(configuration);
        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));
        e.Kind.ShouldBe(KubernetesErrorKind.Transport);
        return e;
    }
}
