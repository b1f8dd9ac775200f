using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Architecture.Tests;

/// <summary>Rules of the house that no analyzer knows.</summary>
public sealed partial class HouseRules
{
    private const int MostLines = 600;

    [Fact]
    public void No_source_file_is_longer_than_a_reader_can_hold() =>
        Sources()
            .Where(file => !file.EndsWith(".g.cs", StringComparison.Ordinal))
            .Select(file => (file, lines: Repository.Read(file).AsSpan().Count('\n')))
            .Where(found => found.lines > MostLines)
            .ShouldBeEmpty();

    [Fact]
    public void Nothing_is_left_for_later() =>
        Sources().Where(file => !IsThisFile(file) && Stub().IsMatch(Repository.Read(file))).ShouldBeEmpty();

    [Fact]
    public void Every_project_below_src_generates_its_documentation()
    {
        Setting(Repository.Read("src/Directory.Build.props"), "GenerateDocumentationFile").ShouldBe("true");
        Repository
            .Files("src", "*.csproj")
            .Where(project => Setting(Repository.Read(project), "GenerateDocumentationFile") is not null and not "true")
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_project_has_a_lock_file() =>
        Projects()
            .Where(project =>
                !File.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(project)!, "packages.lock.json"))
            )
            .ShouldBeEmpty();

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("Operator.sln").Replace('\\', '/');

        Projects().Where(project => !solution.Contains($"\"{project}\"", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Package_versions_are_central() =>
        Projects()
            .Where(project =>
                XDocument
                    .Parse(Repository.Read(project))
                    .Descendants("PackageReference")
                    .Any(reference => reference.Attribute("Version") is not null)
            )
            .ShouldBeEmpty();

    [Fact]
    public void Documents_name_no_folder_of_one_machine() =>
        Documents().Where(file => MachinePath().IsMatch(Repository.Read(file))).ShouldBeEmpty();

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        var broken =
            from file in Repository.Files(".", "*.md").Select(file => file.TrimStart('.', '/'))
            from Match link in Link().Matches(Repository.Read(file))
            let target = link.Groups["target"].Value
            where !target.Contains("://", StringComparison.Ordinal)
            let path = Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, target)
            where !File.Exists(path) && !Directory.Exists(path)
            select $"{file}: {target}";

        broken.ShouldBeEmpty();
    }

    private static IEnumerable<string> Sources() =>
        Repository.Files("src", "*.cs").Concat(Repository.Files("tests", "*.cs"));

    private static IEnumerable<string> Projects() =>
        Repository.Files("src", "*.csproj").Concat(Repository.Files("tests", "*.csproj"));

    private static IEnumerable<string> Documents() =>
        Repository
            .Files(".", "*.md")
            .Concat(Repository.Files("config", "*.yaml"))
            .Concat(Repository.Files("charts", "*.*"))
            .Concat(Sources().Where(file => !IsThisFile(file)));

    // The patterns below would find themselves.
    private static bool IsThisFile(string file) => file.EndsWith($"/{nameof(HouseRules)}.cs", StringComparison.Ordinal);

    private static string? Setting(string project, string name) =>
        XDocument.Parse(project).Descendants(name).LastOrDefault()?.Value;

    [GeneratedRegex(@"\bNotImplementedException\b|//.*\b(TODO|FIXME|XXX|HACK)\b")]
    private static partial Regex Stub();

    [GeneratedRegex(@"\.\./shared|(?<![\w.}/-])/(root|work|home/\w+)/")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
