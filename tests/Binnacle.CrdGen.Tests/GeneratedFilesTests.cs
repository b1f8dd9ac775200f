using System.Runtime.CompilerServices;
using System.Text;

namespace Binnacle.CrdGen.Tests;

public sealed class GeneratedFilesTests
{
    private static readonly IReadOnlyDictionary<string, string> Files = GeneratedConfig.Files();

    public static TheoryData<string> Paths => [.. Files.Keys];

    [Trait("Guarantee", "G8")]
    [Fact]
    public void The_committed_files_are_what_the_types_say() =>
        new OutputFolder(ConfigFolder()).Differences(Files).ShouldBeEmpty("run `make generate`");

    [Trait("Guarantee", "G8")]
    [Fact]
    public void Generating_twice_gives_the_same_bytes() => GeneratedConfig.Files().ShouldBe(Files);

    /// <summary>Client-side apply keeps the whole object in an annotation, and annotations end at 256 KiB.</summary>
    [Trait("Guarantee", "G7")]
    [Theory]
    [MemberData(nameof(Paths))]
    public void A_file_is_small_enough_for_plain_kubectl_apply(string path) =>
        Encoding.UTF8.GetByteCount(Files[path]).ShouldBeLessThan(200_000);

    [Trait("Guarantee", "G9")]
    [Theory]
    [MemberData(nameof(Paths))]
    public void A_file_ends_its_lines_with_LF_alone(string path)
    {
        Files[path].ShouldNotContain("\r");
        Files[path].ShouldEndWith("\n");
    }

    [Fact]
    public void Changed_missing_and_left_over_files_are_differences_until_written()
    {
        var root = Directory.CreateTempSubdirectory("crdgen-").FullName;
        try
        {
            var folder = new OutputFolder(root);
            folder.Differences(Files).Count.ShouldBe(Files.Count);
            folder.Write(Files);
            folder.Differences(Files).ShouldBeEmpty();

            File.AppendAllText(Path.Combine(root, "rbac/cluster_role.yaml"), "# edited by hand\n");
            File.WriteAllText(
                Path.Combine(root, "crd/binnacle.dev_formerkinds.yaml"),
                "kind: CustomResourceDefinition\n"
            );
            folder.Differences(Files).ShouldBe(["rbac/cluster_role.yaml", "crd/binnacle.dev_formerkinds.yaml"]);

            folder.Write(Files);
            folder.Differences(Files).ShouldBeEmpty();
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static string ConfigFolder([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "config"));
}
