using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>The working copy that the tests were built from.</summary>
internal static partial class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Files with an extension in a folder of the repository, build output left out; paths relative to the root.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        from file in Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where !BuildOutput().IsMatch(path)
        orderby path
        select path;

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Operator.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"No Operator.sln above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex("(^|/)(bin|obj|artifacts|node_modules|\\.tools|\\.run|\\.git|TestResults)/")]
    private static partial Regex BuildOutput();
}
