using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Binnacle.Testing;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Client.Tests;

/// <summary>Credential plugins: real scripts, run as the kubeconfig says.</summary>
public sealed class ExecPluginTests : IDisposable
{
    private const string Map = """{"metadata":{"name":"a","namespace":"n"}}""";
    private static readonly ObjectKey Key = new("n", "a");

    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider clock = new();
    private readonly RecordingLogger log = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    [Trait("Guarantee", "K5")]
    public async Task Credentials_are_kept_until_they_expire()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var client = Client(server, NumberedToken(expires: clock.GetUtcNow().AddMinutes(10)));

        await client.GetAsync<ConfigMap>(Key, token);
        clock.Advance(TimeSpan.FromMinutes(9.9));
        await client.GetAsync<ConfigMap>(Key, token);
        clock.Advance(TimeSpan.FromMinutes(0.1));
        await client.GetAsync<ConfigMap>(Key, token);

        Tokens(server).ShouldBe(["Bearer secret-1", "Bearer secret-1", "Bearer secret-2"]);
        log.ToString().ShouldNotContain("secret");
    }

    [Fact]
    [Trait("Guarantee", "K5")]
    public async Task Credentials_without_a_time_are_kept()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var client = Client(server, NumberedToken(expires: null));

        await client.GetAsync<ConfigMap>(Key, token);
        clock.Advance(TimeSpan.FromDays(100));
        await client.GetAsync<ConfigMap>(Key, token);

        Tokens(server).ShouldBe(["Bearer secret-1", "Bearer secret-1"]);
    }

    [Fact]
    [Trait("Guarantee", "K6")]
    public async Task A_refused_token_makes_it_run_again_and_the_request_is_repeated()
    {
        await using var server = await TestApiServer.StartAsync(
            (context, seen) =>
                TestApiServer.AnswerAsync(context, seen.Authorization == "Bearer secret-2" ? 200 : 401, Map)
        );
        using var client = Client(server, NumberedToken(expires: null));
        var value = new ConfigMap
        {
            Metadata = new ObjectMeta { Name = "a", Namespace = "n" },
        };

        await client.CreateAsync(value, new WriteOptions(), token);

        Tokens(server).ShouldBe(["Bearer secret-1", "Bearer secret-2"]);
    }

    [Fact]
    [Trait("Guarantee", "K6")]
    public async Task The_same_token_again_is_not_tried_twice()
    {
        await using var server = await TestApiServer.StartAsync(401, "no");
        using var client = Client(server, Script($"{Count}\n{Print("""{"token":"same"}""")}"));

        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));

        e.Kind.ShouldBe(KubernetesErrorKind.Unauthorized);
        Tokens(server).ShouldBe(["Bearer same"]);
        Runs().ShouldBe(2);
    }

    [Fact]
    [Trait("Guarantee", "K6")]
    public async Task When_there_is_nothing_new_the_servers_refusal_stands()
    {
        await using var server = await TestApiServer.StartAsync(401, "who is that");
        var once = Script($"[ -e runs ] && exit 7\n{Count}\n{Print("""{"token":"same"}""")}");
        using var client = Client(server, once);

        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));

        e.StatusCode.ShouldBe(401);
        log.ToString().ShouldContain("failed with exit code 7");
    }

    [Fact]
    [Trait("Guarantee", "K7")]
    public async Task However_many_requests_wait_it_runs_once_at_a_time()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var client = Client(server, Script($"{Count}\n{WaitFor("go")}\n{Print("""{"token":"t"}""")}"));

        var gets = Enumerable.Range(0, 20).Select(_ => client.GetAsync<ConfigMap>(Key, token)).ToArray();
        await Polling.UntilAsync(() => Runs() == 1);
        folder.Write("go", "");
        await Task.WhenAll(gets);

        Runs().ShouldBe(1);
        server.Requests.Count.ShouldBe(20);
    }

    [Fact]
    [Trait("Guarantee", "K7")]
    public async Task One_that_gives_up_waiting_does_not_end_the_run_for_the_others()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var client = Client(server, Script($"{Count}\n{WaitFor("go")}\n{Print("""{"token":"t"}""")}"));
        using var impatient = new CancellationTokenSource();

        var first = client.GetAsync<ConfigMap>(Key, impatient.Token);
        var second = client.GetAsync<ConfigMap>(Key, token);
        await Polling.UntilAsync(() => Runs() == 1);
        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        folder.Write("go", "");
        await second;

        Runs().ShouldBe(1);
    }

    [Fact]
    [Trait("Guarantee", "K8")]
    public async Task A_certificate_of_a_plugin_makes_new_connections()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        foreach (var name in (string[])["1", "2"])
        {
            using var certificate = server.Pki.Issue($"user-{name}");
            var identity = new Dictionary<string, string>
            {
                ["clientCertificateData"] = certificate.ExportCertificatePem(),
                ["clientKeyData"] = TestPki.KeyPem(certificate),
                ["expirationTimestamp"] = Time(clock.GetUtcNow().AddMinutes(name == "1" ? 10 : 1000)),
            };
            folder.Write($"status-{name}", Credential(JsonSerializer.Serialize(identity)));
        }
        using var client = Client(server, Script($"{Count}\ncat status-$(($(wc -l < runs)))"));

        await client.GetAsync<ConfigMap>(Key, token);
        await client.GetAsync<ConfigMap>(Key, token);
        clock.Advance(TimeSpan.FromMinutes(11));
        await client.GetAsync<ConfigMap>(Key, token);

        server.Requests.Select(request => request.ClientCertificate).ShouldBe(["CN=user-1", "CN=user-1", "CN=user-2"]);
        server.Requests.Select(request => request.Connection).Distinct().Count().ShouldBe(2);
        log.ToString().ShouldNotContain("PRIVATE");
    }

    [Fact]
    [Trait("Guarantee", "K8")]
    public async Task A_certificate_that_is_none_is_said_to_be_the_plugins()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        var script = Script(Print("""{"clientCertificateData":"x","clientKeyData":"my-key"}"""));
        using var client = Client(server, script);

        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));

        e.Kind.ShouldBe(KubernetesErrorKind.Unauthorized);
        e.Message.ShouldBe("credential plugin sh has no PEM block 'CERTIFICATE'");
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("client.authentication.k8s.io/v1")]
    [InlineData("client.authentication.k8s.io/v1beta1")]
    [Trait("Guarantee", "K4")]
    public async Task It_is_told_the_cluster_when_it_wants_to_know(string version)
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        var write = "printf %s \"$KUBERNETES_EXEC_INFO\" > info";
        var plugin = Script($"{write}\n{Print("""{"token":"t"}""", version)}") with
        {
            ApiVersion = version,
            InteractiveMode = ExecInteractiveMode.Never,
        };

        await AssertInfoAsync(plugin, """{"interactive":false}""");
        await AssertInfoAsync(
            plugin with
            {
                ProvideClusterInfo = true,
                ClusterConfig = JsonElement.Parse("""{"audience":"x","n":[1]}"""),
            },
            $$$"""
            {"cluster":{"server":"https://127.0.0.1:{{{server.Port}}}","tls-server-name":"127.0.0.1",
            "certificate-authority-data":"{{{Base64(server.Pki.AuthorityPem)}}}","config":{"audience":"x","n":[1]}},
            "interactive":false}
            """
        );

        async Task AssertInfoAsync(ExecCredentialPlugin asked, string spec)
        {
            var configuration = server.Configuration with { Exec = asked, TlsServerName = "127.0.0.1" };
            using var client = new KubernetesClient(configuration, clock, log);
            await client.GetAsync<ConfigMap>(Key, token);
            var info = JsonElement.Parse(await File.ReadAllBytesAsync(Path.Combine(folder.Path, "info"), token));
            JsonElement
                .DeepEquals(
                    info,
                    JsonElement.Parse($$"""{"kind":"ExecCredential","apiVersion":"{{version}}","spec":{{spec}}}""")
                )
                .ShouldBeTrue(info.ToString());
        }
    }

    [Fact]
    [Trait("Guarantee", "K4")]
    public async Task Arguments_and_environment_arrive_as_they_are()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        string[] arguments = ["two words", "it's \"quoted\"", "$HOME `id` *", "", "--x=y;exit 1"];
        var script = Script(
            $"printf '%s\\n' \"$@\" > args\nprintf '%s|%s' \"$GIVEN\" \"$PATH\" > env\ncat > input\n{Print("""{"token":"t"}""")}"
        );
        var plugin = script with
        {
            Args = [.. script.Args, .. arguments],
            Env = new Dictionary<string, string> { ["GIVEN"] = "a b" },
        };
        using var client = Client(server, plugin);

        await client.GetAsync<ConfigMap>(Key, token);

        Read("args").ShouldBe(string.Join('\n', arguments) + "\n");
        Read("env").ShouldBe($"a b|{Environment.GetEnvironmentVariable("PATH")}");
        // Nobody types: what reads its input comes to its end at once.
        Read("input").ShouldBeEmpty();
    }

    [Fact]
    [Trait("Guarantee", "K4")]
    public async Task A_kubeconfig_names_it_relative_to_itself()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        folder.Write("plugin.sh", Print("""{"token":"from-file"}"""));
        Directory.CreateDirectory(Path.Combine(folder.Path, "bin"));
        File.CreateSymbolicLink(Path.Combine(folder.Path, "bin", "plugin"), "/bin/sh");
        var authority = Base64(server.Pki.AuthorityPem);
        var path = folder.Write(
            "config",
            $$"""
            current-context: x
            clusters:
            - name: c
              cluster:
                server: https://127.0.0.1:{{server.Port}}
                certificate-authority-data: {{authority}}
                extensions:
                - name: other
                  extension: {a: 1}
                - name: client.authentication.k8s.io/exec
                  extension: {audience: me}
            users:
            - name: u
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: bin/plugin
                  args: [{{Path.Combine(folder.Path, "plugin.sh")}}]
                  env: [{name: A, value: "1"}, {name: B, value: ""} ]
                  interactiveMode: Never
                  provideClusterInfo: true
                  installHint: brew install it
            contexts: [{name: x, context: {cluster: c, user: u} }]
            """
        );
        var configuration = KubernetesClientConfiguration.Load(path);
        var exec = configuration.Exec.ShouldNotBeNull();
        exec.Command.ShouldBe(Path.Combine(folder.Path, "bin", "plugin"));
        exec.Env.ShouldBe(new Dictionary<string, string> { ["A"] = "1", ["B"] = "" });
        exec.ClusterConfig.ToString().ShouldBe("""{"audience":"me"}""");
        exec.ProvideClusterInfo.ShouldBeTrue();
        exec.InstallHint.ShouldBe("brew install it");
        exec.InteractiveMode.ShouldBe(ExecInteractiveMode.Never);
        using var client = new KubernetesClient(configuration);

        await client.GetAsync<ConfigMap>(Key, token);

        Tokens(server).ShouldBe(["Bearer from-file"]);
    }

    [Fact]
    [Trait("Guarantee", "K4")]
    public async Task What_it_says_is_in_the_log()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var client = Client(server, Script($"echo 'session ends soon' >&2\n{Print("""{"token":"t"}""")}"));

        await client.GetAsync<ConfigMap>(Key, token);

        log.At(LogLevel.Warning).ShouldContain("Credential plugin sh: session ends soon");
    }

    /// <summary>Some leave an agent behind that keeps a login, with the standard error of the one who started it.</summary>
    [Fact]
    [Trait("Guarantee", "K4")]
    public async Task What_it_leaves_running_is_not_waited_for()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        var script = Script(
            $"sleep 600 >/dev/null </dev/null &\necho $! > pid\necho 'told' >&2\n{Print("""{"token":"t"}""")}"
        );
        using var client = Client(server, script with { Timeout = TimeSpan.FromHours(1) });

        var get = client.GetAsync<ConfigMap>(Key, token);
        await Polling.UntilAsync(() => log.ToString().Contains("told", StringComparison.Ordinal));
        try
        {
            await Polling.UntilAsync(() =>
            {
                clock.Advance(TimeSpan.FromSeconds(0.1));
                return get.IsCompleted;
            });
            await get;
            Tokens(server).ShouldBe(["Bearer t"]);
        }
        finally
        {
            Process.GetProcessById(int.Parse(Read("pid"), CultureInfo.InvariantCulture)).Kill();
        }
    }

    [Fact]
    [Trait("Guarantee", "K4")]
    public async Task It_is_ended_when_it_takes_too_long()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        // The child that it waits for goes too.
        using var client = Client(server, Script("sleep 600 &\necho $! > pid\nwait"));

        var get = client.GetAsync<ConfigMap>(Key, token);
        await Polling.UntilAsync(() => Read("pid").EndsWith('\n'));
        clock.Advance(TimeSpan.FromSeconds(59));
        get.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));

        var e = await Should.ThrowAsync<KubernetesApiException>(get);
        e.Kind.ShouldBe(KubernetesErrorKind.Timeout);
        e.Message.ShouldBe("credential plugin sh: not done within 60 s");
        await AssertEndsAsync(int.Parse(Read("pid"), CultureInfo.InvariantCulture));
    }

    [Fact]
    [Trait("Guarantee", "K4")]
    public async Task It_ends_with_the_client()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        Task get;
        using (var client = Client(server, Script("sleep 600 &\necho $! > pid\nwait")))
        {
            get = client.GetAsync<ConfigMap>(Key, token);
            await Polling.UntilAsync(() => Read("pid").EndsWith('\n'));
        }
        await Should.ThrowAsync<OperationCanceledException>(get);
        await AssertEndsAsync(int.Parse(Read("pid"), CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("exit 3", "credential plugin sh failed with exit code 3; what it says is in the log")]
    [InlineData("exit 0", "credential plugin sh gave no credentials: it printed nothing")]
    [InlineData("echo secret", "credential plugin sh gave no credentials: what it printed is no JSON")]
    [InlineData("head -c 2000000 /dev/zero", "credential plugin sh gave no credentials: it printed more than 1048576")]
    [Trait("Guarantee", "K4")]
    public async Task What_goes_wrong_is_said(string script, string expected)
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var client = Client(server, Script(script));

        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));

        e.Kind.ShouldBe(KubernetesErrorKind.Unauthorized);
        e.Message.ShouldStartWith(expected);
        e.ToString().ShouldNotContain("secret");
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("no-such-plugin-anywhere")]
    [InlineData("/nowhere/plugin")]
    [InlineData("not-executable")]
    [Trait("Guarantee", "K4")]
    public async Task One_that_is_not_there_comes_with_the_hint(string command)
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        if (command == "not-executable")
        {
            command = folder.Write(command, "");
        }
        var plugin = Script("") with { Command = command, InstallHint = "run brew install it" };
        using var client = Client(server, plugin);

        var e = await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<ConfigMap>(Key, token));

        e.Message.ShouldBe(
            $"credential plugin {command} is not there, or may not be run. To install it: run brew install it"
        );
    }

    [Fact]
    [Trait("Guarantee", "K4")]
    public void The_current_folder_is_no_place_to_find_it_in()
    {
        ExecutableFinder.Find("sh").ShouldNotBeNull().ShouldStartWith("/");
        // The tests run in the folder of their own executable.
        var here = Path.Combine(Directory.GetCurrentDirectory(), $"plugin-{Guid.NewGuid():N}");
        File.CreateSymbolicLink(here, "/bin/sh");
        try
        {
            ExecutableFinder.Find(Path.GetFileName(here)).ShouldBeNull();
            ExecutableFinder.Find(here).ShouldBe(here);
        }
        finally
        {
            File.Delete(here);
        }
    }

    [Theory]
    [InlineData(ExecInteractiveMode.Never, true, "false")]
    [InlineData(ExecInteractiveMode.IfAvailable, false, "false")]
    [InlineData(ExecInteractiveMode.IfAvailable, true, "true")]
    [InlineData(ExecInteractiveMode.Always, true, "true")]
    [InlineData(ExecInteractiveMode.Always, false, null)]
    [Trait("Guarantee", "K4")]
    public async Task A_person_is_asked_where_there_is_one_and_it_is_allowed(
        ExecInteractiveMode mode,
        bool terminal,
        string? told
    )
    {
        var script = Script($"printf %s \"$KUBERNETES_EXEC_INFO\" > info\n{Print("""{"token":"t"}""")}");
        var configuration = new KubernetesClientConfiguration { Server = new Uri("https://host") };
        var runner = new ExecRunner(script with { InteractiveMode = mode }, configuration, () => terminal, clock, log);

        if (told is null)
        {
            var e = await Should.ThrowAsync<KubernetesApiException>(() => runner.RunAsync(token));
            e.Message.ShouldBe("credential plugin sh needs a terminal (interactiveMode: Always), and there is none");
            return;
        }
        (await runner.RunAsync(token)).Token.ShouldBe("t");
        Read("info").ShouldContain($"\"interactive\":{told}");
    }

    [Fact]
    [Trait("Guarantee", "K5")]
    public async Task A_token_in_the_kubeconfig_wins_over_it()
    {
        await using var server = await TestApiServer.StartAsync(200, Map);
        using var client = new KubernetesClient(
            server.Configuration with
            {
                Token = "fixed",
                Exec = Script($"{Count}\n{Print("""{"token":"t"}""")}"),
            }
        );

        await client.GetAsync<ConfigMap>(Key, token);

        Tokens(server).ShouldBe(["Bearer fixed"]);
        Runs().ShouldBe(0);
    }

    [Theory]
    [InlineData("[]", "what it printed is no object of kind ExecCredential")]
    [InlineData("""{"kind":"Secret"}""", "what it printed is no object of kind ExecCredential")]
    [InlineData(
        """{"kind":"ExecCredential","apiVersion":"v2"}""",
        "it printed apiVersion 'v2', the kubeconfig says 'v'"
    )]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"v"}""", "it printed no status")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"v","status":null}""", "it printed no status")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"v","status":{}}""", "it printed neither status.token nor")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"v","status":{"token":7}}""", "its token is no string")]
    [InlineData(
        """{"kind":"ExecCredential","apiVersion":"v","status":{"token":"t","clientKeyData":"k"}}""",
        "it printed no status.clientCertificateData: a certificate needs both"
    )]
    [InlineData(
        """{"kind":"ExecCredential","apiVersion":"v","status":{"clientCertificateData":"c"}}""",
        "it printed no status.clientKeyData: a certificate needs both"
    )]
    [InlineData(
        """{"kind":"ExecCredential","apiVersion":"v","status":{"token":"t","expirationTimestamp":"soon"}}""",
        "status.expirationTimestamp 'soon' is no RFC 3339 time"
    )]
    [Trait("Guarantee", "K4")]
    public void What_is_no_credential_is_explained(string output, string expected) =>
        Should
            .Throw<InvalidDataException>(() => ExecCredential.Parse(Encoding.UTF8.GetBytes(output), "v", "here"))
            .Message.ShouldStartWith(expected);

    private const string Count = "echo run >> runs";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string WaitFor(string file) => $"while [ ! -e {file} ]; do sleep 0.02; done";

    private static string Time(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Credential(string status, string version = "client.authentication.k8s.io/v1") =>
        $$"""{"apiVersion":"{{version}}","kind":"ExecCredential","status":{{status}}}""";

    private static string Print(string status, string version = "client.authentication.k8s.io/v1") =>
        $"cat <<'END'\n{Credential(status, version)}\nEND";

    /// <summary>A plugin that runs a script in the test's folder.</summary>
    private ExecCredentialPlugin Script(string body) =>
        new("client.authentication.k8s.io/v1", "sh")
        {
            Args = [folder.Write("plugin.sh", $"cd '{folder.Path}'\n{body}\n")],
        };

    /// <summary>Gives another token with every run.</summary>
    private ExecCredentialPlugin NumberedToken(DateTimeOffset? expires)
    {
        var until = expires is { } time ? $",\"expirationTimestamp\":\"{Time(time)}\"" : "";
        var status = $$"""{"token":"secret-'$n'"{{until}} }""";
        return Script($"{Count}\nn=$(($(wc -l < runs)))\necho '{Credential(status)}'");
    }

    private KubernetesClient Client(TestApiServer server, ExecCredentialPlugin plugin) =>
        new(server.Configuration with { Exec = plugin }, clock, log);

    private int Runs() => Read("runs").Count(character => character == '\n');

    private string Read(string file)
    {
        var path = Path.Combine(folder.Path, file);
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }

    private static async Task AssertEndsAsync(int process) =>
        await Polling.UntilAsync(() =>
        {
            try
            {
                using var found = Process.GetProcessById(process);
                // One that ended stays in the list until its parent, or who adopted it, looks at it.
                return File.ReadAllText($"/proc/{process}/stat").Split(") ")[1][0] == 'Z';
            }
            catch (Exception e) when (e is ArgumentException or IOException)
            {
                return true;
            }
        });

    private static IEnumerable<string?> Tokens(TestApiServer server) =>
        server.Requests.Select(request => request.Authorization);
}
