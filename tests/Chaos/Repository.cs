namespace Chaos;

/// <summary>The folder of the repository.</summary>
internal static class Repository
{
    /// <summary>Where this program was built.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
        {
            folder =
                folder.Parent ?? throw new InvalidOperationException("this program does not lie in the repository");
        }

        return folder.FullName;
    }
}
