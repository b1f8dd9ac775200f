namespace LocalCluster.Node.Processes;

/// <summary>Ends what an earlier node that was killed has left running.</summary>
internal static class StaleProcesses
{
    /// <summary>File name ending of process identities.</summary>
    public const string Extension = ".pid";

    /// <summary>Kills the process groups whose identity files lie below a folder; a reused id is not touched.</summary>
    public static void Kill(string directory, ILogger logger)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        var links = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = 2,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        foreach (var file in Directory.EnumerateFiles(directory, "*" + Extension, links))
        {
            if (ProcessIdentity.Parse(File.ReadAllText(file)) is { IsAlive: true } process)
            {
                logger.LogWarning("Killing process {Id}, left over from an earlier run ({File})", process.Id, file);
                NativeMethods.Signal(-process.Id, NativeMethods.SigKill);
            }

            File.Delete(file);
        }
    }
}
