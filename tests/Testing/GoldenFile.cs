namespace Testing;

/// <summary>
/// Compares what was rendered with a file in the repository. With <c>UPDATE_GOLDEN=1</c> in the environment the file is
/// written instead, for a look at the difference in version control.
/// </summary>
public static class GoldenFile
{
    /// <summary>The folder of the repository that holds the test project's assets.</summary>
    public static string Folder(params string[] path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
            {
                return Path.Combine([folder.FullName, .. path]);
            }
        }

        throw new DirectoryNotFoundException($"no Operator.sln above {AppContext.BaseDirectory}");
    }

    /// <summary>Compares; on a difference the new text is left beside the file as <c>.received</c>.</summary>
    /// <exception cref="InvalidOperationException">The texts differ, or the file is missing.</exception>
    public static void Verify(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (expected == actual)
        {
            return;
        }

        var received = Path.ChangeExtension(path, ".received" + Path.GetExtension(path));
        File.WriteAllText(received, actual);
        var old = expected.Split('\n');
        var now = actual.Split('\n');
        var line = old.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        throw new InvalidOperationException(
            $"{path} differs from line {line + 1} on:\n"
                + $"  expected: {old.ElementAtOrDefault(line) ?? "(end)"}\n"
                + $"  actual:   {now.ElementAtOrDefault(line) ?? "(end)"}\n"
                + $"The whole text is in {received}; UPDATE_GOLDEN=1 accepts it."
        );
    }
}
