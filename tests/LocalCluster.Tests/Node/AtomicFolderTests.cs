using System.Text;
using LocalCluster.Node.Volumes;

namespace LocalCluster.Tests.Node;

public sealed class AtomicFolderTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void Shows_files_through_links_as_a_kubelet_does()
    {
        var folder = New();
        folder.Write(Files(("a.yml", "1"), ("sub/b.yml", "2"))).ShouldBeTrue();

        File.ReadAllText(At("a.yml")).ShouldBe("1");
        File.ReadAllText(At("sub/b.yml")).ShouldBe("2");
        new FileInfo(At("a.yml")).LinkTarget.ShouldBe("..data/a.yml");
        new FileInfo(At("..data")).LinkTarget.ShouldNotBeNull().ShouldStartWith("..2");
    }

    [Fact]
    public void Does_nothing_when_nothing_changed()
    {
        var folder = New();
        folder.Write(Files(("a", "1")));
        var data = new FileInfo(At("..data")).LinkTarget;
        folder.Write(Files(("a", "1"))).ShouldBeFalse();
        new FileInfo(At("..data")).LinkTarget.ShouldBe(data);
    }

    [Fact]
    public void Removes_what_is_gone_and_keeps_what_others_put_there()
    {
        var folder = New();
        folder.Write(Files(("a", "1"), ("b", "2")));
        Directory.CreateDirectory(At("mounted"));
        folder.Write(Files(("b", "3"))).ShouldBeTrue();

        new DirectoryInfo(temporary.Of("v"))
            .EnumerateFileSystemInfos()
            .Select(e => e.Name)
            .Where(n => !n.StartsWith("..2", StringComparison.Ordinal))
            .Order()
            .ShouldBe(["..data", "b", "mounted"]);
        Directory.GetDirectories(temporary.Of("v"), "..2*").Length.ShouldBe(1);
        File.ReadAllText(At("b")).ShouldBe("3");
    }

    [Fact]
    public void Sets_permissions()
    {
        New().Write(new Dictionary<string, FilePayload> { ["token"] = new("x"u8.ToArray(), 0x180) });
        File.GetUnixFileMode(At("token")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("..x")]
    [InlineData("a/../../x")]
    public void Refuses_paths_that_lead_out(string path)
    {
        var exception = Should.Throw<VolumeNotReadyException>(() => New().Write(Files((path, "1"))));
        exception.Message.ShouldContain(path);
    }

    [Fact]
    public async Task A_reader_never_sees_half_of_a_change()
    {
        var folder = New();
        folder.Write(Files(("a", "0"), ("b", "0")));
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(
            () =>
            {
                for (var i = 1; i < 300; i++)
                {
                    var text = i.ToString();
                    folder.Write(Files(("a", text), ("b", text)));
                }
            },
            TestContext.Current.CancellationToken
        );
        var compared = 0;
        while (!writing.IsCompleted)
        {
            // What a program does that resolves the link once: both files are of one version.
            var data = At(new FileInfo(At("..data")).LinkTarget!);
            try
            {
                File.ReadAllText(Path.Join(data, "a")).ShouldBe(File.ReadAllText(Path.Join(data, "b")));
                compared++;
            }
            catch (Exception exception) when (exception is DirectoryNotFoundException or FileNotFoundException)
            {
                // That version has just been removed.
            }

            // The names themselves never lead nowhere for long enough to be seen missing twice.
            (File.Exists(At("a")) || File.Exists(At("a"))).ShouldBeTrue();
        }

        await writing;
        compared.ShouldBeGreaterThan(0);
    }

    private AtomicFolder New() => new(temporary.Of("v"), TimeProvider.System);

    private string At(string path) => temporary.Of("v", path);

    private static Dictionary<string, FilePayload> Files(params (string Path, string Text)[] files) =>
        files.ToDictionary(f => f.Path, f => new FilePayload(Encoding.UTF8.GetBytes(f.Text), 0x1A4));
}
