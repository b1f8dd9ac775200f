using System.Xml.Linq;

namespace Architecture.Tests;

/// <summary>
/// Arrows point one way: Operator → Rendering → PromQL, Api; Operator → Runtime → Client → Models. What could be a
/// package of its own (Kubernetes.*, LocalCluster) knows nothing of Binnacle.
/// </summary>
public sealed class AssemblyArrows
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Kubernetes.Models"] = [],
        ["Kubernetes.Client"] = ["Kubernetes.Models"],
        ["Kubernetes.Runtime"] = ["Kubernetes.Client", "Kubernetes.Models"],
        ["LocalCluster"] = ["Kubernetes.Runtime", "Kubernetes.Client", "Kubernetes.Models"],
        ["Binnacle.Api"] = ["Kubernetes.Models"],
        ["Binnacle.PromQL"] = [],
        ["Binnacle.Rendering"] = ["Binnacle.Api", "Binnacle.PromQL", "Kubernetes.Models"],
        ["Binnacle.CrdGen"] = ["Binnacle.Api", "Kubernetes.Models"],
        ["Binnacle.Operator"] =
        [
            "Binnacle.Api",
            "Binnacle.PromQL",
            "Binnacle.Rendering",
            "Kubernetes.Client",
            "Kubernetes.Models",
            "Kubernetes.Runtime",
        ],
        ["SampleService"] = [],
        ["Binnacle.Quickstart"] =
        [
            "Binnacle.Api",
            "Binnacle.CrdGen",
            "Binnacle.Operator",
            "Kubernetes.Client",
            "Kubernetes.Models",
            "Kubernetes.Runtime",
            "LocalCluster",
            "SampleService",
        ],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    public static TheoryData<string> PureAssemblies =>
        ["Kubernetes.Models", "Binnacle.Api", "Binnacle.PromQL", "Binnacle.Rendering"];

    public static TheoryData<string> CompiledAssemblies => [.. Allowed.Keys.Except(["Binnacle.Quickstart"])];

    [Fact]
    public void Every_project_has_its_place_in_the_table() =>
        Repository.Files("src", "*.csproj").Select(Path.GetFileNameWithoutExtension).ShouldBe(Allowed.Keys, true);

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_projects_below_it(string project)
    {
        var references = XDocument
            .Parse(Repository.Read($"src/{project}/{project}.csproj"))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));

        references.Except(Allowed[project]).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(CompiledAssemblies))]
    public void An_assembly_uses_only_assemblies_below_it(string assembly) =>
        Dependencies.Of(assembly).Assemblies.Intersect(Allowed.Keys).Except(Allowed[assembly]).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(PureAssemblies))]
    public void A_pure_assembly_uses_no_web_server_host_or_network(string assembly)
    {
        string[] banned = ["Microsoft.AspNetCore", "Microsoft.Extensions", "System.Net", "System.IO.Pipes"];

        Dependencies
            .Of(assembly)
            .Assemblies.Where(name => banned.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            // Address arithmetic (is this an IPv6 literal?) is no traffic.
            .Except(["System.Net.Primitives"])
            .ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(PureAssemblies))]
    public void A_pure_assembly_touches_no_file_process_environment_or_console(string assembly)
    {
        string[] banned =
        [
            "System.Console",
            "System.Diagnostics.Process",
            "System.Environment",
            "System.IO.Directory",
            "System.IO.DirectoryInfo",
            "System.IO.File",
            "System.IO.FileInfo",
            "System.IO.FileStream",
        ];

        var used = Dependencies.Of(assembly);

        // Environment.CurrentManagedThreadId is what the compiler puts into every iterator, and NewLine into printers of records.
        string[] harmless = ["System.Environment.get_CurrentManagedThreadId", "System.Environment.get_NewLine"];
        var environment = used.Members.Where(member =>
            member.StartsWith("System.Environment.", StringComparison.Ordinal)
        );
        used.Types.Intersect(banned).Except(["System.Environment"]).ShouldBeEmpty();
        environment.Except(harmless).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(CompiledAssemblies))]
    public void Time_comes_from_an_injected_clock(string assembly)
    {
        string[] banned =
        [
            "System.DateTime.get_Now",
            "System.DateTime.get_UtcNow",
            "System.DateTime.get_Today",
            "System.DateTimeOffset.get_Now",
            "System.DateTimeOffset.get_UtcNow",
            "System.Threading.Thread.Sleep",
        ];

        Dependencies.Of(assembly).Members.Intersect(banned).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Kubernetes.Models")]
    [InlineData("Kubernetes.Client")]
    [InlineData("Kubernetes.Runtime")]
    [InlineData("LocalCluster")]
    public void What_could_be_a_package_of_its_own_never_names_the_product(string project) =>
        Repository
            .Files($"src/{project}", "*.cs")
            .Where(file => Repository.Read(file).Contains("binnacle", StringComparison.OrdinalIgnoreCase))
            .ShouldBeEmpty();
}
