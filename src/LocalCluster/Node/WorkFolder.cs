using LocalCluster.Node.Processes;

namespace LocalCluster.Node;

/// <summary>The node's own folder at start and stop.</summary>
internal static class WorkFolder
{
    /// <summary>Ends what an earlier node that was killed left behind, and makes the folder ready.</summary>
    public static void Prepare(string directory, ILogger logger)
    {
        var pods = Path.Join(directory, "pods");
        StaleProcesses.Kill(pods, logger);
        Delete(pods, logger);
        Delete(Path.Join(directory, "logs"), logger);
        Delete(Path.Join(directory, "probe"), logger);
        Directory.CreateDirectory(pods);
    }

    /// <summary>Removes everything the node made in it, and the folder itself when nothing else is in it.</summary>
    public static void Remove(string directory, ILogger logger)
    {
        try
        {
            foreach (var name in (string[])["pods", "logs", "volumes"])
            {
                Delete(Path.Join(directory, name), logger);
            }

            if (Directory.Exists(directory) && !Directory.EnumerateFileSystemEntries(directory).Any())
            {
                Directory.Delete(directory);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("{Directory} is not removed: {Message}", directory, exception.Message);
        }
    }

    private static void Delete(string directory, ILogger logger)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        // Mounts belong to the programs' namespaces. Should one show here nevertheless, what it shows is not ours to delete.
        var mounts = File.ReadLines("/proc/self/mountinfo").Select(l => l.Split(' ')[4]);
        if (mounts.FirstOrDefault(m => m.StartsWith(directory + "/", StringComparison.Ordinal)) is { } mount)
        {
            logger.LogWarning("{Directory} is not removed: something is mounted at {Mount}", directory, mount);
            return;
        }

        Directory.Delete(directory, recursive: true);
    }
}
