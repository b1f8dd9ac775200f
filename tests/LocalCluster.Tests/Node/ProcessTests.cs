using LocalCluster.Node.Logs;
using LocalCluster.Node.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalCluster.Tests.Node;

public sealed class ProcessTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly ProcessLauncher launcher = new();

    public void Dispose()
    {
        launcher.Dispose();
        temporary.Dispose();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_a_program_with_its_environment_alone_and_keeps_its_output()
    {
        await using var process = await StartAsync(
            "echo \"$A-$HOME\"; echo err >&2; read x || echo eof; exit 7",
            ("A", "b")
        );
        (await process.Exit.WaitAsync(Cancellation)).ShouldBe(7);
        var lines = (await File.ReadAllLinesAsync(temporary.Of("log"), Cancellation))
            .Select(l => l.Split(' ', 2)[1])
            .Order();
        lines.ShouldBe(["stderr F err", "stdout F b-", "stdout F eof"]);
        File.Exists(temporary.Of("c.pid")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_stop_asks_first()
    {
        await using var process = await StartAsync(
            "trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.05; done"
        );
        await SaysAsync("up");
        using var never = new CancellationTokenSource();
        await process.StopAsync(never.Token).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        (await process.Exit).ShouldBe(5);
        await SaysAsync("bye");
    }

    [Fact]
    public async Task A_program_that_does_not_listen_is_killed_with_its_children()
    {
        await using var process = await StartAsync(
            "trap '' TERM; sh -c 'trap \"\" TERM; echo child $$; while :; do sleep 0.05; done' & wait"
        );
        var child = int.Parse((await SaysAsync("child")).Split(' ')[^1]);
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await process.StopAsync(now.Token).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        (await process.Exit).ShouldBe(128 + 9);
        await Eventually.BecomesTrueAsync(() => ProcessIdentity.Of(child) is null, "the child's end");
    }

    [Fact]
    public async Task Children_that_outlive_their_program_are_killed()
    {
        await using var process = await StartAsync("sh -c 'echo child $$; while :; do sleep 0.05; done' & sleep 0.3");
        var child = int.Parse((await SaysAsync("child")).Split(' ')[^1]);
        (await process.Exit.WaitAsync(TimeSpan.FromSeconds(20), Cancellation)).ShouldBe(0);
        await Eventually.BecomesTrueAsync(() => ProcessIdentity.Of(child) is null, "the child's end");
    }

    [Fact]
    public async Task A_program_that_was_left_behind_is_killed_and_a_reused_id_is_not()
    {
        Directory.CreateDirectory(temporary.Of("pods", "u"));
        await using var process = await StartAsync("echo up; sleep 600");
        await SaysAsync("up");
        File.Copy(temporary.Of("c.pid"), temporary.Of("pods", "u", "c.pid"));
        var self = ProcessIdentity.Of(Environment.ProcessId)!.Value;
        File.WriteAllText(
            temporary.Of("pods", "u", "other.pid"),
            (self with { StartTick = self.StartTick - 1 }).ToString()
        );

        StaleProcesses.Kill(temporary.Of("pods"), NullLogger.Instance);

        (await process.Exit.WaitAsync(TimeSpan.FromSeconds(20), Cancellation)).ShouldBe(128 + 9);
        Directory.GetFiles(temporary.Of("pods"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Programs_end_with_the_thread_that_started_them()
    {
        var setpriv = await SandboxProbe.FindSetprivAsync(Cancellation);
        Assert.SkipWhen(setpriv is null, "this machine has no setpriv with --pdeathsig");
        var own = new ProcessLauncher();
        var command = new ProgramCommand("/bin/sh", ["-c", "sleep 600"], new Dictionary<string, string>(), "/");
        using var log = new LogFile(temporary.Of("log"), TimeProvider.System, () => { });
        await using var process = await ContainerProcess.StartAsync(
            own,
            Sandbox.Tie(command, setpriv),
            temporary.Of("c.pid"),
            log
        );
        // Until the program itself runs, the signal is not yet set.
        await Eventually.BecomesTrueAsync(
            () =>
                File.ReadAllText($"/proc/{process.Id}/cmdline").StartsWith("/bin/sh", StringComparison.Ordinal)
                || File.ReadAllText($"/proc/{process.Id}/cmdline").StartsWith("sleep", StringComparison.Ordinal),
            "the program to run"
        );
        own.Dispose();
        (await process.Exit.WaitAsync(TimeSpan.FromSeconds(20), Cancellation)).ShouldBe(128 + 9);
    }

    private async Task<ContainerProcess> StartAsync(string script, params (string Name, string Value)[] environment)
    {
        var variables = environment.Append(("PATH", Environment.GetEnvironmentVariable("PATH")!)).ToDictionary();
        var command = new ProgramCommand("/bin/sh", ["-c", script], variables, "/");
        var log = new LogFile(temporary.Of("log"), TimeProvider.System, () => { });
        return await ContainerProcess.StartAsync(launcher, command, temporary.Of("c.pid"), log);
    }

    private Task<string> SaysAsync(string word) =>
        Eventually.GetAsync(
            () =>
                Task.FromResult(
                    File.ReadAllLines(temporary.Of("log"))
                        .FirstOrDefault(l => l.Contains($"F {word}", StringComparison.Ordinal))
                ),
            $"the output '{word}'"
        );
}
