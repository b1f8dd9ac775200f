using System.Diagnostics;
using LocalCluster.Node.Pods;
using LocalCluster.Node.Processes;

namespace LocalCluster.Tests.Node;

public sealed class SandboxTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Shows_mounts_at_paths_that_the_machine_lacks_and_over_those_that_it_has(bool userNamespace)
    {
        var setpriv = await SandboxProbe.FindSetprivAsync(TestContext.Current.CancellationToken);
        var sandbox = new Sandbox(userNamespace, setpriv);
        var probe = Directory.CreateDirectory(temporary.Of("probe")).FullName;
        var refusal = await SandboxProbe.TryAsync(sandbox, probe, TestContext.Current.CancellationToken);
        Assert.SkipWhen(refusal is not null, $"this machine does not allow it: {refusal}");
        temporary.Write("config/a.yml", "config");
        temporary.Write("rules/r.yml", "rules");
        var hosts = temporary.Write("hosts", "own hosts\n");
        Directory.CreateDirectory(temporary.Of("data"));

        var (code, output) = await RunAsync(
            sandbox,
            "cat /etc/prog/config/a.yml /etc/prog/config/rules/r.yml /etc/hosts; echo >/data.d/written; "
                + "echo x 2>/dev/null >/etc/prog/config/no && echo writable; head -c 5 /etc/passwd; pwd; test -d /proc/self && echo proc",
            "/work.d/deep",
            new SandboxMount(temporary.Of("rules"), "/etc/prog/config/rules", ReadOnly: true),
            new SandboxMount(temporary.Of("config"), "/etc/prog/config", ReadOnly: true),
            new SandboxMount(temporary.Of("data"), "/data.d", ReadOnly: false),
            new SandboxMount(hosts, "/etc/hosts", ReadOnly: true)
        );

        output.ShouldBe("configrulesown hosts\nroot:/work.d/deep\nproc\n");
        code.ShouldBe(0);
        File.Exists(temporary.Of("data", "written")).ShouldBeTrue();
        File.ReadAllText("/etc/hosts").ShouldNotBe("own hosts\n");
        File.ReadAllText("/proc/self/mountinfo").ShouldNotContain(temporary.Path);
    }

    [Fact]
    public async Task Follows_the_links_of_the_machine()
    {
        var sandbox = await FindAsync();
        temporary.Write("secret/token", "t0ken");
        // /var/run is a link to /run on nearly every machine.
        var (_, output) = await RunAsync(
            sandbox,
            "cat /var/run/secrets/kubernetes.io/serviceaccount/token; test -e /usr/bin/env && echo ' and the rest'",
            "/",
            new SandboxMount(temporary.Of("secret"), "/var/run/secrets/kubernetes.io/serviceaccount", ReadOnly: true)
        );
        output.ShouldBe("t0ken and the rest\n");
    }

    [Fact]
    public async Task A_swapped_link_inside_of_a_mount_is_seen()
    {
        var sandbox = await FindAsync();
        var folder = new LocalCluster.Node.Volumes.AtomicFolder(temporary.Of("v"), TimeProvider.System);
        folder.Write(Files("one"));
        var command = Wrap(
            sandbox,
            "while ! grep -q two /mnt.d/f; do cat /mnt.d/f; sleep 0.05; done; cat /mnt.d/f",
            "/",
            new SandboxMount(temporary.Of("v"), "/mnt.d", true)
        );
        using var process = Process.Start(
            new ProcessStartInfo(command.Program, command.Arguments) { RedirectStandardOutput = true }
        )!;
        (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("one");
        folder.Write(Files("two"));
        var rest = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        (await rest.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).ShouldEndWith("two\n");

        static Dictionary<string, LocalCluster.Node.Volumes.FilePayload> Files(string text) =>
            new() { ["f"] = new(System.Text.Encoding.UTF8.GetBytes(text + "\n"), 0x1A4) };
    }

    [Fact]
    public void Without_a_sandbox_mounts_lie_next_to_each_other_as_in_the_container()
    {
        temporary.Write("c/prometheus.yml", "c");
        temporary.Write("r/a.yml", "r");
        temporary.Write("s/token", "s");
        var view = FolderView.Create(
            temporary.Of("view"),
            [
                new SandboxMount(temporary.Of("r"), "/etc/prom/config/rules", true),
                new SandboxMount(temporary.Of("c"), "/etc/prom/config", true),
                new SandboxMount(temporary.Of("s"), "/etc/prom/secrets", true),
            ]
        );
        var config = view.Single(v => v.Path == "/etc/prom/config").Here;
        File.ReadAllText(Path.Join(config, "rules/a.yml")).ShouldBe("r");
        // As programs join paths: by their text.
        File.ReadAllText(Path.GetFullPath(Path.Join(config, "../secrets/token"))).ShouldBe("s");
    }

    private static async Task<Sandbox> FindAsync()
    {
        using var folder = new TemporaryFolder();
        var setpriv = await SandboxProbe.FindSetprivAsync(TestContext.Current.CancellationToken);
        var (sandbox, reason) = await SandboxProbe.FindAsync(
            folder.Path,
            setpriv,
            TestContext.Current.CancellationToken
        );
        Assert.SkipWhen(sandbox is null, $"this machine allows no private mount namespace: {reason}");
        return sandbox;
    }

    private ProgramCommand Wrap(Sandbox sandbox, string script, string workingDirectory, params SandboxMount[] mounts)
    {
        var command = new ProgramCommand("/bin/sh", ["-c", script], new Dictionary<string, string>(), workingDirectory);
        return sandbox.Wrap(command, mounts, Directory.CreateDirectory(temporary.Of("container")).FullName);
    }

    private async Task<(int Code, string Output)> RunAsync(
        Sandbox sandbox,
        string script,
        string workingDirectory,
        params SandboxMount[] mounts
    )
    {
        var command = Wrap(sandbox, script, workingDirectory, mounts);
        var start = new ProcessStartInfo(command.Program, command.Arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var text = await output.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, text);
    }
}
