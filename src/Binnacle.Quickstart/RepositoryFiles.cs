namespace Binnacle.Quickstart;

/// <summary>Where the parts of the repository are that the quickstart uses.</summary>
/// <param name="Root">The folder of <c>Operator.sln</c>.</param>
/// <param name="OperatorAssembly">The operator as it was built together with this program.</param>
internal sealed record RepositoryFiles(string Root, string OperatorAssembly)
{
    private const string Solution = "Operator.sln";

    public string CustomResourceDefinitions => Path.Combine(Root, "config", "crd");

    public string Samples => Path.Combine(Root, "config", "samples", "quickstart");

    public string Tools => Path.Combine(Root, ".tools", "bin");

    /// <summary>Folder for the files of runs; not under version control.</summary>
    public string Runs => Path.Combine(Root, ".run");

    /// <summary>Finds them from where this program was built to.</summary>
    /// <exception cref="QuickstartException">The program lies outside the repository, or the operator was not built.</exception>
    public static RepositoryFiles Find(string baseDirectory)
    {
        var directory = new DirectoryInfo(baseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, Solution)))
        {
            directory = directory.Parent;
        }

        if (directory is null)
        {
            throw new QuickstartException(
                $"{baseDirectory} is not in the repository (no {Solution} above it): start the quickstart with 'make run' there."
            );
        }

        var project = Path.Combine(directory.FullName, "src", "Binnacle.Quickstart");
        var output = Path.GetRelativePath(project, baseDirectory);
        var assembly = Path.Combine(directory.FullName, "src", "Binnacle.Operator", output, "Binnacle.Operator.dll");
        return File.Exists(assembly)
            ? new RepositoryFiles(directory.FullName, Path.GetFullPath(assembly))
            : throw new QuickstartException(
                $"The operator is not built: {assembly} is missing. 'make build' builds it."
            );
    }
}
