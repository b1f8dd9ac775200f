using System.Text;
using Binnacle.Testing;
using Kubernetes.Models;
using LocalCluster.Node.Logs;

namespace LocalCluster.Tests.Node;

public sealed class LogTests : IDisposable
{
    private static readonly Pod Pod = new()
    {
        Metadata = new ObjectMeta
        {
            Namespace = "n",
            Name = "p",
            Uid = "u",
        },
    };

    private readonly TemporaryFolder temporary = new();
    private readonly ManualTimeProvider time = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public async Task Tail_previous_timestamps_and_since()
    {
        var store = new LogStore(temporary.Path, time);
        WriteRun(store, 0, "old");
        WriteRun(store, 1, "one", "two", "three");

        (await ReadAsync(store, Request())).ShouldBe("one\ntwo\nthree\n");
        (await ReadAsync(store, Request() with { TailLines = 2 })).ShouldBe("two\nthree\n");
        (await ReadAsync(store, Request() with { TailLines = 0 })).ShouldBe("");
        (await ReadAsync(store, Request() with { Previous = true })).ShouldBe("old\n");
        (await ReadAsync(store, Request() with { TailLines = 1, Timestamps = true })).ShouldBe(
            "2026-01-01T00:00:04.000000000Z three\n"
        );
        (await ReadAsync(store, Request() with { Since = time.GetUtcNow().AddSeconds(-2) })).ShouldBe("two\nthree\n");
        new LogReader(store, time).Open(Request() with { Container = "other" }, Cancellation).ShouldBeNull();
    }

    [Fact]
    public async Task Only_the_last_two_runs_are_kept()
    {
        var store = new LogStore(temporary.Path, time);
        WriteRun(store, 0, "a");
        WriteRun(store, 1, "b");
        WriteRun(store, 2, "c");
        (await ReadAsync(store, Request() with { Previous = true })).ShouldBe("b\n");
        Directory.GetFiles(temporary.Path, "*.log", SearchOption.AllDirectories).Length.ShouldBe(2);
        store.Delete(Pod);
        Directory.GetFileSystemEntries(temporary.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Follow_sends_what_comes_and_ends_with_the_run()
    {
        var store = new LogStore(temporary.Path, TimeProvider.System);
        var log = store.Open(Pod, "c", 0);
        log.Write("stdout", "first");
        await using var stream = new LogReader(store, TimeProvider.System).Open(
            Request() with
            {
                Follow = true,
            },
            Cancellation
        )!;
        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync(Cancellation)).ShouldBe("first");
        log.Write("stderr", "second");
        (await reader.ReadLineAsync(Cancellation)).ShouldBe("second");
        log.Write("stdout", "last");
        log.Dispose();
        (await reader.ReadLineAsync(Cancellation)).ShouldBe("last");
        (await reader.ReadLineAsync(Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_full_file_is_set_aside_and_still_read()
    {
        var path = temporary.Of("n_p_u", "c", "0.log");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var log = new LogFile(path, time, () => { }, limit: 120))
        {
            log.Write("stdout", "one");
            log.Write("stdout", "two");
            log.Write("stdout", "three");
        }

        File.Exists(path + LogStore.RotatedSuffix).ShouldBeTrue();
        new FileInfo(path).Length.ShouldBeLessThanOrEqualTo(120);
        (await ReadAsync(new LogStore(temporary.Path, time), Request())).ShouldBe("one\ntwo\nthree\n");
    }

    [Fact]
    public async Task Copies_a_stream_by_lines_whatever_the_chunks()
    {
        var store = new LogStore(temporary.Path, time);
        using (var log = store.Open(Pod, "c", 0))
        {
            await log.CopyAsync(new MemoryStream(Encoding.UTF8.GetBytes("a ü\r\n\nend")), "stdout");
        }

        (await ReadAsync(store, Request())).ShouldBe("a ü\n\nend\n");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static PodLogRequest Request() => new("n", "p", "u", "c");

    private void WriteRun(LogStore store, int run, params string[] lines)
    {
        using var log = store.Open(Pod, "c", run);
        foreach (var line in lines)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            log.Write("stdout", line);
        }

        if (lines.Length == 3)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private async Task<string> ReadAsync(LogStore store, PodLogRequest request)
    {
        await using var stream = new LogReader(store, time).Open(request, Cancellation).ShouldNotBeNull();
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancellation);
    }
}
