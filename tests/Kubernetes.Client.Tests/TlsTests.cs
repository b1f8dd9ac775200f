using System.Net;
using System.Security.Cryptography.X509Certificates;
using Binnacle.Testing;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Client.Tests;

public sealed class TlsTests
{
    private const string Map = """{"metadata":{"name":"a","namespace":"n"}}""";
    private static readonly ObjectKey Key = new("n", "a");

    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Guarantee", "C13")]
    public async Task Trusts_the_named_authority()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        await AssertReaches(server.Configuration);
    }

    [Fact]
    [Trait("Guarantee", "C13")]
    public async Task Trusts_any_authority_of_a_bundle()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var other = new TestPki("other-ca");
        await AssertReaches(Trusting(server, other.AuthorityPem + "\n" + server.Pki.AuthorityPem));
    }

    [Fact]
    [Trait("Guarantee", "C13")]
    public async Task Refuses_a_server_of_another_authority()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        // The name is the same, the key is not.
        using var other = new TestPki("test-ca");
        var e = await AssertRefused(server, Trusting(server, other.AuthorityPem));
        e.Message.ShouldContain("certificate");
    }

    [Fact]
    [Trait("Guarantee", "C13")]
    public async Task Refuses_a_private_authority_when_none_is_named()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        await AssertRefused(server, server.Configuration with { CertificateAuthority = null });
    }

    [Fact]
    [Trait("Guarantee", "C13")]
    public async Task An_authority_in_the_bundle_does_not_vouch_for_what_others_issued_in_its_name()
    {
        using var real = new TestPki("root");
        using var forged = new TestPki("root");
        await using var server = await StartAsync(_ => forged.Issue("server", addresses: [IPAddress.Loopback]));
        await AssertRefused(server, Trusting(server, real.AuthorityPem));
        await AssertReaches(Trusting(server, forged.AuthorityPem));
    }

    public static TheoryData<string, Func<TestPki, X509Certificate2>> Wrong() =>
        new()
        {
            { "expired", pki => pki.Issue("server", addresses: [IPAddress.Loopback], days: (-10, -1)) },
            { "not yet valid", pki => pki.Issue("server", addresses: [IPAddress.Loopback], days: (1, 10)) },
            { "self-signed", pki => pki.Issue("server", addresses: [IPAddress.Loopback], selfSigned: true) },
            { "another host", pki => pki.Issue("server", hosts: ["api.example.org"]) },
            { "another address", pki => pki.Issue("server", addresses: [IPAddress.Parse("127.0.0.2")]) },
            { "no host at all", pki => pki.Issue("server") },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    [Trait("Guarantee", "C13")]
    [Trait("Guarantee", "C14")]
    public async Task Refuses_a_certificate_that_is(string wrong, Func<TestPki, X509Certificate2> issue)
    {
        await using var server = await StartAsync(issue);
        var e = await AssertRefused(server, server.Configuration);
        e.Message.ShouldContain("certificate", Case.Insensitive, wrong);
    }

    [Fact]
    [Trait("Guarantee", "C13")]
    public async Task Takes_a_self_signed_certificate_that_is_itself_the_named_authority()
    {
        var certificate = "";
        await using var server = await StartAsync(pki =>
        {
            var made = pki.Issue("server", addresses: [IPAddress.Loopback], selfSigned: true);
            certificate = made.ExportCertificatePem();
            return made;
        });
        await AssertReaches(Trusting(server, certificate));
    }

    [Fact]
    [Trait("Guarantee", "C13")]
    public async Task Follows_a_chain_over_an_intermediate_authority()
    {
        using var root = new TestPki("root");
        using var middle = root.Intermediate("middle");
        using var another = root.Intermediate("middle");
        using var stranger = new TestPki("root");
        await using var server = await StartAsync(
            _ => middle.Issue("server", addresses: [IPAddress.Loopback]),
            middle.Authority
        );

        await AssertReaches(Trusting(server, root.AuthorityPem));
        await AssertReaches(Trusting(server, middle.AuthorityPem + "\n" + root.AuthorityPem));
        // Trust may end at the intermediate; but it must be that one, not one of its name.
        await AssertReaches(Trusting(server, middle.AuthorityPem));
        await AssertRefused(server, Trusting(server, another.AuthorityPem));
        await AssertRefused(server, Trusting(server, stranger.AuthorityPem));
    }

    [Fact]
    [Trait("Guarantee", "C13")]
    public async Task Needs_the_intermediate_from_the_server_or_from_the_bundle()
    {
        using var root = new TestPki("root");
        using var middle = root.Intermediate("middle");
        await using var server = await StartAsync(_ => middle.Issue("server", addresses: [IPAddress.Loopback]));

        await AssertRefused(server, Trusting(server, root.AuthorityPem));
        await AssertReaches(Trusting(server, root.AuthorityPem + "\n" + middle.AuthorityPem));
        await AssertReaches(Trusting(server, middle.AuthorityPem));
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("another host")]
    [Trait("Guarantee", "C13")]
    public async Task What_is_wrong_stays_wrong_where_trust_ends_at_an_intermediate(string wrong)
    {
        using var root = new TestPki("root");
        using var middle = root.Intermediate("middle");
        await using var server = await StartAsync(
            _ =>
                wrong == "expired"
                    ? middle.Issue("server", addresses: [IPAddress.Loopback], days: (-10, -1))
                    : middle.Issue("server", hosts: ["api.example.org"]),
            middle.Authority
        );
        await AssertRefused(server, Trusting(server, middle.AuthorityPem));
    }

    [Fact]
    [Trait("Guarantee", "C14")]
    public async Task Expects_the_tls_server_name_instead_of_the_host()
    {
        await using var server = await StartAsync(pki => pki.Issue("server", hosts: ["api.example.org"]));
        await AssertReaches(server.Configuration with { TlsServerName = "api.example.org" });
        await AssertRefused(server, server.Configuration with { TlsServerName = "other.example.org" });
    }

    [Fact]
    [Trait("Guarantee", "C15")]
    public async Task Takes_any_certificate_only_when_told_so_and_says_it()
    {
        await using var server = await StartAsync(pki => pki.Issue("server", hosts: ["api.example.org"]));
        var insecure = server.Configuration with
        {
            CertificateAuthority = null,
            InsecureSkipTlsVerify = true,
            Source = "contexts[x].context of config",
        };
        var log = new RecordingLogger();

        using var client = new KubernetesClient(insecure, logger: log);

        (await client.GetAsync<ConfigMap>(Key, token)).Metadata.Name.ShouldBe("a");
        log.Lines.Select(line => line.Level).ShouldBe([LogLevel.Warning]);
        log.ToString()
            .ShouldBe(
                $"The certificate of {insecure.Server} is not verified (insecure-skip-tls-verify of contexts[x].context of config)"
            );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Guarantee", "C17")]
    public async Task Shows_its_own_certificate(bool rsa)
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var mine = server.Pki.Issue("operator", rsa: rsa);
        await AssertReaches(WithCertificate(server.Configuration, mine));
        server.Requests.Single().ClientCertificate.ShouldBe("CN=operator");
    }

    [Fact]
    [Trait("Guarantee", "C17")]
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
    [Trait("Guarantee", "C16")]
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
    [Trait("Guarantee", "C17")]
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

    private static Task<TestApiServer> StartAsync(
        Func<TestPki, X509Certificate2> issue,
        X509Certificate2? intermediate = null
    ) => TestApiServer.StartAsync((context, _) => TestApiServer.AnswerAsync(context, 200, Map), issue, intermediate);

    private static KubernetesClientConfiguration Trusting(TestApiServer server, string authorities) =>
        server.Configuration with
        {
            CertificateAuthority = PemSource.FromText(authorities),
        };

    private async Task<KubernetesApiException> AssertRefused(
        TestApiServer server,
        KubernetesClientConfiguration configuration
    )
    {
        server.Forget();
        using var client = new KubernetesClient(configuration);
        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));
        e.Kind.ShouldBe(KubernetesErrorKind.Transport);
        // It hung up before it said anything.
        server.Requests.ShouldBeEmpty();
        return e;
    }
}
