using LocalCluster.Node.Programs;

namespace LocalCluster.Tests.Node;

public sealed class ProgramTableTests
{
    [Theory]
    [InlineData("quay.io/prometheus/prometheus:v3.5.3", "prometheus")]
    [InlineData("quay.io/prometheus/prometheus@sha256:abc", "prometheus")]
    [InlineData("quay.io/prometheus/prometheus:v1@sha256:abc", "prometheus")]
    [InlineData("prom/prometheus", "prometheus")]
    [InlineData("docker.io/prom/alertmanager:v0.33.1", "alertmanager,prometheus-alertmanager")]
    [InlineData("quay.io/prometheus/blackbox-exporter:v0.28.0", "blackbox_exporter,prometheus-blackbox-exporter")]
    [InlineData("docker.io/victoriametrics/vmagent:v1", "vmagent,vmagent-prod")]
    [InlineData("victoriametrics/vmbackup:v1", "vmbackup,vmbackup-prod")]
    [InlineData("docker.io/library/busybox:1.35", "sh")]
    public void Knows_the_program_of_an_image(string image, string names) =>
        string.Join(',', new ProgramTable([]).Find(image)!.Names).ShouldBe(names);

    [Theory]
    [InlineData("nginx")]
    [InlineData("registry.example:5000/prometheus")]
    [InlineData("quay.io/prometheus/prometheus2")]
    [InlineData("victoriametrics/a/b")]
    [InlineData("")]
    public void Knows_no_program_of_other_images(string image) => new ProgramTable([]).Find(image).ShouldBeNull();

    [Fact]
    public void An_entry_of_the_node_wins_over_a_built_in_one()
    {
        var own = new ProgramEntry { Image = "docker.io/prom/prometheus", Names = ["/opt/mine"] };
        new ProgramTable([own]).Find("prom/prometheus:v1").ShouldBe(own);
    }

    [Theory]
    [InlineData("localhost:5000/a/b:1", "localhost:5000/a/b")]
    [InlineData("index.docker.io/library/busybox", "busybox")]
    [InlineData("a:1@sha256:2", "a")]
    public void Strips_tag_digest_and_the_default_registry(string image, string repository) =>
        ProgramTable.Repository(image).ShouldBe(repository);

    [Fact]
    public void Finds_programs_under_any_of_their_names_first_in_its_own_folders()
    {
        using var folder = new TemporaryFolder();
        var own = folder.Write("own/prometheus-alertmanager", "");
        var path = folder.Write("path/alertmanager", "");
        folder.Write("own/alertmanager", "not executable");
        File.SetUnixFileMode(own, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        string[] names = ["alertmanager", "prometheus-alertmanager"];
        new ProgramLocator([folder.Of("own")], folder.Of("path")).Find(names).ShouldBe(own);
        new ProgramLocator([folder.Of("missing")], folder.Of("path")).Find(names).ShouldBe(path);
        new ProgramLocator([folder.Of("missing")], null).Find(names).ShouldBeNull();
    }

    [Fact]
    public void Finds_support_folders_in_the_package_of_the_program()
    {
        using var folder = new TemporaryFolder();
        var program = folder.Write("package/usr/bin/alertmanager", "");
        folder.Write("package/usr/share/some-program/templates/default.tmpl", "");
        Directory.CreateDirectory(folder.Of("bin"));
        File.CreateSymbolicLink(folder.Of("bin", "alertmanager"), program);

        const string Wanted = "/usr/share/some-program/templates";
        ProgramLocator
            .FindSupportFolder(folder.Of("bin", "alertmanager"), Wanted)
            .ShouldBe(folder.Of("package") + Wanted);
        ProgramLocator.FindSupportFolder(program, "/usr/share/other").ShouldBeNull();
    }
}
