namespace LocalCluster.Node.Processes;

/// <summary>Shows a file or folder of the machine at a path inside of a sandbox.</summary>
/// <param name="Source">Absolute path on the machine.</param>
/// <param name="Target">Absolute path as the program sees it.</param>
/// <param name="ReadOnly">Whether the program may not write there.</param>
internal sealed record SandboxMount(string Source, string Target, bool ReadOnly);
